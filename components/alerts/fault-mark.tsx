/** The shape of a fault whose calls follow: a rising line. */
export function FaultMark() {
  return (
    <svg className="mark mark-fault" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path
        d="M1.5 16.5 7.5 8l4.5 4.5L18 3M18.3 9V2.7H12"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

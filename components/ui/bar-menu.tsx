'use client';
/** A button of the bar and what it opens: the browser's popover, so it closes by Escape, by a click elsewhere, by keyboard. */
import { type ReactNode, useId } from 'react';

export interface BarMenuProps {
  /** Which of the bar's menus; where it stands is the style's. */
  readonly name: 'boards' | 'account';
  readonly label: ReactNode;
  /** The label in full, where it is cut. */
  readonly title?: string | undefined;
  /** Whether this page is one of its own. */
  readonly isHere: boolean;
  readonly children: ReactNode;
}

export function BarMenu({ name, label, title, isHere, children }: BarMenuProps) {
  const id = useId();
  return (
    <div className="bar-menu" data-menu={name}>
      <button type="button" className="menu-open" popoverTarget={id} data-here={isHere} title={title}>
        {label}
        <Chevron />
      </button>
      <div id={id} popover="auto" className="menu" data-menu={name}>
        {children}
      </div>
    </div>
  );
}

function Chevron() {
  return (
    <svg className="menu-mark" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d="M4 7l6 6 6-6" fill="none" stroke="currentColor" strokeWidth="2.4" />
    </svg>
  );
}

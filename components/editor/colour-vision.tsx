/**
 * The picture as other eyes see it: linear-light matrices of Machado, Oliveira and Fernandes (2009) at full severity,
 * and grey by the luminance of Rec. 709. SVG filters work in linear light unless told otherwise.
 */
export const VISIONS = ['usual', 'protanopia', 'deuteranopia', 'tritanopia', 'achromatopsia'] as const;
export type Vision = (typeof VISIONS)[number];

const GREY = [0.2126, 0.7152, 0.0722] as const;

/** Rows for red, green and blue, each of red, green and blue. */
export const MATRICES: ReadonlyMap<Vision, readonly (readonly [number, number, number])[]> = new Map([
  [
    'protanopia',
    [
      [0.152286, 1.052583, -0.204868],
      [0.114503, 0.786281, 0.099216],
      [-0.003882, -0.048116, 1.051998],
    ],
  ],
  [
    'deuteranopia',
    [
      [0.367322, 0.860646, -0.227968],
      [0.280085, 0.672501, 0.047413],
      [-0.01182, 0.04294, 0.968881],
    ],
  ],
  [
    'tritanopia',
    [
      [1.255528, -0.076749, -0.178779],
      [-0.078411, 0.930809, 0.147602],
      [0.004733, 0.691367, 0.3039],
    ],
  ],
  ['achromatopsia', [GREY, GREY, GREY]],
]);

/** For `feColorMatrix`: five numbers a row, the last row leaves the opacity. */
export function matrixValues(vision: Vision): string {
  const rows = MATRICES.get(vision) ?? [];
  return [...rows.map((row) => `${row.join(' ')} 0 0`), '0 0 0 1 0'].join(' ');
}

/** Once on the page: `filter: url(#vision-protanopia)` and so on. */
export function VisionFilters() {
  return (
    <svg className="unseen" width="0" height="0" aria-hidden="true" focusable="false">
      {[...MATRICES.keys()].map((vision) => (
        <filter key={vision} id={`vision-${vision}`} colorInterpolationFilters="linearRGB">
          <feColorMatrix type="matrix" values={matrixValues(vision)} />
        </filter>
      ))}
    </svg>
  );
}

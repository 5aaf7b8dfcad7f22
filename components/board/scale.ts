/**
 * The one measure of a floor screen: `u`, the font size whose capitals are 20 arc-minutes high at the farthest
 * seat (FAA HF-STD-001, ISO 9241-3), in percent of the screen's shorter side, so that 4K looks like 1080p and
 * portrait works. Everything else on the screen is counted in u.
 */
const ARC_MINUTES = 20;
/** Height of a capital in em, for Inter and its like. */
const CAP_HEIGHT_EM = 0.7;
const MM_PER_INCH = 25.4;
/** A 16:9 panel's shorter side as a part of its diagonal. */
const SHORT_SIDE = 9 / Math.hypot(16, 9);
/** Nearer than a desk nothing gets smaller; farther than this no board would fit on the screen. */
const SMALLEST_PERCENT = 2.2;
const LARGEST_PERCENT = 16;

export interface ScreenGeometry {
  readonly diagonalInches: number;
  readonly distanceMetres: number;
}

/** Percent of the shorter side of a 16:9 screen; kept between 2.2 and 16. */
export function unitPercent(screen: ScreenGeometry): number {
  const capMm = screen.distanceMetres * 1_000 * Math.tan(((ARC_MINUTES / 60) * Math.PI) / 180);
  const shortSideMm = screen.diagonalInches * MM_PER_INCH * SHORT_SIDE;
  const percent = (capMm / CAP_HEIGHT_EM / shortSideMm) * 100;
  return Math.min(LARGEST_PERCENT, Math.max(SMALLEST_PERCENT, percent));
}

/** The board's own screen, with what the address line says instead (`?diagonal=43&distance=5`). */
export function screenGeometry(own: ScreenGeometry, override: Partial<ScreenGeometry>): ScreenGeometry {
  return {
    diagonalInches: within(override.diagonalInches, 5, 200) ?? own.diagonalInches,
    distanceMetres: within(override.distanceMetres, 0.3, 30) ?? own.distanceMetres,
  };
}

function within(value: number | undefined, low: number, high: number): number | null {
  return value !== undefined && value >= low && value <= high ? value : null;
}

export interface Viewport {
  readonly width: number;
  readonly height: number;
}

/** A screen's room, counted in u. `unitPx` is u in CSS pixels, for what cannot be told in CSS (charts). */
export interface Space {
  readonly widthU: number;
  readonly heightU: number;
  readonly unitPx: number;
  readonly unitPercent: number;
  /** What stays empty around the picture, in u. */
  readonly padU: number;
}

/** So much of the shorter side stays empty at each edge, so that the picture can move a little and no frame hides it. */
const MARGIN_PERCENT = 3;
/** As far as tiles are from each other, and a little more. */
const LEAST_PAD_U = 0.28;

export function spaceOf(percent: number, viewport: Viewport): Space {
  const unitPx = (percent / 100) * Math.min(viewport.width, viewport.height);
  return {
    widthU: viewport.width / unitPx,
    heightU: viewport.height / unitPx,
    unitPx,
    unitPercent: percent,
    padU: Math.max(LEAST_PAD_U, MARGIN_PERCENT / percent),
  };
}

/** What an address line may say about a page. What cannot be read is as if it were not there. Pure. */
import type { ScreenGeometry } from '../board/scale';

export type Query = Readonly<Record<string, string | string[] | undefined>>;

export function themeOf(query: Query): 'dark' | 'light' {
  return query.theme === 'light' ? 'light' : 'dark';
}

/** Of a screen on a wall: `null` where the address line says nothing. */
export function screenThemeOf({ theme }: Query): 'dark' | 'light' | null {
  return theme === 'light' || theme === 'dark' ? theme : null;
}

export function screenOf(query: Query): Partial<ScreenGeometry> {
  const diagonalInches = numberOf(query.diagonal);
  const distanceMetres = numberOf(query.distance);
  return {
    ...(diagonalInches === null ? {} : { diagonalInches }),
    ...(distanceMetres === null ? {} : { distanceMetres }),
  };
}

/** The view that stays, counted from 1. */
export function pinnedOf(query: Query): number | null {
  const page = numberOf(query.page);
  return page !== null && Number.isInteger(page) && page > 0 ? page : null;
}

/** The paired screen that this page is: as its assignment says it. */
export function screenIdOf(query: Query): string | null {
  const { screen } = query;
  return typeof screen === 'string' && isBoardId(screen) ? screen : null;
}

function numberOf(text: string | string[] | undefined): number | null {
  if (typeof text !== 'string' || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** A board's name in an address; the same rule as the board's own id, and as a screen's. */
export function isBoardId(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(text);
}

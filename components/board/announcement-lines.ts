/**
 * Announcements on a screen: those that hold now, emergencies apart; how the others share the foot with what stands
 * there, and how an emergency fills the screen. By the server's clock, so that all screens agree. Pure; in u and em.
 */
import type { Announcement } from '../../lib/contracts/announcement';
import { fittedText, linesIn, type TextBox, type TypeRange, wrapLines } from './text-lines';

/** How long each line stays in the foot. */
export const FOOT_TURN_MS = 8_000;
/** How long each page of an emergency stays where one does not do. */
export const EMERGENCY_TURN_MS = 8_000;
const EMERGENCY_RANGE: TypeRange = { leastU: 1, mostU: 4.5, lineHeight: 1.14 };
/** Where even 20 arc-minutes leave no room for three lines. */
const SMALL_RANGE: TypeRange = { ...EMERGENCY_RANGE, leastU: 0.8 };

/** Those that hold at that moment, in their order. */
export function holdingNow(announcements: readonly Announcement[], now: number): readonly Announcement[] {
  return announcements.filter(({ from, until }) => from <= now && now < until);
}

/** A piece of an announcement that fits into the foot. */
export interface FootPiece {
  readonly announcement: Announcement;
  readonly lines: readonly string[];
  /** Counted from 1. */
  readonly part: number;
  readonly parts: number;
}

/** Each announcement that is no emergency, in pieces of so many lines. */
export function footPieces(
  announcements: readonly Announcement[],
  room: { readonly lineEm: number; readonly lines: number },
): readonly FootPiece[] {
  return announcements
    .filter(({ priority }) => priority !== 'emergency')
    .flatMap((announcement) => {
      const chunks = inChunks(wrapLines(announcement.text, room.lineEm), room.lines);
      return chunks.map((lines, index) => ({ announcement, lines, part: index + 1, parts: chunks.length }));
    });
}

/** What stands in the foot: its own line, the devices' line, or the piece with that number. */
export type FootEntry = 'own' | 'besides' | number;

export interface FootContent {
  /** Nothing is wrong: the foot's own line may stay away. */
  readonly isCalm: boolean;
  readonly hasBesides: boolean;
  readonly pieces: number;
}

/** In turn; what is wrong comes back between any two pieces. */
export function footEntryAt({ isCalm, hasBesides, pieces }: FootContent, now: number): FootEntry {
  const standing: FootEntry[] = [
    ...(isCalm ? [] : ['own' as const]),
    ...(hasBesides ? ['besides' as const] : []),
  ];
  const numbers = Array.from({ length: pieces }, (_, index) => index);
  const turns: FootEntry[] =
    pieces === 0 ? standing : numbers.flatMap((piece): FootEntry[] => [...standing, piece]);
  return turns[Math.floor(now / FOOT_TURN_MS) % Math.max(1, turns.length)] ?? 'own';
}

export interface EmergencyPage {
  readonly announcement: Announcement;
  readonly sizeU: number;
  readonly lines: readonly string[];
  readonly part: number;
  readonly parts: number;
}

/** All pages of all emergencies, each in the largest type that its text has room for. */
export function emergencyPages(
  announcements: readonly Announcement[],
  box: TextBox,
): readonly EmergencyPage[] {
  const range = linesIn(box, EMERGENCY_RANGE) < 3 ? SMALL_RANGE : EMERGENCY_RANGE;
  return announcements
    .filter(({ priority }) => priority === 'emergency')
    .flatMap((announcement) => {
      const { sizeU, lines, isWhole } = fittedText(announcement.text, box, range);
      const chunks = isWhole ? [lines] : inChunks(lines, linesIn(box, range));
      return chunks.map((chunk, index) => ({
        ...{ announcement, sizeU, lines: chunk, part: index + 1, parts: chunks.length },
      }));
    });
}

export function emergencyAt(pages: readonly EmergencyPage[], now: number): EmergencyPage | null {
  return pages[Math.floor(now / EMERGENCY_TURN_MS) % Math.max(1, pages.length)] ?? null;
}

/** As even as they can be. */
function inChunks(lines: readonly string[], most: number): readonly (readonly string[])[] {
  const count = Math.ceil(lines.length / Math.max(1, most));
  const each = Math.ceil(lines.length / Math.max(1, count));
  return Array.from({ length: count }, (_, index) => lines.slice(index * each, (index + 1) * each));
}

/**
 * Panels of a page that are no figures: texts, devices' alerts, devices by site. How much room each needs to be read at
 * the farthest seat, and how they share one: beside each other where the screen is broad, else under each other. Pure;
 * in u.
 */
import type { AlertPanel, BoardPage, DevicePanel, TextBlock } from '../../lib/contracts/board';
import { type TypeRange, wrapLines } from './text-lines';
import { MEASURE, type Room } from './tile-plan';

export type PanelPart =
  | { readonly kind: 'text'; readonly block: TextBlock }
  | { readonly kind: 'alerts'; readonly panel: AlertPanel }
  | { readonly kind: 'devices'; readonly panel: DevicePanel };

export type PanelPlan = PanelPart & { readonly widthU: number; readonly heightU: number };

export interface PanelsPlan {
  readonly arrangement: 'beside' | 'under';
  readonly items: readonly PanelPlan[];
  readonly heightU: number;
}

/** Type of a text: never under 16 arc-minutes. A large one is for what everybody must read. */
export const TEXT_RANGE: TypeRange = { leastU: 0.8, mostU: 1.4, lineHeight: 1.2 };
export const LARGE_TEXT_RANGE: TypeRange = { leastU: 1, mostU: 4, lineHeight: 1.12 };
/** Around a text in its panel. */
export const TEXT_PAD_U = 0.36;
/** The head of a panel of alerts or devices. */
export const PANEL_HEAD_U = 1.15;
/** A line of devices' alerts, with the gap under it. */
export const ALERT_ROW_U = MEASURE.footer + 0.08;
/** Upright, a line has two rows of words. */
export const ALERT_ROW_PORTRAIT_U = 2 * MEASURE.footer + 0.08;

const LEAST_WIDTH_U: Record<PanelPart['kind'], number> = { text: 8, alerts: 15, devices: 14 };
const LEAST_ALERT_ROWS = 2;
/** The head, two sites and the line that tells of the rest. */
const LEAST_DEVICE_LINES = 4;
/** What is left over goes to those that can use it. */
const GROWTH: Record<PanelPart['kind'], number> = { text: 0.5, alerts: 1, devices: 1 };

export function panelParts(page: BoardPage): readonly PanelPart[] {
  return [
    ...(page.texts ?? []).map((block): PanelPart => ({ kind: 'text', block })),
    ...(page.alerts === undefined ? [] : [{ kind: 'alerts', panel: page.alerts } as const]),
    ...(page.devices === undefined ? [] : [{ kind: 'devices', panel: page.devices } as const]),
  ];
}

export function rangeOf({ large = false }: TextBlock): TypeRange {
  return large ? LARGE_TEXT_RANGE : TEXT_RANGE;
}

export function alertRowU(room: Pick<Room, 'portrait'>): number {
  return room.portrait ? ALERT_ROW_PORTRAIT_U : ALERT_ROW_U;
}

/** What a part needs so that nothing of it is cut, or that its list tells something. */
function leastHeight(part: PanelPart, widthU: number, room: Room): number {
  switch (part.kind) {
    case 'text': {
      const { leastU, lineHeight } = rangeOf(part.block);
      const lines = wrapLines(part.block.text, (widthU - 2 * TEXT_PAD_U) / leastU).length;
      return lines * leastU * lineHeight + 2 * TEXT_PAD_U;
    }
    case 'alerts':
      return PANEL_HEAD_U + LEAST_ALERT_ROWS * alertRowU(room) + TEXT_PAD_U;
    case 'devices':
      return LEAST_DEVICE_LINES * MEASURE.row + TEXT_PAD_U;
  }
}

/** `null` where they do not all have room. */
export function panelsPlan(parts: readonly PanelPart[], room: Room): PanelsPlan | null {
  if (parts.length === 0) return null;
  return besidePlan(parts, room) ?? underPlan(parts, room);
}

/** The least height in which they have room; `null` where no height would do. */
export function leastPanelsHeight(parts: readonly PanelPart[], room: Room): number {
  const widths = besideWidths(parts, room);
  if (widths !== null) return Math.max(...parts.map((part, i) => leastHeight(part, widths[i] ?? 0, room)));
  return heights(parts, room).reduce((sum, height) => sum + height, (parts.length - 1) * MEASURE.gap);
}

function besideWidths(parts: readonly PanelPart[], room: Room): readonly number[] | null {
  const gaps = (parts.length - 1) * MEASURE.gap;
  const least = parts.reduce((sum, { kind }) => sum + LEAST_WIDTH_U[kind], 0);
  if (parts.length < 2 || room.portrait || least + gaps > room.width) return null;
  return parts.map(({ kind }) => (LEAST_WIDTH_U[kind] / least) * (room.width - gaps));
}

function besidePlan(parts: readonly PanelPart[], room: Room): PanelsPlan | null {
  const widths = besideWidths(parts, room);
  if (widths === null || leastPanelsHeight(parts, room) > room.height) return null;
  const items = parts.map((part, i) => ({ ...part, widthU: widths[i] ?? 0, heightU: room.height }));
  return { arrangement: 'beside', items, heightU: room.height };
}

function heights(parts: readonly PanelPart[], room: Room): readonly number[] {
  return parts.map((part) => leastHeight(part, room.width, room));
}

function underPlan(parts: readonly PanelPart[], room: Room): PanelsPlan | null {
  const least = heights(parts, room);
  const spare = room.height - least.reduce((sum, height) => sum + height, (parts.length - 1) * MEASURE.gap);
  if (spare < -1e-9) return null;
  const growth = parts.reduce((sum, { kind }) => sum + GROWTH[kind], 0);
  const items = parts.map((part, i) => ({
    ...part,
    widthU: room.width,
    heightU: (least[i] ?? 0) + (spare * GROWTH[part.kind]) / growth,
  }));
  return { arrangement: 'under', items, heightU: room.height };
}

/** As few groups as have room, in their order; one alone gets the whole room, and is cut by design where that is small. */
export function panelGroups(parts: readonly PanelPart[], room: Room): readonly PanelsPlan[] {
  const groups: PanelsPlan[] = [];
  let taken: readonly PanelPart[] = [];
  for (const part of parts) {
    const joined = taken.length === 0 ? null : panelsPlan([...taken, part], room);
    if (joined === null) groups.push(alone(part, room));
    else groups[groups.length - 1] = joined;
    taken = joined === null ? [part] : [...taken, part];
  }
  return groups;
}

function alone(part: PanelPart, room: Room): PanelsPlan {
  const item = { ...part, widthU: room.width, heightU: room.height };
  return { arrangement: 'under', items: [item], heightU: room.height };
}

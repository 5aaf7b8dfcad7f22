/**
 * What a transcript says: notices, as they are, and windows of what was measured, which can be made one of two: from when
 * to when, with the smallest, the largest and the mean of both. Pure. Times of day are UTC: who reads may be anywhere.
 */
import type { MetricWindow } from '../../../lib/contracts/diagnostics';
import { mergedWindows } from '../metrics/merged-windows';
import { measuredText } from '../metrics/wording';

export interface NoticeMessage {
  readonly kind: 'notice';
  readonly at: number;
  readonly text: string;
}

export interface WindowMessage {
  readonly kind: 'window';
  readonly from: number;
  readonly to: number;
  /** One of each metric. */
  readonly windows: readonly MetricWindow[];
}

export type TranscriptMessage = NoticeMessage | WindowMessage;

/** Joined notices are no longer than that: of what is left out the session's record has all. */
const MAX_JOINED = 2_000;
const LEFT_OUT = ' · … (more in the record of the session) · ';

export function windowMessage(window: MetricWindow): WindowMessage {
  return { kind: 'window', from: window.from, to: window.to, windows: [window] };
}

export function mergedMessages(one: WindowMessage, other: WindowMessage): WindowMessage {
  return {
    kind: 'window',
    from: Math.min(one.from, other.from),
    to: Math.max(one.to, other.to),
    windows: mergedWindows([...one.windows, ...other.windows]),
  };
}

/** In the place of the second one. */
export function joinedNotices(one: NoticeMessage, other: NoticeMessage): NoticeMessage {
  const room = MAX_JOINED - other.text.length;
  const [first = ''] = one.text.split(LEFT_OUT);
  const whole = `${one.text} · ${other.text}`;
  if (whole.length <= MAX_JOINED) return { ...other, text: whole };
  const head = first.slice(0, Math.max(0, Math.min(first.length, room - LEFT_OUT.length, MAX_JOINED / 2)));
  return { ...other, text: `${head}${LEFT_OUT}${other.text}`.slice(0, MAX_JOINED) };
}

/** Epoch ms: of a window when it ended. */
export function timeOf(message: TranscriptMessage): number {
  return message.kind === 'notice' ? message.at : message.to;
}

/** Without its time, but for a window: that says from when to when. */
export function textOf(message: TranscriptMessage): string {
  return message.kind === 'notice' ? message.text : `${spanOf(message)}: ${measured(message)}`;
}

/** With its time. */
export function datedText(message: TranscriptMessage): string {
  return message.kind === 'notice' ? `${timeOfDay(message.at)} UTC: ${message.text}` : textOf(message);
}

function measured({ windows }: WindowMessage): string {
  return measuredText(windows) ?? 'Nothing was measured';
}

function spanOf({ from, to }: WindowMessage): string {
  return `${timeOfDay(from)}–${timeOfDay(to)} UTC`;
}

function timeOfDay(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

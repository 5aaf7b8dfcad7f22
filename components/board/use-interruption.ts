'use client';
/** The alarm that interrupts now, as far as this screen hears it: what was interrupting when the link broke does no more. */
import { useHeardAlarms } from '../live/use-live';
import type { Interruption } from './turn';

export interface HeardInterruption {
  readonly interruption: Interruption | null;
  /** Somebody has taken the alarm. */
  readonly acknowledged: boolean;
}

export function useInterruption(): HeardInterruption {
  const heard = useHeardAlarms();
  if (heard === null || heard.rightUntil !== null) return NONE;
  const { interruption, alarms } = heard.frame;
  const alarm = alarms.find(({ key }) => key === interruption?.key);
  return { interruption, acknowledged: (alarm?.acknowledgement ?? null) !== null };
}
const NONE: HeardInterruption = { interruption: null, acknowledged: false };

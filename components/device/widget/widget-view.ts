/** What the widget says at a moment, as finished words: never blank, and what is unknown is unlike what is offline. Pure. */
import type { Telemetry } from '../../../lib/contracts/device';
import { DASH, formatClock } from '../../../lib/format';
import { ageOf, formatMoment, isoMoment } from '../../access/moments';
import type { WidgetMoment } from './widget-session';
import type { WidgetWords } from './widget-words';

export interface WidgetLook {
  /** `loading`: nothing is known yet. `away`: nothing is known, and the server does not answer. */
  readonly phase: 'loading' | 'shown' | 'away' | 'signedOut' | 'refused';
  readonly status: Telemetry['deviceStatus'] | 'loading';
  readonly statusWord: string;
  /** Why nothing is known, or what to do; '' where nothing needs saying. */
  readonly reason: string;
  readonly serial: string;
  readonly battery: string;
  /** 0…100; `null`: not known. */
  readonly batteryPercent: number | null;
  readonly firmware: string;
  readonly lastSeen: string;
  /** For `datetime`, and the whole moment for asking; '' where it is not known. */
  readonly lastSeenIso: string;
  readonly lastSeenWhole: string;
  /** Since when the server is silent, in words; '' while it is heard. */
  readonly stale: string;
  readonly asksSignIn: boolean;
  readonly mayDiagnose: boolean;
}

export interface Tongue {
  readonly words: WidgetWords;
  readonly locale: string;
  readonly timeZone: string;
}

/** A lost server is said within 5 s; the widget looks twice a second. */
export const STALE_MS = 4_500;
/** Under this it is said beside the figure too. */
const LOW_BATTERY = 15;

export function lookOf({ state, now, heardAt }: WidgetMoment, tongue: Tongue): WidgetLook {
  const { words } = tongue;
  if (state.state === 'signedOut') {
    const said = { statusWord: words.notSignedIn, reason: words.signedOut };
    return { ...nothing(tongue), ...said, phase: 'signedOut', asksSignIn: true };
  }
  if (state.state === 'refused') {
    const said = { statusWord: words.nothingToShow, reason: words.refused[state.why] };
    return { ...nothing(tongue), ...said, phase: 'refused' };
  }
  if (state.shown === null) {
    if (state.failures === 0) return loading(tongue);
    return { ...nothing(tongue), phase: 'away', reason: words.away };
  }
  const isSilent = heardAt === null || now - heardAt > STALE_MS;
  return {
    ...told(state.shown.telemetry, now, tongue),
    stale: isSilent ? staleWords(heardAt, tongue) : '',
  };
}

export function loading(tongue: Tongue): WidgetLook {
  const { words } = tongue;
  return { ...nothing(tongue), phase: 'loading', status: 'loading', statusWord: words.status.loading };
}

/** The address names no conversation: nothing can be asked. */
export function withoutConversation(tongue: Tongue): WidgetLook {
  const { nothingToShow, noConversation } = tongue.words;
  return { ...nothing(tongue), phase: 'refused', statusWord: nothingToShow, reason: noConversation };
}

function nothing({ words }: Tongue): WidgetLook {
  return {
    phase: 'shown',
    status: 'unknown',
    statusWord: words.status.unknown,
    reason: '',
    serial: '',
    battery: DASH,
    batteryPercent: null,
    firmware: DASH,
    lastSeen: DASH,
    lastSeenIso: '',
    lastSeenWhole: '',
    stale: '',
    asksSignIn: false,
    mayDiagnose: false,
  };
}

function told(telemetry: Telemetry, now: number, tongue: Tongue): WidgetLook {
  const { words } = tongue;
  const { deviceId, deviceStatus, battery, firmwareVersion, lastSeen } = telemetry;
  return {
    ...nothing(tongue),
    status: deviceStatus,
    statusWord: words.status[deviceStatus],
    reason: reasonWords(telemetry, words),
    serial: deviceId ?? '',
    battery: battery === null ? words.notKnown : batteryWords(battery, tongue),
    batteryPercent: battery,
    firmware: firmwareVersion ?? words.notKnown,
    lastSeen: lastSeen === null ? words.notKnown : ageWords(lastSeen, now, tongue),
    lastSeenIso: lastSeen === null ? '' : (isoMoment(lastSeen) ?? ''),
    lastSeenWhole: lastSeen === null ? '' : formatMoment(lastSeen, { ...tongue, precision: 'second' }),
    // Also where no device is known: it is asked for there by its serial number.
    mayDiagnose: true,
  };
}

function reasonWords({ deviceStatus, reason }: Telemetry, words: WidgetWords): string {
  if (reason !== null) return words.reason[reason.code];
  if (deviceStatus === 'offline') return words.offlineHint;
  return deviceStatus === 'unknown' ? words.unknownHint : '';
}

function batteryWords(battery: number, { words, locale }: Tongue): string {
  const percent = new Intl.NumberFormat(locale, { style: 'percent' }).format(Math.round(battery) / 100);
  return battery < LOW_BATTERY ? words.batteryLow.replace('{percent}', percent) : percent;
}

/** “3 minutes ago”. */
export function ageWords(at: number, now: number, { words, locale }: Tongue): string {
  const { key, count } = ageOf(at, now);
  if (key === 'now') return words.justNow;
  const unit = key === 'minutes' ? 'minute' : key === 'hours' ? 'hour' : 'day';
  return new Intl.RelativeTimeFormat(locale, { numeric: 'always' }).format(-count, unit);
}

function staleWords(heardAt: number | null, { words, locale, timeZone }: Tongue): string {
  if (heardAt === null) return words.away;
  return words.stale.replace('{time}', formatClock(heardAt, { locale, timeZone }, 'second'));
}

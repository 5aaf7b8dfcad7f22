'use client';
/** The wordings of a group of alerts and of a fault, from full to terse: what has no room is left out by design. */
import { useLocale, useTranslations } from 'use-intl';
import type { AlertGroup, Fault } from '../../lib/contracts/alert';
import { formatClock, formatCount } from '../../lib/format';
import { useZone } from '../live/use-zone';
import {
  commonName,
  groupState,
  type Piece,
  percentAbove,
  roundTimes,
  sensorText,
  sinceOf,
  type Wording,
} from './line-words';

export interface LineTimes {
  /** Server time now. */
  readonly now: number;
  /** Where nothing newer is known: since when; `null`: it is alive. */
  readonly asOf: number | null;
}

const plain = (text: string): Piece => ({ text, tone: 'plain' });
const strong = (text: string): Piece => ({ text, tone: 'strong' });
const soft = (text: string): Piece => ({ text, tone: 'soft' });
const dotted = (parts: readonly (string | null)[]) =>
  parts.flatMap((part) => (part === null || part === '' ? [] : ` · ${part}`)).join('');

/** The clock of the board, or how long ago where the clock alone would mislead. */
export function useSinceWords(): (at: number, now: number) => string {
  const t = useTranslations('alerts');
  const zone = useZone();
  return (at, now) => {
    const since = sinceOf(at, now);
    if (since.kind === 'time') return t('since', { time: formatClock(since.at, zone) });
    return t(since.kind === 'hours' ? 'sinceHours' : 'sinceDays', { count: since.count });
  };
}

export function useAsOfWords(): (asOf: number | null) => string {
  const t = useTranslations('alerts');
  const zone = useZone();
  return (asOf) => (asOf === null ? '' : t('asOf', { time: formatClock(asOf, zone) }));
}

export function useGroupWordings(group: AlertGroup, { now, asOf }: LineTimes): readonly Wording[] {
  const t = useTranslations('alerts');
  const locale = useLocale();
  const sinceWords = useSinceWords();
  const asOfWords = useAsOfWords()(asOf);
  const { product, firmwareVersion, site, deviceId } = group;
  const state = groupState(group);
  const who = deviceId ?? t('devices', { count: group.devices });
  const count = formatCount(group.devices, locale).text;
  const what = sensorText(group.sensorType);
  const firmware = firmwareVersion === null ? null : t('firmware', { version: firmwareVersion });
  const level = `${t(`level.${group.level}`)} · `;
  const { acknowledgedBy: taker } = group;
  // Who has it may not be told here; that somebody has it is.
  const taken = taker === null ? t('takenBrief') : t('takenBy', { name: taker });
  const standing = state === 'taken' ? taken : state === 'over' ? t('over') : '';
  const tail = asOfWords !== '' ? asOfWords : standing;
  const since = asOfWords === '' ? sinceWords(group.since, now) : null;
  const words = (
    head: readonly Piece[],
    about: readonly (string | null)[],
    last: readonly (string | null)[],
  ) => [...head, plain(`${dotted(about)}: `), strong(what), soft(dotted(last))];
  const brief = state === 'taken' && asOfWords === '' ? t('takenBrief') : tail;
  const named = product ?? site;
  const few = strong(deviceId ?? (named === null ? who : t('times', { count, name: named })));
  return [
    words([plain(level), strong(who)], [product, firmware, site], [since, tail]),
    words([plain(level), strong(who)], [product, firmware], [since, tail]),
    words([strong(who)], [product, firmware], [since, tail]),
    words([strong(who)], [product], [since, tail]),
    words([strong(who)], [product], [tail]),
    words([strong(who)], [product], [brief]),
    words([few], [], [brief]),
    words([few], [], []),
  ];
}

export function useFaultWordings(fault: Fault, { asOf }: LineTimes): readonly Wording[] {
  const t = useTranslations('alerts');
  const locale = useLocale();
  const zone = useZone();
  const asOfWords = useAsOfWords()(asOf);
  const { firmwareVersion, leadMinutes, endedAt, queueName } = fault;
  const lead = leadMinutes ?? 0;
  const common = commonName(fault);
  const sensor = fault.sensorType === null ? null : sensorText(fault.sensorType);
  const name = common ?? sensor ?? t('someDevices');
  const versioned = common === null || firmwareVersion === null ? name : `${name} ${firmwareVersion}`;
  const full = versioned === name ? name : `${name} ${t('firmware', { version: firmwareVersion ?? '' })}`;
  const devices = t('devices', { count: fault.devices });
  const times = t('timesUsual', { times: roundTimes(fault.alertsTimesUsual) });
  const percent = percentAbove(fault.callsTimesUsual);
  const ahead = lead > 0 ? t('ahead', { minutes: lead }) : null;
  const aheadShort = lead > 0 ? t('aheadShort', { minutes: lead }) : null;
  const over = endedAt === null ? null : t('overSince', { time: formatClock(endedAt, zone) });
  const tail = asOfWords === '' ? over : asOfWords;
  const calls = strong(t('callsTo', { queue: queueName, percent }));
  const few = t('times', { count: formatCount(fault.devices, locale).text, name });
  const queueCalls = strong(t('queueCalls', { queue: queueName, percent }));
  return [
    [strong(full), plain(`: ${devices}, ${times}; `), calls, soft(dotted([ahead, tail]))],
    [strong(versioned), plain(`: ${devices}, ${times}; `), calls, soft(dotted([aheadShort, tail]))],
    [strong(versioned), plain(`: ${devices}, ${times}; `), calls, soft(dotted([tail]))],
    [strong(versioned), plain(`: ${devices}; `), calls, soft(dotted([tail]))],
    [strong(few), plain(': '), queueCalls, soft(dotted([tail]))],
    [strong(few), plain(': '), queueCalls],
    [strong(name), plain(': '), queueCalls],
    [strong(name), plain(': '), strong(t('calls', { percent }))],
  ];
}

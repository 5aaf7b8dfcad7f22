/**
 * An alarm in one phrase, for people who do not see the board: chats, webhooks, the log. English, as all that this
 * server says outside its pages. Names from outside are bounded lines of text. Pure.
 */
import type { AlertGroup, Fault } from '../../lib/contracts/alert';
import { type KpiKey, kpiDefinition } from '../../lib/contracts/kpi';
import { DASH, formatCount, formatDuration, formatGlancePercent } from '../../lib/format';
import { kpiWords } from '../../lib/kpi-words';
import { plainName } from '../../lib/plain-name';

const LOCALE = 'en';
const NAME_LENGTH = 80;

/** The figure as people read it; `now`: epoch ms, for waits that go on. */
export function kpiText(kpi: KpiKey, value: number | null, now: number): string {
  const unit = kpiDefinition(kpi)?.unit ?? 'count';
  const { text, unit: mark } =
    unit === 'ratio'
      ? formatGlancePercent(value, LOCALE)
      : unit === 'count'
        ? formatCount(value, LOCALE)
        : formatDuration(unit === 'ms' || value === null ? value : now - value, 'down');
  return text === DASH || mark === '' ? text : `${text} ${mark}`;
}

export function figureText(
  name: string,
  { kpi, value, now }: { readonly kpi: KpiKey; readonly value: number | null; readonly now: number },
): string {
  return `${plainName(name, NAME_LENGTH)}: ${kpiWords(kpi)} ${kpiText(kpi, value, now)}`;
}

/** “17 devices, Thermo X, firmware 3.2: lost heartbeat”. */
export function groupText(group: AlertGroup): string {
  const { devices, deviceId, product, firmwareVersion, sensorType } = group;
  const who = [
    deviceId ?? `${devices} devices`,
    product,
    firmwareVersion === null ? null : `firmware ${firmwareVersion}`,
  ].flatMap((part) => (part === null ? [] : plainName(part, NAME_LENGTH)));
  return `${who.join(', ')}: ${plainName(sensorType.replaceAll('_', ' '), NAME_LENGTH)}`;
}

export function faultText({ queueName, devices, product, alertsTimesUsual, callsTimesUsual }: Fault): string {
  const which = product === null ? '' : ` (${plainName(product, NAME_LENGTH)})`;
  const queue = plainName(queueName, NAME_LENGTH);
  const times = (count: number) => Math.round(count * 10) / 10;
  return (
    `A fault of ${devices} devices${which} brings calls to ${queue}: ` +
    `alerts ${times(alertsTimesUsual)} times usual, calls ${times(callsTimesUsual)} times usual`
  );
}

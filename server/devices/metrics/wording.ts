/** What was measured, in words: sentences of the transcript. One line each, numbers only. */
import type { MetricKey, MetricWindow, ThresholdBreach } from '../../../lib/contracts/diagnostics';
import { mergedWindows } from './merged-windows';

interface Wording {
  readonly name: string;
  readonly unit: string;
  readonly digits: number;
}

const WORDINGS: Readonly<Record<MetricKey, Wording>> = {
  signal_dbm: { name: 'signal', unit: ' dBm', digits: 0 },
  latency_ms: { name: 'latency', unit: ' ms', digits: 0 },
  packet_loss_pct: { name: 'packet loss', unit: ' %', digits: 1 },
  errors: { name: 'errors', unit: '', digits: 0 },
};
const ORDER: readonly MetricKey[] = ['signal_dbm', 'latency_ms', 'packet_loss_pct', 'errors'];

/**
 * Closed windows, however many of each metric, as one sentence: “Signal −71 dBm (−74…−69), latency 31 ms (28…40), packet
 * loss 0.2 %”. `null`: there are none.
 */
export function measuredText(windows: readonly MetricWindow[]): string | null {
  if (windows.length === 0) return null;
  const merged = mergedWindows(windows);
  const parts = ORDER.flatMap((metric) => {
    const window = merged.find((one) => one.metric === metric);
    // That there are no errors goes without saying.
    return window === undefined || (metric === 'errors' && window.max === 0) ? [] : [partText(window)];
  });
  return parts.length === 0 ? 'No errors' : sentence(parts.join(', '));
}

/** “Signal −89 dBm, below −85 dBm”, “Packet loss back within 5 %, worst 7.5 %”. */
export function breachText({ metric, value, limit, endedAt }: ThresholdBreach): string {
  const { name } = WORDINGS[metric];
  const bound = withUnit(metric, limit);
  if (endedAt !== null) return sentence(`${name} back within ${bound}, worst ${withUnit(metric, value)}`);
  return sentence(`${name} ${withUnit(metric, value)}, ${value < limit ? 'below' : 'above'} ${bound}`);
}

function partText({ metric, min, max, avg }: MetricWindow): string {
  const { name, digits } = WORDINGS[metric];
  const [least, most] = [numberText(min, digits), numberText(max, digits)];
  const range = least === most ? '' : ` (${least}…${most})`;
  return `${name} ${withUnit(metric, avg)}${range}`;
}

function withUnit(metric: MetricKey, value: number): string {
  const { unit, digits } = WORDINGS[metric];
  return `${numberText(value, digits)}${unit}`;
}

/** With a true minus, at most so many digits, and no minus before a zero. */
function numberText(value: number, digits: number): string {
  const scale = 10 ** digits;
  const rounded = Math.round(value * scale) / scale;
  return rounded < 0 ? `−${-rounded}` : `${Math.abs(rounded)}`;
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

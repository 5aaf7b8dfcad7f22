/** The thresholds of devices' figures: by subject and KPI, with the delays and dead-bands of all others. */
import type { DeviceKpiKey, KpiStatus } from '../../../lib/contracts/kpi';
import type { SubjectKey } from '../../../lib/ids';
import { compileRule, limitsOf, type RuleInForce, rulesFor } from '../threshold-rules';
import { isPending, statusOf, stepThreshold, type ThresholdState, UNKNOWN_THRESHOLD } from '../thresholds';

export interface Look {
  /** `null`: not known now. */
  readonly value: number | null;
  /** Monotonic ms. */
  readonly now: number;
}

export interface DeviceThresholds {
  judge(subject: SubjectKey, kpi: DeviceKpiKey, look: Look): KpiStatus;
  /** Whether time alone may change some status. */
  isPending(): boolean;
  /** Forgets all other subjects. */
  keep(subjects: ReadonlySet<SubjectKey>): void;
}

/** Who asks about ever new subjects does not fill the memory: past this, all begin anew. */
const MAX_STATES = 200_000;

export function createDeviceThresholds(rules: readonly RuleInForce[]): DeviceThresholds {
  const states = new Map<SubjectKey, Map<DeviceKpiKey, ThresholdState>>();

  function judge(subject: SubjectKey, kpi: DeviceKpiKey, { value, now }: Look): KpiStatus {
    const rule = rulesFor(
      rules.filter((candidate) => candidate.kpi === kpi),
      subject,
    )[0];
    if (value === null) {
      states.get(subject)?.delete(kpi);
      return 'unknown';
    }
    if (rule === undefined) return 'normal';
    const held = states.get(subject)?.get(kpi) ?? UNKNOWN_THRESHOLD;
    const next = stepThreshold(held, value, { limits: limitsOf(compileRule(rule), Number.NaN), now });
    if (next !== held) remember(subject, kpi, next);
    return statusOf(next);
  }

  function remember(subject: SubjectKey, kpi: DeviceKpiKey, state: ThresholdState): void {
    if (states.size >= MAX_STATES) states.clear();
    const own = states.get(subject);
    if (own === undefined) states.set(subject, new Map([[kpi, state]]));
    else own.set(kpi, state);
  }

  return {
    judge,
    isPending: () => [...states.values()].some((own) => [...own.values()].some(isPending)),
    keep(subjects) {
      for (const subject of states.keys()) if (!subjects.has(subject)) states.delete(subject);
    },
  };
}

/** The thresholds of devices' figures: by subject and KPI, with the delays and dead-bands of all others. */
import type { DeviceKpiKey, KpiStatus } from '../../../lib/contracts/kpi';
import type { ThresholdRule } from '../../../lib/contracts/settings';
import type { SubjectKey } from '../../../lib/ids';
import { createThresholdBook } from '../threshold-book';
import { type CompiledRule, limitsOf } from '../threshold-rules';
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
  /** Other rules hold from now on: a figure goes on under one that stays, else it is decided anew. */
  replace(rules: readonly ThresholdRule[]): void;
  /** Forgets all other subjects. */
  keep(subjects: ReadonlySet<SubjectKey>): void;
}

/** Who asks about ever new subjects does not fill the memory: past this, all begin anew. */
const MAX_STATES = 200_000;

interface Held {
  readonly rule: CompiledRule;
  readonly state: ThresholdState;
}

export function createDeviceThresholds(own: readonly ThresholdRule[]): DeviceThresholds {
  const states = new Map<SubjectKey, Map<DeviceKpiKey, Held>>();
  let book = createThresholdBook(own);

  function judge(subject: SubjectKey, kpi: DeviceKpiKey, { value, now }: Look): KpiStatus {
    const rule = book.rulesOf(subject).find((candidate) => candidate.kpi === kpi);
    if (value === null) {
      states.get(subject)?.delete(kpi);
      return 'unknown';
    }
    if (rule === undefined) return 'normal';
    const known = states.get(subject)?.get(kpi);
    const held = known?.rule === rule ? known.state : UNKNOWN_THRESHOLD;
    const next = stepThreshold(held, value, { limits: limitsOf(rule, Number.NaN), now });
    if (next !== held) remember(subject, kpi, { rule, state: next });
    return statusOf(next);
  }

  function remember(subject: SubjectKey, kpi: DeviceKpiKey, state: Held): void {
    if (states.size >= MAX_STATES) states.clear();
    const own = states.get(subject);
    if (own === undefined) states.set(subject, new Map([[kpi, state]]));
    else own.set(kpi, state);
  }

  return {
    judge,
    isPending: () =>
      [...states.values()].some((own) => [...own.values()].some(({ state }) => isPending(state))),
    replace(rules) {
      book = createThresholdBook(rules, book);
    },
    keep(subjects) {
      for (const subject of states.keys()) if (!subjects.has(subject)) states.delete(subject);
    },
  };
}

/** What readers were last told of each figure of devices, so that only what changed is told: a fresher age is none. */
import type { ValueChange } from '../../../lib/contracts/push';
import type { SubjectKey } from '../../../lib/ids';

export interface ShownDevices {
  /** True where it differs from what was shown; then it is taken as shown. */
  take(change: ValueChange): boolean;
  /** Forgets all other subjects. */
  keep(subjects: ReadonlySet<SubjectKey>): void;
}

export function createShownDevices(): ShownDevices {
  const shown = new Map<string, Map<string, string>>();
  return {
    take({ subject, kpi, value, status, stale, detail }) {
      const face = JSON.stringify([value, status, stale, detail?.map(({ count }) => count)]);
      const held = shown.get(subject);
      if (held?.get(kpi) === face) return false;
      if (held === undefined) shown.set(subject, new Map([[kpi, face]]));
      else held.set(kpi, face);
      return true;
    },
    keep(subjects) {
      // Only subject keys are its keys.
      for (const subject of shown.keys()) if (!subjects.has(subject as SubjectKey)) shown.delete(subject);
    },
  };
}

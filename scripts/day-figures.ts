/** The day's figures of each queue, in the units that a truth file uses, and their comparison. */
import type { KpisResponse } from '../lib/contracts/api';
import type { KpiKey } from '../lib/contracts/kpi';

export interface DayFigures {
  readonly queue: string;
  readonly offered: number | null;
  readonly answered: number | null;
  readonly abandoned: number | null;
  readonly abandonRatePct: number | null;
  readonly serviceLevelPct: number | null;
  readonly asaSeconds: number | null;
  readonly maxWaitSeconds: number | null;
  readonly ahtSeconds: number | null;
}

export const COMPARED = [
  'offered',
  'answered',
  'abandoned',
  'abandonRatePct',
  'serviceLevelPct',
  'asaSeconds',
  'maxWaitSeconds',
  'ahtSeconds',
] as const satisfies readonly (keyof DayFigures)[];

/** One row a queue over all media types, not rounded. */
export function figuresOf(response: KpisResponse): readonly DayFigures[] {
  const rows = response.queues.filter((row) => row.mediaType === null);
  return rows.map((row) => {
    const value = (kpi: KpiKey) => row.values[kpi]?.value ?? null;
    return {
      queue: row.name,
      offered: value('offered'),
      answered: value('answered'),
      abandoned: value('abandoned'),
      abandonRatePct: times(value('abandonRate'), 100),
      serviceLevelPct: times(value('serviceLevel'), 100),
      asaSeconds: times(value('asaMs'), 1 / 1_000),
      maxWaitSeconds: times(value('maxWaitMs'), 1 / 1_000),
      ahtSeconds: times(value('ahtMs'), 1 / 1_000),
    };
  });
}

function times(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}

/** One sentence a difference; a queue that one side lacks is a difference. A figure the truth leaves out is not compared. */
export function compareWithTruth(figures: readonly DayFigures[], truthText: string): readonly string[] {
  // The truth file's shape is documented beside it; a missing figure is skipped, a wrong one shows as a difference.
  const truth = new Map(Object.entries(JSON.parse(truthText) as Record<string, Partial<DayFigures>>));
  const differences: string[] = [];
  for (const queue of truth.keys()) {
    if (!figures.some((f) => f.queue === queue)) differences.push(`${queue}: not on the board`);
  }
  for (const figure of figures) {
    const right = truth.get(figure.queue);
    if (right === undefined) differences.push(`${figure.queue}: not in the truth`);
    for (const key of COMPARED) {
      const wanted = right?.[key];
      if (wanted === undefined || sameFigure(figure[key], wanted)) continue;
      differences.push(`${figure.queue}: ${key} is ${figure[key]}, right is ${wanted}`);
    }
  }
  return differences;
}

/** Equal to the truth's two decimals, however it rounds a half; the hair is for binary fractions. */
function sameFigure(shown: number | null, wanted: number | null): boolean {
  if (shown === null || wanted === null) return shown === wanted;
  return Math.abs(shown - wanted) <= (Number.isInteger(shown) && Number.isInteger(wanted) ? 0 : 0.005) + 1e-9;
}

export function printFigures(figures: readonly DayFigures[]): void {
  const rounded = (value: unknown) => (typeof value === 'number' ? Number(value.toFixed(2)) : value);
  console.table(
    figures.map((figure) => Object.fromEntries(Object.entries(figure).map(([k, v]) => [k, rounded(v)]))),
  );
}

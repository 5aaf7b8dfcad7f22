/**
 * What a share or an average is made of: its numerator and denominator as they are now, for whoever asks what a figure
 * means. Pure; NaN is what is not known.
 */
import type { KpiKey } from '../../lib/contracts/kpi';
import { FIGURE } from './figures';
import { denominatorOf, type FormulaOptions } from './formulas';
import { at } from './row-layout';

export interface KpiParts {
  /** A count; for averages a sum of ms. `null`: not known. */
  readonly numerator: number | null;
  readonly denominator: number | null;
}

/** `null`: the figure is no share and no average. */
export function partsOf(kpi: KpiKey, figures: readonly number[], options: FormulaOptions): KpiParts | null {
  const denominator = denominatorOf(kpi, figures);
  const left = options.excludeShortAbandons ? at(figures, FIGURE.shortAbandoned) : 0;
  switch (kpi) {
    case 'serviceLevel':
    case 'serviceLevelBudget':
      return parts(at(figures, FIGURE.levelMet), denominator);
    case 'abandonRate':
      return parts(at(figures, FIGURE.abandoned) - left, denominator - left);
    case 'asaMs':
      return parts(at(figures, FIGURE.answeredMs), denominator);
    case 'ahtMs':
      return parts(at(figures, FIGURE.handledMs), denominator);
    case 'avgWaitMs':
      return parts(at(figures, FIGURE.leftMs), denominator);
    case 'occupancy':
      return parts(
        known(at(figures, FIGURE.agentsInteracting)) + known(at(figures, FIGURE.communicating)),
        denominator,
      );
    case 'agentsAvailable':
      return parts(at(figures, FIGURE.idle), denominatorOf('occupancy', figures));
    default:
      return null;
  }
}

function parts(numerator: number, denominator: number): KpiParts {
  return { numerator: orNull(numerator), denominator: orNull(denominator) };
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function known(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}

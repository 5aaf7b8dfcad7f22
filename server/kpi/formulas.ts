/**
 * Every KPI of the catalogue from the figures of a subject. Pure; the same for a queue and for a roll-up, because
 * figures add up and formulas do not. NaN stands for `null`: no denominator, nobody waiting, or not known.
 */
import {
  KPI_CATALOGUE,
  KPI_KEYS,
  type KpiKey,
  QUEUE_KPI_KEYS,
  type QueueKpiKey,
} from '../../lib/contracts/kpi';
import { FIGURE } from './figures';
import { at } from './row-layout';

export interface FormulaOptions {
  /** Leaves short abandons out of both sides of the abandon rate. */
  readonly excludeShortAbandons: boolean;
}

type Figures = readonly number[];
type Formula = (figures: Figures, options: FormulaOptions) => number;

/** The quotient, NaN without a denominator. */
export function ratio(numerator: number, denominator: number): number {
  return denominator > 0 ? numerator / denominator : Number.NaN;
}

function figure(index: number): Formula {
  return (figures) => at(figures, index);
}
function quotient(numerator: number, denominator: number): Formula {
  return (figures) => ratio(at(figures, numerator), at(figures, denominator));
}

function known(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}

/** Σ of the four qualifiers; what is not known adds nothing, NaN where none is. */
function onQueue(figures: Figures): number {
  const idle = at(figures, FIGURE.idle);
  const interacting = at(figures, FIGURE.agentsInteracting);
  const communicating = at(figures, FIGURE.communicating);
  const notResponding = at(figures, FIGURE.notResponding);
  const isUnknown =
    Number.isNaN(idle) &&
    Number.isNaN(interacting) &&
    Number.isNaN(communicating) &&
    Number.isNaN(notResponding);
  if (isUnknown) return Number.NaN;
  return known(idle) + known(interacting) + known(communicating) + known(notResponding);
}

function occupancy(figures: Figures): number {
  const busy = known(at(figures, FIGURE.agentsInteracting)) + known(at(figures, FIGURE.communicating));
  return ratio(busy, onQueue(figures));
}

function abandonRate(figures: Figures, options: FormulaOptions): number {
  const left = options.excludeShortAbandons ? at(figures, FIGURE.shortAbandoned) : 0;
  return ratio(at(figures, FIGURE.abandoned) - left, at(figures, FIGURE.offered) - left);
}

/** A fraction of 0 … 1; a mixed or missing target is none. */
export function serviceLevelTarget(figures: Figures): number {
  const target = at(figures, FIGURE.target);
  return target > 0 && target <= 1 ? target : Number.NaN;
}

/** Targets are read to six decimals, so that the budget is exact in integers. */
const TARGET_PARTS = 1_000_000;

/**
 * Like an error budget. At or above the target p with M of N met: how many of the next may miss in a row before
 * the level falls below p, ⌊M ÷ p⌋ − N. Below: minus how many must be met in a row to get back,
 * ⌈(pN − M) ÷ (1 − p)⌉; NaN where none suffices (p = 1), for N = 0 and without a target.
 */
export function serviceLevelBudget(target: number, met: number, counted: number): number {
  const p = Math.round(target * TARGET_PARTS);
  if (!(p > 0 && p <= TARGET_PARTS && counted > 0)) return Number.NaN;
  const shortfall = p * counted - TARGET_PARTS * met;
  if (shortfall <= 0) return floorDivide(met * TARGET_PARTS, p) - counted;
  return p === TARGET_PARTS ? Number.NaN : -ceilDivide(shortfall, TARGET_PARTS - p);
}

/** Integer divisions without a rounded quotient on the way. */
function floorDivide(a: number, b: number): number {
  return (a - (a % b)) / b;
}
function ceilDivide(a: number, b: number): number {
  return floorDivide(a + b - 1, b);
}

function budget(figures: Figures): number {
  return serviceLevelBudget(
    serviceLevelTarget(figures),
    at(figures, FIGURE.levelMet),
    at(figures, FIGURE.levelCounted),
  );
}

const FORMULAS: Readonly<Record<QueueKpiKey, Formula>> = {
  waiting: figure(FIGURE.waiting),
  longestWaitSince: figure(FIGURE.longestSince),
  alerting: figure(FIGURE.alerting),
  interacting: figure(FIGURE.interacting),
  offered: figure(FIGURE.offered),
  answered: figure(FIGURE.answered),
  abandoned: figure(FIGURE.abandoned),
  shortAbandoned: figure(FIGURE.shortAbandoned),
  flowedOut: figure(FIGURE.flowedOut),
  transferred: figure(FIGURE.transferred),
  abandonRate,
  serviceLevel: quotient(FIGURE.levelMet, FIGURE.levelCounted),
  serviceLevelTarget,
  serviceLevelBudget: budget,
  asaMs: quotient(FIGURE.answeredMs, FIGURE.answered),
  ahtMs: quotient(FIGURE.handledMs, FIGURE.handled),
  avgWaitMs: quotient(FIGURE.leftMs, FIGURE.left),
  maxWaitMs: figure(FIGURE.maxWait),
  agentsOnQueue: onQueue,
  agentsAvailable: figure(FIGURE.idle),
  agentsInteracting: figure(FIGURE.agentsInteracting),
  agentsCommunicating: figure(FIGURE.communicating),
  agentsNotResponding: figure(FIGURE.notResponding),
  agentsOffQueue: figure(FIGURE.offQueue),
  occupancy,
  drift: figure(FIGURE.drift),
};

/** Place of a KPI in `KPI_KEYS`; the engine's rows are in that order. */
export function kpiIndex(key: KpiKey): number {
  return KPI_KEYS.indexOf(key);
}
/** The KPIs that exist for each media type come first in the catalogue. */
export const MEDIA_KPIS = KPI_CATALOGUE.filter((definition) => definition.scope === 'media').length;

const FORMULA_AT: readonly Formula[] = QUEUE_KPI_KEYS.map((key) => FORMULAS[key]);

/** The KPI at a place of the catalogue; NaN for `null`. */
export function kpiAt(index: number, figures: Figures, options: FormulaOptions): number {
  return FORMULA_AT[index]?.(figures, options) ?? Number.NaN;
}

/** What the KPI is a share of, for a minimum below which it is not judged; Infinity for those that are no share. */
export function denominatorOf(key: KpiKey, figures: Figures): number {
  switch (key) {
    case 'serviceLevel':
    case 'serviceLevelBudget':
      return at(figures, FIGURE.levelCounted);
    case 'abandonRate':
      return at(figures, FIGURE.offered);
    case 'asaMs':
      return at(figures, FIGURE.answered);
    case 'ahtMs':
      return at(figures, FIGURE.handled);
    case 'avgWaitMs':
      return at(figures, FIGURE.left);
    case 'occupancy':
      return onQueue(figures);
    default:
      return Number.POSITIVE_INFINITY;
  }
}

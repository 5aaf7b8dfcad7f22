/** Which columns of a queue table fit on the floor, and how broad they are. The rightmost go first. Pure; in u. */
import { textWidthEm } from './text-fit';

export interface ColumnWords<Key extends string> {
  readonly key: Key;
  readonly head: string;
  /** The broadest text that the column must hold. */
  readonly broadest: string;
}

export interface FittedColumns<Key extends string> {
  readonly columns: readonly { readonly key: Key; readonly head: string; readonly widthU: number }[];
  readonly nameWidthU: number;
}

/** Room that a queue's name needs at least: about eleven letters and the state's shape. */
const NAME_U = 6.2;
/** More than this a name does not need. */
const NAME_MOST_U = 13;
const CELL_PADDING_U = 0.64;

export function fitColumns<Key extends string>(
  columns: readonly ColumnWords<Key>[],
  widthU: number,
  typeU: number,
): FittedColumns<Key> {
  const sized = columns.map(({ key, head, broadest }) => ({
    key,
    head,
    widthU: Math.max(textWidthEm(head), textWidthEm(broadest)) * typeU + CELL_PADDING_U,
  }));
  let kept = sized;
  while (kept.length > 1 && sum(kept) + NAME_U > widthU) kept = kept.slice(0, -1);
  const spare = widthU - sum(kept) - NAME_U;
  // Figures keep their room before names do.
  const nameWidthU = spare < 0 ? widthU - sum(kept) : Math.min(NAME_MOST_U, NAME_U + spare * 0.45);
  const each = (widthU - nameWidthU - sum(kept)) / Math.max(1, kept.length);
  return { columns: kept.map((column) => ({ ...column, widthU: column.widthU + each })), nameWidthU };
}

const LEAST_TYPE_U = 0.8;
const TYPE_STEP_U = 0.05;

/**
 * The largest type up to `mostU` in which as many columns have room as in the least, and the names too: a wall has room
 * for larger letters sooner than for fewer figures.
 */
export function fitTable<Key extends string>(
  columns: readonly ColumnWords<Key>[],
  widthU: number,
  mostU: number,
): FittedColumns<Key> & { readonly typeU: number } {
  const least = fitColumns(columns, widthU, LEAST_TYPE_U);
  for (let typeU = mostU; typeU > LEAST_TYPE_U; typeU -= TYPE_STEP_U) {
    const fitted = fitColumns(columns, widthU, typeU);
    if (fitted.columns.length === least.columns.length && fitted.nameWidthU >= NAME_U)
      return { ...fitted, typeU };
  }
  return { ...least, typeU: LEAST_TYPE_U };
}

function sum(columns: readonly { readonly widthU: number }[]): number {
  return columns.reduce((total, column) => total + column.widthU, 0);
}

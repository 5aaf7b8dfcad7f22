/**
 * Puts a unit into the tables of alerts.db, inside the caller's transaction. Fifty rows a statement: each call into
 * the driver costs about as much as a row.
 */
import type { RefusalReason } from '../../lib/contracts/alert';
import type { AlertUnit, StoredRefusal } from './alert-ports';
import {
  ALERT_COLUMNS,
  alertValues,
  type Bound,
  DELIVERY_COLUMNS,
  DEVICE_COLUMNS,
  deliveryValues,
  deviceValues,
  REFUSAL_COLUMNS,
  refusalValues,
} from './alert-rows';

const ROWS_IN_STATEMENT = 50;
export const MAX_REFUSALS = 1_000;

/** Runs a statement; how many rows it changed. */
export type Run = (sql: string, values: readonly Bound[]) => number;

interface Target {
  readonly table: string;
  /** The key first. */
  readonly columns: readonly string[];
  readonly where: 'nothing' | 'instead';
}

const NEW_ALERTS: Target = { table: 'alerts', columns: ALERT_COLUMNS, where: 'nothing' };
const CHANGED_ALERTS: Target = { table: 'alerts', columns: ALERT_COLUMNS, where: 'instead' };
const DEVICES: Target = { table: 'devices', columns: DEVICE_COLUMNS, where: 'instead' };
const DELIVERIES: Target = { table: 'deliveries', columns: DELIVERY_COLUMNS, where: 'instead' };
const REFUSALS: Target = { table: 'refusals', columns: REFUSAL_COLUMNS, where: 'nothing' };

export class AlertUnitWriter {
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  write({ newAlerts, changedAlerts, devices, deliveries, refusals }: AlertUnit): void {
    this.#put(NEW_ALERTS, newAlerts.map(alertValues));
    this.#put(CHANGED_ALERTS, changedAlerts.map(alertValues));
    this.#put(DEVICES, devices.map(deviceValues));
    this.#put(DELIVERIES, deliveries.map(deliveryValues));
    if (refusals.length > 0) this.#refuse(refusals);
  }

  #put(target: Target, rows: readonly (readonly Bound[])[]): void {
    let done = 0;
    for (; rows.length - done >= ROWS_IN_STATEMENT; done += ROWS_IN_STATEMENT) {
      this.#run(statementFor(target, ROWS_IN_STATEMENT), rows.slice(done, done + ROWS_IN_STATEMENT).flat());
    }
    for (const row of rows.slice(done)) this.#run(statementFor(target, 1), row);
  }

  #refuse(refusals: readonly StoredRefusal[]): void {
    const counts = new Map<RefusalReason, number>();
    const statement = statementFor(REFUSALS, 1);
    for (const refusal of refusals) {
      const added = this.#run(statement, refusalValues(refusal));
      counts.set(refusal.reason, (counts.get(refusal.reason) ?? 0) + added);
    }
    for (const [reason, count] of counts) {
      this.#run(
        `INSERT INTO refusal_counts (reason, count) VALUES (?, ?)
          ON CONFLICT (reason) DO UPDATE SET count = count + excluded.count`,
        [reason, count],
      );
    }
    this.#run(
      `DELETE FROM refusals
        WHERE place <= (SELECT place FROM refusals ORDER BY place DESC LIMIT 1 OFFSET ?)`,
      [MAX_REFUSALS],
    );
  }
}

/** `nothing`: rows that are there stay. `instead`: they are replaced, each in its place. */
function statementFor({ table, columns, where }: Target, rowCount: number): string {
  const [key = '', ...others] = columns;
  const row = `(${columns.map(() => '?').join(', ')})`;
  const rows = Array.from({ length: rowCount }, () => row).join(', ');
  const changes = others.map((column) => `${column} = excluded.${column}`).join(', ');
  const then = where === 'nothing' ? 'NOTHING' : `UPDATE SET ${changes}`;
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${rows} ON CONFLICT (${key}) DO ${then}`;
}

/**
 * Who owns the made-up devices: customers with an account and a number that they call from. Most have one device, some
 * two, a few none; a few devices belong to nobody, and a few households share a number. The same fleet and seed give
 * the same customers. Numbers are those that NANPA keeps for fiction (555-0100 to 555-0199). Pure.
 */
import { seededRandom } from '../../runtime/random';
import type { FleetDevice } from './device-fleet';

export interface Customer {
  readonly customerId: string;
  readonly account: string;
  /** E.164. */
  readonly ani: string;
  readonly devices: readonly FleetDevice[];
}

const NOBODYS = 0.03;
const SECOND_DEVICE = 0.12;
const SHARED_NUMBER = 0.02;
const WITHOUT_DEVICE = 10;
const NUMBERS_AN_AREA = 100;
const FIRST_AREA = 201;
/** Numbers from here on are nobody's. */
const UNKNOWN_AREA = 985;

export function planCustomers(fleet: readonly FleetDevice[], seed: number): readonly Customer[] {
  const random = seededRandom(seed ^ 0xc057);
  const customers: { ani: string; devices: FleetDevice[] }[] = [];
  for (const device of fleet) {
    const last = customers.at(-1);
    if (random() < NOBODYS) continue;
    if (last?.devices.length === 1 && random() < SECOND_DEVICE) {
      last.devices.push(device);
      continue;
    }
    const shares = last !== undefined && random() < SHARED_NUMBER;
    customers.push({ ani: shares ? last.ani : numberAt(FIRST_AREA, customers.length), devices: [device] });
  }
  for (let n = 0; n < WITHOUT_DEVICE; n += 1) {
    customers.push({ ani: numberAt(FIRST_AREA, customers.length), devices: [] });
  }
  return customers.map((customer, index) => ({
    customerId: `C-${100_000 + index}`,
    account: `A-${20_000 + index * 7}`,
    ...customer,
  }));
}

/** Nobody's number; `draw` is 0..1. */
export function unknownNumber(draw: number): string {
  return numberAt(UNKNOWN_AREA, Math.floor(draw * 5 * NUMBERS_AN_AREA));
}

function numberAt(firstArea: number, index: number): string {
  const area = firstArea + Math.floor(index / NUMBERS_AN_AREA);
  return `+1${area}55501${String(index % NUMBERS_AN_AREA).padStart(2, '0')}`;
}

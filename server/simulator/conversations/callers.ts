/**
 * Who calls: drawn once a conversation, from a seed and its number, so that it is the same whenever it is asked. Most
 * are owners of a product whose queue they call; some numbers are unknown, and some of those have typed an account.
 */
import { seededRandom } from '../../runtime/random';
import { type Customer, unknownNumber } from '../world/customers';

export interface Caller {
  /** `null`: nobody whom the maker knows. */
  readonly customer: Customer | null;
  /** E.164; `null`: the medium has none. */
  readonly ani: string | null;
  /** As it stands in the customer's attributes; `null`: it was not asked. */
  readonly account: string | null;
}

export interface CallerDraw {
  /** Of the first queue that was called. */
  readonly queueName: string | null;
  readonly mediaType: string;
  readonly number: number;
}

export type DrawCaller = (draw: CallerDraw) => Caller;

const UNKNOWN = 0.12;
const TYPED_ACCOUNT = 0.4;
const WITH_NUMBER: ReadonlySet<string> = new Set(['voice', 'callback']);

export function createCallers(customers: readonly Customer[], seed: number): DrawCaller {
  const owners = new Map<string, Customer[]>();
  const everyone = customers.filter(({ devices }) => devices.length > 0);
  for (const customer of everyone) {
    for (const name of new Set(customer.devices.map(({ product }) => product.queueName ?? ''))) {
      owners.set(name, [...(owners.get(name) ?? []), customer]);
    }
  }
  return ({ queueName, mediaType, number }) => {
    const random = seededRandom((seed ^ 0xca11) + Math.imul(number, 0x9e3779b1));
    const isUnknown = random() < UNKNOWN;
    const typesAccount = random() < TYPED_ACCOUNT;
    const from = owners.get(queueName ?? '') ?? everyone;
    const customer = from[Math.floor(random() * from.length)] ?? null;
    const hasNumber = WITH_NUMBER.has(mediaType);
    if (customer === null || isUnknown) {
      const account = typesAccount ? (customer?.account ?? null) : null;
      const ani = hasNumber ? unknownNumber(random()) : null;
      return { customer: account === null ? null : customer, ani, account };
    }
    return { customer, ani: hasNumber ? customer.ani : null, account: hasNumber ? null : customer.account };
  };
}

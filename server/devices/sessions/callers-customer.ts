/**
 * Whether a customer is the one whom an interaction is with: by what the flow wrote down, or the number that calls. An
 * agent begins sessions with his caller's devices, not with any that he knows the number of. Where nobody is known by
 * any of them whoever says his number and the device's is taken at his word: that he owns it is checked beside.
 */
import { accountSchema, aniSchema, deviceKeySchema } from '../../../lib/contracts/device';
import type { CustomerQuery } from '../customers';
import type { CustomerDirectory, Interaction } from '../ports';
import { ACCOUNT_ATTRIBUTE, DEVICE_ATTRIBUTE } from '../telemetry/target-finder';

/** `unavailable`: it cannot be found out now. */
export async function isCaller(
  customers: CustomerDirectory,
  interaction: Interaction,
  customerId: string,
): Promise<'yes' | 'no' | 'unavailable'> {
  let [isSomebodyKnown, isAway] = [false, false];
  for (const query of queriesOf(interaction)) {
    const found = await customers.find(query);
    if (!found.ok) isAway = true;
    else if (found.value.some((customer) => customer.customerId === customerId)) return 'yes';
    else if (found.value.length > 0) isSomebodyKnown = true;
  }
  if (isAway) return 'unavailable';
  return isSomebodyKnown ? 'no' : 'yes';
}

function queriesOf({ customerAttributes, customerAni }: Interaction): readonly CustomerQuery[] {
  const account = accountSchema.safeParse(customerAttributes.get(ACCOUNT_ATTRIBUTE));
  const ani = aniSchema.safeParse(customerAni);
  const device = deviceKeySchema.safeParse(customerAttributes.get(DEVICE_ATTRIBUTE));
  return [
    ...(account.success ? [{ account: account.data }] : []),
    ...(ani.success ? [{ ani: ani.data }] : []),
    ...(device.success ? [{ deviceId: device.data }] : []),
  ];
}

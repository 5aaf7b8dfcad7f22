/** Whose devices an agent begins sessions with: those of whom he speaks with. */
import { afterEach, describe, expect, it } from 'vitest';
import { err, ok } from '../../../../lib/result';
import { failure } from '../../../../server/runtime/errors';
import { AGENT, interactionOf, kindOf, refusedAs, SENIOR, Stage } from './desk-stage';

let stage: Stage | null = null;
async function started(...args: ConstructorParameters<typeof Stage>): Promise<Stage> {
  stage = await new Stage(...args).start();
  return stage;
}
afterEach(async () => {
  await stage?.stop();
  stage = null;
});

describe('the customer of an interaction', () => {
  it.each([
    ['his account', { account: 'A-1' }, 'customer-1', 'device-1', AGENT, 'ok'],
    ['his device', { deviceId: 'device-1' }, 'customer-1', 'device-1', AGENT, 'ok'],
    ['the account of somebody else', { account: 'A-2' }, 'customer-1', 'device-1', AGENT, 'not-yours'],
    ['a device of somebody else', { deviceId: 'device-2' }, 'customer-1', 'device-1', AGENT, 'not-yours'],
    ['an account that nobody has', { account: 'A-9' }, 'customer-1', 'device-1', AGENT, 'ok'],
    ['another account, asked by a senior', { account: 'A-2' }, 'customer-1', 'device-1', SENIOR, 'ok'],
    [
      'his account beside another device',
      { account: 'A-1', deviceId: 'device-2' },
      'customer-1',
      'device-1',
      AGENT,
      'ok',
    ],
  ] as const)('DEV-126 an interaction with %s', async (_, attributes, customerId, deviceId, actor, said) => {
    const made = await started();
    made.interactions.set(
      'one',
      interactionOf('one', { customerAttributes: new Map(Object.entries(attributes)) }),
    );
    expect(kindOf(await made.initiate({ customerId, deviceId }, actor))).toBe(said);
    if (said === 'ok') return;
    await refusedAs(made, 'session.refused', 'other-customer');
    expect([made.appliances.links, made.store.sessions.size]).toEqual([[], 0]);
  });

  it('DEV-126 who calls is found by his number, and cannot be while customers cannot be asked', async () => {
    const customer = (n: number) => ({
      customerId: `customer-${n}`,
      account: null,
      devices: [{ deviceId: `device-${n}`, product: null }],
    });
    for (const [who, said] of [
      [[customer(2)], 'not-yours'],
      [[customer(2), customer(1)], 'ok'],
      [null, 'unavailable'],
    ] as const) {
      const made = await started({
        customers: {
          find: async (by) => {
            if (!('ani' in by)) return ok([customer(1)]);
            return who === null ? err(failure('retry', 'timeout', 'away')) : ok(who);
          },
        },
      });
      made.interactions.set('one', interactionOf('one', { customerAni: 'tel:+35312345678' }));
      expect(kindOf(await made.initiate())).toBe(said);
      await made.stop();
    }
  });
});

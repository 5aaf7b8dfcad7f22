import { describe, expect, it } from 'vitest';
import { err, ok, type Result } from '../../../../lib/result';
import type { Interaction, InteractionDirectory } from '../../../../server/devices/ports';
import { createAttributeDelivery } from '../../../../server/devices/transcript/attribute-delivery';
import type { TranscriptMessage } from '../../../../server/devices/transcript/transcript-message';
import { type Failure, failure } from '../../../../server/runtime/errors';

const AT = Date.UTC(2026, 10, 20, 14, 2, 5);
const notice = (text: string): TranscriptMessage => ({ kind: 'notice', at: AT, text });

/** A platform that holds one conversation, and fails as it is told. */
function platform(start: ReadonlyMap<string, string> = new Map()) {
  const attributes = new Map(start);
  const writes: ReadonlyMap<string, string>[] = [];
  let trouble: { find?: Failure; write?: Failure } = {};
  let [finds, customer, isThere] = [0, 'p-1' as string | null, true];
  const directory: InteractionDirectory = {
    async find(id): Promise<Result<Interaction | null, Failure>> {
      finds++;
      if (trouble.find !== undefined) return err(trouble.find);
      if (!isThere) return ok(null);
      const none = { agentUserIds: [], customerAni: null, queueId: null, isOver: false };
      return ok({ id, ...none, customerAttributes: new Map(attributes), customerParticipantId: customer });
    },
    async setAttributes({ customerParticipantId }, more) {
      if (trouble.write !== undefined) return err(trouble.write);
      if (customerParticipantId !== customer) return err(failure('fatal', 'not.found', 'm', { status: 404 }));
      writes.push(more);
      for (const [name, value] of more) attributes.set(name, value);
      return ok(undefined);
    },
    rolesOf: async () => ok([]),
  };
  return {
    ...{ directory, attributes, writes },
    finds: () => finds,
    fail: (next: typeof trouble) => {
      trouble = next;
    },
    set: (next: { customer?: string | null; isThere?: boolean }) => {
      customer = next.customer === undefined ? customer : next.customer;
      isThere = next.isThere ?? isThere;
    },
  };
}

describe('the transcript in the conversation’s attributes', () => {
  it('DEV-100 is a ring of twenty and the newest beside, each with its number and time, several in one request', async () => {
    const p = platform(new Map([['account', 'A-1']]));
    const delivery = createAttributeDelivery(p.directory);
    expect(delivery.batch).toBe(20);
    expect(await delivery.send('c', [notice('one'), notice('two')])).toEqual({ kind: 'sent' });
    expect([...p.attributes]).toEqual([
      ['account', 'A-1'],
      ['floorcast.diagnostics.01', '#1 14:02:05 UTC: one'],
      ['floorcast.diagnostics.last', '#2 14:02:05 UTC: two'],
      ['floorcast.diagnostics.02', '#2 14:02:05 UTC: two'],
    ]);
    expect(p.writes).toHaveLength(1);
    for (let i = 3; i <= 100; i++) await delivery.send('c', [notice(`n${i}`)]);
    expect(p.attributes.size).toBe(22);
    const slots = Array.from({ length: 20 }, (_, i) => {
      const slot = `floorcast.diagnostics.${String(i + 1).padStart(2, '0')}`;
      return p.attributes.get(slot)?.split(' ')[0];
    });
    expect(slots).toEqual(Array.from({ length: 20 }, (_, i) => `#${81 + i}`));
    expect(p.attributes.get('floorcast.diagnostics.last')).toBe('#100 14:02:05 UTC: n100');
    expect(p.finds()).toBe(1);
  });

  it('DEV-100 after a restart goes on with the numbers that are there; odd ones begin anew', async () => {
    const p = platform(new Map([['floorcast.diagnostics.last', '#41 14:00:00 UTC: before']]));
    await createAttributeDelivery(p.directory).send('c', [notice('after')]);
    expect(p.attributes.get('floorcast.diagnostics.02')).toBe('#42 14:02:05 UTC: after');
    for (const last of ['', 'text', '#x 1', '#99999999999999 x']) {
      const odd = platform(new Map([['floorcast.diagnostics.last', last]]));
      await createAttributeDelivery(odd.directory).send('c', [notice('one')]);
      expect(odd.attributes.get('floorcast.diagnostics.01')).toBe('#1 14:02:05 UTC: one');
    }
  });

  it('DEV-100 sent again it writes the same into the same places', async () => {
    const p = platform();
    const delivery = createAttributeDelivery(p.directory);
    p.fail({ write: failure('retry', 'timeout', 'no answer') });
    expect(await delivery.send('c', [notice('one')])).toMatchObject({ kind: 'later', isBusy: false });
    p.fail({});
    await delivery.send('c', [notice('one')]);
    expect(p.attributes.get('floorcast.diagnostics.last')).toBe('#1 14:02:05 UTC: one');
  });

  it('DEV-100 a value has 256 characters at most, and no half of a pair', async () => {
    const p = platform();
    const delivery = createAttributeDelivery(p.directory);
    for (const text of ['x'.repeat(2_000), '😀'.repeat(1_000), `x${'😀'.repeat(1_000)}`]) {
      await delivery.send('c', [notice(text)]);
      const value = p.attributes.get('floorcast.diagnostics.last') ?? '';
      expect(value.length).toBeLessThanOrEqual(256);
      expect(value.endsWith('…')).toBe(true);
      expect(/[\ud800-\udbff](?![\udc00-\udfff])/.test(value)).toBe(false);
    }
  });

  it.each<[string, Failure, object]>([
    [
      'busy',
      failure('retry', 'too.many.requests', 'm', { status: 429, retryAfterMs: 9_000 }),
      { kind: 'later', isBusy: true, floorMs: 9_000 },
    ],
    ['away', failure('retry', 'service.unavailable', 'm', { status: 503 }), { kind: 'later', isBusy: false }],
    [
      'without permission, as it may be mended',
      failure('fatal', 'missing.permissions', 'm', { status: 403 }),
      { kind: 'later' },
    ],
    ['refusing the body', failure('fatal', 'bad.request', 'm', { status: 400 }), { kind: 'refused' }],
    ['finding it too large', failure('fatal', 'http.413', 'm', { status: 413 }), { kind: 'refused' }],
  ])('DEV-101 knows what a platform that is %s means', async (_, write, meant) => {
    const p = platform();
    const delivery = createAttributeDelivery(p.directory);
    p.fail({ write });
    expect(await delivery.send('c', [notice('one')])).toMatchObject(meant);
  });

  it('DEV-101 waits for a customer, gives up on a conversation that is not there, finds a new participant', async () => {
    const p = platform();
    const delivery = createAttributeDelivery(p.directory);
    p.set({ customer: null });
    expect(await delivery.send('c', [notice('one')])).toMatchObject({ kind: 'later' });
    p.set({ isThere: false });
    expect(await delivery.send('c', [notice('one')])).toMatchObject({ kind: 'gone' });
    p.set({ isThere: true, customer: 'p-1' });
    expect(await delivery.send('c', [notice('one')])).toEqual({ kind: 'sent' });
    p.set({ customer: 'p-2' });
    expect(await delivery.send('c', [notice('two')])).toMatchObject({ kind: 'later' });
    expect(await delivery.send('c', [notice('two')])).toEqual({ kind: 'sent' });
    expect(p.attributes.get('floorcast.diagnostics.02')).toBe('#2 14:02:05 UTC: two');
    p.fail({ find: failure('retry', 'bad', 'm', { status: 400 }) });
    delivery.forget('c');
    // Reading that is refused says nothing of the message.
    expect(await delivery.send('c', [notice('three')])).toMatchObject({ kind: 'later' });
  });
});

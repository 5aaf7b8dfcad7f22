import { describe, expect, it } from 'vitest';
import { ok } from '../../../lib/result';
import { createBriefCache } from '../../../server/genesys/brief-cache';
import { readConversation } from '../../../server/genesys/read-conversation';
import { FakeClock } from '../../support/fake-clock';
import { interactionStage } from './interaction-stage';
import type { Reply } from './memory-http';

const CUSTOMER = {
  id: 'p-customer',
  purpose: 'customer',
  queueId: 'q-other',
  ani: 'tel:+13718723000',
  dnis: 'sip:abc@127.0.0.1;language=en-US',
  address: 'tel:+15550000000',
  attributes: { account: 'A-1', count: 7, nothing: null },
  calls: [{ direction: 'inbound', state: 'connected' }],
};
const IVR = { id: 'p-ivr', purpose: 'ivr', endTime: '2025-04-10T13:31:57.787Z' };
const ACD = { id: 'p-acd', purpose: 'acd', queueId: 'q-1', endTime: '2025-04-10T13:32:02.487Z' };
const AGENT = { id: 'p-agent', purpose: 'agent', userId: 'u-1', queueId: 'q-agent' };
const TALK = { id: 'c-1', participants: [CUSTOMER, IVR, ACD, AGENT] };

const talk = (): Reply => ({ status: 200, body: TALK });

describe('a conversation as devices need it', () => {
  it('DEV-104 knows who takes part, the number that calls, the attributes and the queue it came through', async () => {
    const { directory, paths } = interactionStage(talk);
    expect(await directory.find('c-1')).toEqual({
      ok: true,
      value: {
        id: 'c-1',
        agentUserIds: ['u-1'],
        customerAni: '+13718723000',
        customerAttributes: new Map([['account', 'A-1']]),
        customerParticipantId: 'p-customer',
        queueId: 'q-1',
        isOver: false,
      },
    });
    expect(paths()).toEqual(['/api/v2/conversations/c-1']);
  });

  const left = '2025-04-10T13:32:40.944Z';
  const person = (more: object) => ({ id: 'x', participants: [{ ...CUSTOMER, ...more }] });
  it.each<[string, object, object]>([
    [
      'of a call that we make, the address where the number called is none',
      person({ calls: [{ direction: 'outbound' }], dnis: 'sip:4912@x' }),
      { customerAni: '+15550000000' },
    ],
    [
      'of a call that we make, a good number called',
      person({ calls: [{ direction: 'outbound' }], dnis: 'tel:+49123' }),
      { customerAni: '+49123' },
    ],
    ['the address where there is no number', person({ ani: null }), { customerAni: '+15550000000' }],
    [
      'no number where it is an address of another kind',
      person({ ani: 'sip:1@x', address: 'mail@x' }),
      { customerAni: null },
    ],
    ['over when it has an end', { id: 'x', endTime: left, participants: [CUSTOMER] }, { isOver: true }],
    ['over when all have left', person({ endTime: left }), { isOver: true }],
    [
      'not over while nobody has come',
      { id: 'x', participants: [] },
      { isOver: false, customerParticipantId: null, queueId: null },
    ],
    [
      'the customer who is there',
      {
        id: 'x',
        participants: [
          { ...CUSTOMER, id: 'old', endTime: left },
          CUSTOMER,
          { ...CUSTOMER, id: 'later', endTime: left },
        ],
      },
      { customerParticipantId: 'p-customer' },
    ],
    [
      'an outside party as customer',
      person({ purpose: 'external' }),
      { customerParticipantId: 'p-customer' },
    ],
    [
      'each agent once, also who left',
      {
        id: 'x',
        participants: [
          { ...AGENT, endTime: left },
          AGENT,
          { ...AGENT, userId: 'u-2' },
          { id: 'p', purpose: 'user', userId: 'u-3' },
        ],
      },
      { agentUserIds: ['u-1', 'u-2', 'u-3'], queueId: 'q-agent' },
    ],
    [
      'those who can be read beside one who cannot',
      {
        id: 'x',
        participants: [
          { purpose: 'customer' },
          7,
          null,
          { id: '../x', purpose: 'agent', userId: 'u-9' },
          AGENT,
        ],
      },
      { agentUserIds: ['u-1'] },
    ],
    [
      'texts only, whatever flows wrote',
      person({ attributes: ['a'], calls: 'none' }),
      { customerAttributes: new Map([['0', 'a']]) },
    ],
  ])('DEV-104 knows %s', (_, answer, expected) => {
    // As it comes from the wire.
    const parsed = JSON.parse(JSON.stringify(answer));
    expect(readConversation(parsed)).toMatchObject(expected);
  });

  it('DEV-104 attributes with names of objects’ insides are texts like others, so many of them at most', () => {
    const text =
      '{"id":"x","participants":[{"id":"p","purpose":"customer","attributes":{"__proto__":"a","constructor":"b"}}]}';
    expect([...readConversation(JSON.parse(text)).customerAttributes]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`n${i}`, 'v']));
    const answer = {
      id: 'x',
      endTime: null,
      participants: [{ ...CUSTOMER, attributes: { ...many, long: 'x'.repeat(5_000) } }],
    };
    expect(readConversation(answer).customerAttributes.size).toBe(500);
  });
});

describe('asking after conversations', () => {
  it('DEV-105 is done once for all who want the same at that time, and holds for 2 s', async () => {
    const { directory, paths, clock } = interactionStage(talk);
    const answers = await Promise.all([directory.find('c-1'), directory.find('c-1'), directory.find('c-1')]);
    expect(answers.every(({ ok }) => ok)).toBe(true);
    clock.advance(1_900);
    await directory.find('c-1');
    expect(paths()).toHaveLength(1);
    clock.advance(200);
    await directory.find('c-1');
    expect(paths()).toHaveLength(2);
    expect(clock.pendingCount).toBe(0);
  });

  it('DEV-105 nobody waits longer than 8 s; what comes later is there for the next one', async () => {
    const { directory, paths, clock } = interactionStage((_, nth) =>
      nth === 1 ? { status: 429, headers: { 'retry-after': '20' }, body: {} } : talk(),
    );
    expect(await directory.find('c-1')).toMatchObject({ ok: false, error: { retryAfterMs: 20_000 } });
    const waiting = directory.find('c-1');
    await clock.advanceAsync(8_000, 1_000);
    expect(await waiting).toMatchObject({ ok: false, error: { kind: 'retry', code: 'timeout' } });
    await clock.advanceAsync(12_500, 500);
    expect(await directory.find('c-1')).toMatchObject({ ok: true });
    expect(paths()).toHaveLength(2);
  });

  it('DEV-105 answers that are kept, and questions under way, have a bound', async () => {
    const clock = new FakeClock();
    const options = { clock, keepMs: 60_000, waitMs: 1_000, max: 2, what: 'asking' };
    const cache = createBriefCache<number>(options);
    let asked = 0;
    const ask = async () => ok(++asked);
    for (const key of ['a', 'b', 'a', 'c', 'b', 'a']) await cache.get(key, ask);
    // `a` was the oldest when `c` came.
    expect(asked).toBe(4);
    const never = () => new Promise<never>(() => {});
    const waiting = Array.from({ length: 500 }, (_, i) => cache.get(`n${i}`, never));
    expect(await cache.get('one more', never)).toMatchObject({ ok: false, error: { code: 'busy' } });
    clock.advance(1_000);
    expect(await Promise.all(waiting)).toHaveLength(500);
    expect(clock.pendingCount).toBe(0);
  });

  it.each<[string, Reply, object]>([
    ['nothing there', { status: 404, body: { code: 'not.found' } }, { ok: true, value: null }],
    ['an id that is none', { status: 400, body: { code: 'bad.request' } }, { ok: true, value: null }],
    [
      'no permission',
      { status: 403, body: { code: 'missing.permissions' } },
      { ok: false, error: { kind: 'fatal' } },
    ],
    ['trouble', { status: 503 }, { ok: false, error: { kind: 'retry' } }],
    ['an answer that is none', { status: 200, text: '<html>' }, { ok: false, error: { code: 'malformed' } }],
    ['an empty answer', { status: 200, text: '' }, { ok: false, error: { code: 'malformed' } }],
    [
      'an answer of another shape',
      { status: 200, body: { participants: {} } },
      { ok: false, error: { code: 'malformed' } },
    ],
  ])('DEV-106 tells %s from the others, as a value', async (_, reply, expected) => {
    const { directory } = interactionStage(() => reply);
    expect(await directory.find('c-1')).toMatchObject(expected);
  });

  it.each(['..', '.', '', 'a/b', 'a?b', 'x'.repeat(101), 'ü'])(
    'DEV-106 does not send what can be no part of an address: %s',
    async (id) => {
      const { directory, asked } = interactionStage(talk);
      expect(await directory.find(id)).toEqual({ ok: true, value: null });
      expect(await directory.rolesOf(id)).toMatchObject({ ok: false });
      expect(asked).toEqual([]);
    },
  );
});

describe('writing attributes', () => {
  const target = { id: 'c-1', customerParticipantId: 'p-customer' };

  it.each<[string, Reply]>([
    ['an empty answer', { status: 200, text: '' }],
    ['204', { status: 204, text: '' }],
    ['202 with a body', { status: 202, body: { attributes: {} } }],
  ])('DEV-107 PATCHes those that are given into the customer’s, and takes %s for done', async (_, reply) => {
    const { directory, asked } = interactionStage(() => reply);
    const attributes = new Map([
      ['floorcast.diagnostics.01', 'text'],
      ['__proto__', 'x'],
    ]);
    expect(await directory.setAttributes(target, attributes)).toEqual({ ok: true, value: undefined });
    expect(asked.at(-1)).toMatchObject({
      method: 'PATCH',
      url: 'https://api.x/api/v2/conversations/c-1/participants/p-customer/attributes',
      body: '{"attributes":{"floorcast.diagnostics.01":"text","__proto__":"x"}}',
    });
  });

  it('DEV-107 tells how long the platform wants to be left alone, and what it will never take', async () => {
    const slow = interactionStage(() => ({ status: 429, headers: { 'retry-after': '9' }, body: {} }));
    expect(await slow.directory.setAttributes(target, new Map())).toMatchObject({
      ok: false,
      error: { kind: 'retry', retryAfterMs: 9_000, status: 429 },
    });
    const refusing = interactionStage(() => ({ status: 413, body: {} }));
    expect(await refusing.directory.setAttributes(target, new Map())).toMatchObject({
      error: { status: 413 },
    });
    const nobody = interactionStage(talk);
    const without = { id: 'c-1', customerParticipantId: null };
    expect(await nobody.directory.setAttributes(without, new Map())).toMatchObject({
      error: { kind: 'fatal' },
    });
    expect(nobody.asked).toEqual([]);
  });
});

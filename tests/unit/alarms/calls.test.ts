import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ok } from '../../../lib/result';
import { bodyOf } from '../../../server/alarms/call-body';
import { createCallSender } from '../../../server/alarms/call-sender';
import { signatureOf } from '../../../server/alarms/call-signature';
import { type CallSight, owedCalls, type ToldOf } from '../../../server/alarms/owed-calls';
import { alarmOf } from '../../../server/alarms/standing';
import { targetProblem } from '../../../server/alarms/webhook-target';
import { Webhooks } from '../../../server/alarms/webhooks';
import type { Http, HttpRequest } from '../../../server/runtime/http';
import { silentLog } from '../../../server/runtime/log';
import type { AlarmCall, StoredWebhook } from '../../../server/store/alarm-documents';
import { FakeClock } from '../../support/fake-clock';
import { standingOf } from './alarm-rows';

const AT = Date.UTC(2026, 10, 21, 9, 41, 7);
const EVIL = '<!channel> [x](https://evil.example) {{DATE(2017-02-14T06:08:39Z)}} & more';
const CALL: AlarmCall = {
  ...{ webhookId: 'h1', event: 'raised', at: AT, flood: null, boardIds: ['main'] },
  alarm: alarmOf(standingOf('a', { level: 'critical', text: EVIL, since: AT - 60_000 })),
};
const CONTEXT = { id: '7', boards: [{ id: 'main', name: 'Floor Cork', timeZone: 'Europe/Dublin' }] };

describe('a call as its target reads it', () => {
  it('ALARM-32 as our own JSON', () => {
    expect(JSON.parse(bodyOf('json', CALL, CONTEXT))).toEqual({
      ...{ version: 1, id: '7', event: 'raised', at: AT, alarm: CALL.alarm, flood: null },
      boards: [{ id: 'main', name: 'Floor Cork' }],
    });
  });

  it('ALARM-32 as a message with an Adaptive Card, whose texts know no mark-up', () => {
    const message = JSON.parse(bodyOf('teams', CALL, CONTEXT));
    expect(message).toMatchObject({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: { type: 'AdaptiveCard', version: '1.2' },
        },
      ],
    });
    const { body } = message.attachments[0].content;
    expect(body.map((block: { type: string }) => block.type)).toEqual(Array(3).fill('RichTextBlock'));
    const lines = body.map((block: { inlines: { type: string; text: string }[] }) => block.inlines[0]?.text);
    expect(lines).toEqual([
      'Critical',
      EVIL.replace('{{', '{ {'),
      'Floor Cork · since 09:40:07 (Europe/Dublin)',
    ]);
    expect(JSON.stringify(message)).not.toContain('{{');
  });

  it('ALARM-32 as a message of Slack, whose texts call nobody', () => {
    const message = JSON.parse(bodyOf('slack', CALL, CONTEXT));
    expect(message.text).toBe(
      `Critical: ${EVIL.replace('&', '&amp;').replace('<!channel>', '&lt;!channel&gt;')}`,
    );
    const texts = JSON.stringify(message.blocks);
    expect(texts).not.toContain('mrkdwn');
    expect(message.blocks.map((block: { type: string }) => block.type)).toEqual([
      'header',
      'section',
      'context',
    ]);
    expect(message.blocks[1].text).toEqual({ type: 'plain_text', text: EVIL, emoji: false });
  });

  it('ALARM-45 by the clock of UTC where nobody knows the zone of its board', () => {
    const boards = [{ id: 'main', name: 'Floor Cork', timeZone: 'Mars/Olympus' }];
    expect(JSON.parse(bodyOf('slack', CALL, { id: '7', boards })).blocks[2].elements[0].text).toBe(
      'Floor Cork · since 09:40:07 (UTC)',
    );
  });

  it.each([
    ['cleared', { ...CALL, event: 'cleared' }, 'Over: '],
    ['acknowledged', { ...CALL, event: 'acknowledged' }, 'Somebody has taken it: '],
    [
      'flood',
      { ...CALL, alarm: null, flood: { boardId: 'main', count: 17, since: AT } },
      'Many alarms at once: 17 ',
    ],
    [
      'flood over',
      { ...CALL, event: 'cleared', alarm: null, flood: { boardId: 'main', count: 0, since: AT } },
      'The flood of alarms is over: ',
    ],
  ] as const)('ALARM-32 says what happened: %s', (_, call, begin) => {
    expect(JSON.parse(bodyOf('slack', call, CONTEXT)).text.startsWith(begin)).toBe(true);
  });
});

describe('sending a call', () => {
  const hook = {
    ...{
      id: 'h1',
      name: 'Chat',
      url: 'https://chat.example.com/services/T0/hidden-part',
      format: 'json' as const,
    },
    ...{ levels: ['critical' as const], boardIds: null, secret: 'a-secret-of-the-hook-9k2' as string | null },
  };
  function sender(status: number, text = '', headers: Record<string, string> = {}) {
    const asked: HttpRequest[] = [];
    const http: Http = async (request) => {
      asked.push(request);
      return ok({ status, text, header: (name) => headers[name] ?? null });
    };
    const { signal } = new AbortController();
    return { asked, send: createCallSender({ http, clock: new FakeClock(AT), signal }) };
  }

  it('ALARM-33 signs the moment and the body', async () => {
    const { asked, send } = sender(204);
    expect(await send(hook, { id: '7', body: '{"a":1}' })).toEqual({ kind: 'sent' });
    const digest = createHmac('sha256', hook.secret ?? '')
      .update(`${AT / 1_000}.{"a":1}`)
      .digest('hex');
    expect(asked[0]?.headers['x-floorcast-signature']).toBe(`t=${AT / 1_000},v1=${digest}`);
    expect(signatureOf('other', '{"a":1}', AT)).not.toContain(digest);
    expect(asked[0]?.timeoutMs).toBe(5_000);
    await send({ ...hook, secret: null }, { id: '7', body: '{}' });
    expect(asked[1]?.headers['x-floorcast-signature']).toBeUndefined();
  });

  it.each([
    [200, 'sent'],
    [202, 'sent'],
    [301, 'refused'],
    [307, 'refused'],
    [400, 'refused'],
    [401, 'refused'],
    [404, 'refused'],
    [410, 'refused'],
    [408, 'later'],
    [429, 'later'],
    [500, 'later'],
    [503, 'later'],
  ] as const)('ALARM-36 takes %i as %s', async (status, kind) => {
    const said = await sender(status, '', { 'retry-after': '7' }).send(hook, { id: '7', body: '{}' });
    expect(said.kind).toBe(kind);
    if (said.kind === 'later') expect(said.floorMs).toBe(7_000);
  });

  it('ALARM-38 says why it failed without the secret and the address', async () => {
    const echo = JSON.stringify({ message: `${hook.url} ${hook.secret} /services/T0/hidden-part` });
    const said = JSON.stringify(await sender(500, echo).send(hook, { id: '7', body: '{}' }));
    expect(said).toContain('500');
    expect(said).not.toMatch(/hidden-part|a-secret-of/);
  });
});

describe('a call of which no text can be made', () => {
  it('ALARM-45 is refused and the next one goes', async () => {
    const clock = new FakeClock(AT);
    const sent: string[] = [];
    const hook: StoredWebhook = {
      ...{ id: 'h1', name: 'Chat', url: 'https://chat.example.com/x', format: 'json', secret: null },
      ...{ levels: ['critical'], boardIds: null },
    };
    const hooks = new Webhooks({
      ...{ clock, random: () => 0.5, log: silentLog, board: () => null, write: () => {} },
      async send(_, { body }) {
        sent.push(JSON.parse(body).event);
        return { kind: 'sent' };
      },
    });
    const unreadable = Object.defineProperty({ ...CALL }, 'alarm', {
      get: () => {
        throw new Error('no words');
      },
    });
    hooks.restore({
      ...{ state: null, stateVersion: 0, shelves: [], webhooks: { revision: 1, webhooks: [hook] } },
      calls: [
        { id: '1', call: unreadable },
        { id: '2', call: { ...CALL, event: 'cleared' } },
      ],
    });
    hooks.queue.open();
    await clock.advanceAsync(1_000, 100);
    expect([sent, hooks.queue.counts]).toEqual([['cleared'], { sent: 1, refused: 1, dropped: 0 }]);
    hooks.queue.close();
  });
});

describe('where a webhook may be', () => {
  it.each([
    ['https://chat.example.com/x', true],
    ['https://10.1.2.3/x', true],
    ['https://192.168.1.1:8443/x', true],
    ['https://[fd12::1]/x', true],
    ['http://127.0.0.1:9000/x', true],
    ['http://localhost/x', true],
    ['http://10.1.2.3/x', true],
    ['http://0x7f.1/x', true],
    ['http://[::1]/x', true],
    ['http://chat.example.com/x', false],
    ['http://8.8.8.8/x', false],
    ['https://user:pass@chat.example.com/x', false],
    ['https://chat.example.com/x#y', false],
    ['https://169.254.169.254/latest', false],
    ['https://2852039166/latest', false],
    ['https://[::ffff:169.254.169.254]/latest', false],
    ['https://[fe80::1]/x', false],
    ['https://[fd00:ec2::254]/x', false],
    ['http://[fd20:ce::254]/x', false],
    ['https://0.0.0.0/x', false],
    ['https://[::]/x', false],
    ['https://239.0.0.1/x', false],
  ])('ALARM-37 %s: %s', (url, isAllowed) => {
    expect(targetProblem(url) === null).toBe(isAllowed);
  });
});

describe('laws of what is owed', () => {
  const key = fc.integer({ min: 0, max: 5 }).map((i) => `k${i}`);
  const step = fc.record({
    standing: fc.uniqueArray(fc.record({ key, critical: fc.boolean(), taken: fc.boolean() }), {
      selector: (one) => one.key,
      maxLength: 6,
    }),
    shelved: fc.uniqueArray(key, { maxLength: 2 }),
    flooded: fc.uniqueArray(key, { maxLength: 3 }),
  });

  it('ALARM-41 each alarm that was told of is told over once, or lasts; nothing is told on the shelf', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const hook = { id: 'h', levels: ['critical' as const, 'warning' as const], boardIds: null };
        const raised = new Set<string>();
        let told: ToldOf = new Map();
        const quiet = { standing: [], shelved: [], flooded: [] };
        for (const [at, { standing, shelved, flooded }] of [...steps, quiet].entries()) {
          const all = standing.map((one) =>
            standingOf(one.key, {
              level: one.critical ? 'critical' : 'warning',
              acknowledgement: one.taken ? { by: 'Sam', at: 1 } : null,
            }),
          );
          const seen = all.filter((one) => !shelved.includes(one.key));
          const isIn = (one: { key: string }) => flooded.includes(one.key);
          const sight: CallSight = {
            ...{ at, mayName: () => true, isShelved: (one: string) => shelved.includes(one) },
            standing: (one) => all.find((other) => other.key === one) ?? null,
            boards: new Map([
              [
                'b',
                {
                  single: seen.filter((one) => !isIn(one)),
                  flooded: seen.filter(isIn),
                  flood: seen.some(isIn) ? { since: 0, count: 10 } : null,
                },
              ],
            ]),
          };
          const owed = owedCalls(hook, told, sight);
          for (const { event, alarm, flood } of owed.calls) {
            const name = alarm?.key ?? `flood ${flood?.boardId}`;
            expect(shelved).not.toContain(name);
            if (event === 'raised') raised.add(name);
            else expect([event, raised.has(name)]).toEqual([event, true]);
            if (event === 'cleared') raised.delete(name);
          }
          told = owed.told;
          const again = owedCalls(hook, told, sight);
          expect([again.calls, again.told]).toEqual([[], told]);
        }
        expect([...raised]).toEqual([]);
      }),
      { seed: 20261123, numRuns: 300 },
    );
  });
});

/** What the widget reads and says: the same as the contract, in words, and from nobody else. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framingOrigins, isAllowedOrigin } from '../../../../components/device/widget/origins';
import { joinFrame, readPacket } from '../../../../components/device/widget/packets';
import {
  readAgentDevice,
  readAgentToken,
  readHandedToken,
  readTelemetryUpdate,
} from '../../../../components/device/widget/reading';
import { createSignInWindow } from '../../../../components/device/widget/sign-in-window';
import { conversationIdOf, widgetPage } from '../../../../components/device/widget/widget-html';
import { loading, lookOf, withoutConversation } from '../../../../components/device/widget/widget-view';
import {
  agentDeviceSchema,
  interactionIdSchema,
  TELEMETRY_REASONS,
  telemetryUpdateSchema,
} from '../../../../lib/contracts/device';
import type { Locale } from '../../../../lib/contracts/locale';
import messages from '../../../../messages/en.json';
import { AT, agentDevice, telemetry } from './made-up-sessions';

const words = messages.widget;
const TONGUE = { words, locale: 'en', timeZone: 'UTC' };
const odd = fc.oneof(
  fc.constantFrom(
    null,
    undefined,
    '',
    ' ',
    'SN-1',
    'a\nb',
    '\u202ex',
    -1,
    0,
    55,
    100,
    101,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    true,
  ),
  fc.constantFrom('online', 'offline', 'unknown', 'x'.repeat(129), {}, []),
);
/** A whole value with up to two of its fields changed or taken away. */
const spoilt = (whole: object) =>
  fc
    .array(fc.tuple(fc.constantFrom(...Object.keys(whole)), odd, fc.boolean()), { maxLength: 2 })
    .map((changes) => {
      const entries = new Map<string, unknown>(Object.entries(whole));
      for (const [key, value, isGone] of changes) {
        if (isGone) entries.delete(key);
        else entries.set(key, value);
      }
      return Object.fromEntries(entries);
    });

describe('reading', () => {
  const update = {
    type: 'TELEMETRY_UPDATE',
    deviceId: 'SN-1',
    deviceStatus: 'online',
    battery: 5,
    lastSeen: AT,
  };
  const reason = { code: 'no-match', message: 'x' };

  it('UI-93 takes and refuses the same devices as the contract', () => {
    const whole = fc.oneof(
      spoilt(telemetry()).map((told) => ({ ...agentDevice(), telemetry: told })),
      spoilt(agentDevice()),
      spoilt(reason).map((given) => agentDevice({ reason: given as never })),
    );
    fc.assert(
      fc.property(whole, (value) => {
        const parsed = agentDeviceSchema.safeParse(value);
        expect(readAgentDevice(value)).toEqual(parsed.success ? parsed.data : null);
      }),
      { numRuns: 3_000 },
    );
  });

  it('UI-93 takes and refuses the same posted states as the contract', () => {
    fc.assert(
      fc.property(spoilt({ ...update, firmwareVersion: '3' }), (value) => {
        const parsed = telemetryUpdateSchema.safeParse(value);
        const read = readTelemetryUpdate(value);
        expect(read === null).toBe(!parsed.success);
        if (parsed.success) expect({ ...read }).toEqual({ ...read, ...parsed.data });
      }),
      { numRuns: 3_000 },
    );
    for (const value of [null, 'TELEMETRY_UPDATE', [], 5, { type: 'OTHER' }]) {
      expect(readTelemetryUpdate(value)).toBeNull();
    }
  });

  it.each(TELEMETRY_REASONS)('UI-93 knows the reason %s, and has words for it', (code) => {
    expect(readAgentDevice(agentDevice({ reason: { code, message: 'x' } }))).not.toBeNull();
    expect(words.reason[code].length).toBeGreaterThan(10);
  });

  it('UI-98 takes a token that fits into a header, with the life that is left of it', () => {
    expect(readAgentToken({ token: 'abc', expiresAt: AT + 5_000 }, AT)).toEqual({
      token: 'abc',
      lifeMs: 5_000,
    });
    expect(readAgentToken({ token: 'abc', expiresAt: AT - 5_000 }, AT)).toEqual({ token: 'abc', lifeMs: 0 });
    for (const token of ['', 'a b', 'a\r\nb', 5, null])
      expect(readAgentToken({ token, expiresAt: AT }, AT)).toBeNull();
    expect(readHandedToken({ type: 'FLOORCAST_AGENT_TOKEN', token: 'abc', lifeMs: 5 })).toEqual({
      token: 'abc',
      lifeMs: 5,
    });
    expect(readHandedToken({ type: 'OTHER', token: 'abc', lifeMs: 5 })).toBeNull();
  });

  it('UI-90 takes the same conversations as the contract, and no placeholder that was not filled', () => {
    for (const id of [
      'c-1',
      'x'.repeat(64),
      'x'.repeat(65),
      '',
      'a b',
      '{{gcConversationId}}',
      'a/b',
      '<x>',
    ]) {
      expect(conversationIdOf(id)).toBe(interactionIdSchema.safeParse(id).success ? id : null);
    }
    expect(conversationIdOf(['a', 'b'])).toBeNull();
  });
});

describe('packets', () => {
  it.each([
    ['0{"sid":"x","pingInterval":2000,"pingTimeout":2500}', { kind: 'open', silenceMs: 4_500 }],
    ['0{}', { kind: 'open', silenceMs: 4_500 }],
    ['0{"pingInterval":1e9,"pingTimeout":1}', { kind: 'open', silenceMs: 4_500 }],
    ['2', { kind: 'ping' }],
    ['1', { kind: 'left' }],
    ['40/device,{"sid":"y"}', { kind: 'joined' }],
    ['40/device', { kind: 'joined' }],
    ['41/device,', { kind: 'left' }],
    ['42/device,["telemetry",{"a":1}]', { kind: 'event', name: 'telemetry', payload: { a: 1 } }],
    ['44/device,{"message":"no","data":{"code":"forbidden"}}', { kind: 'refused', code: 'forbidden' }],
    ['44/device,{"message":"unauthenticated"}', { kind: 'refused', code: 'unauthenticated' }],
    ['42/other,["telemetry",1]', { kind: 'other' }],
    ['42/deviceX,["telemetry",1]', { kind: 'other' }],
    ['42/device,{"a":1}', { kind: 'other' }],
    ['42/device,[', { kind: 'other' }],
    ['', { kind: 'other' }],
    ['43/device,1[]', { kind: 'other' }],
  ] as const)('UI-94 reads %s', (frame, packet) => {
    expect(readPacket(frame, '/device')).toEqual(packet);
  });

  it('UI-94 harms nothing by any frame', () => {
    fc.assert(fc.property(fc.string(), (frame) => void readPacket(frame, '/device')));
    expect(joinFrame('/device', { conversationId: 'c' })).toBe('40/device,{"conversationId":"c"}');
  });
});

describe('whose messages are understood', () => {
  const policy =
    "default-src 'self'; frame-ancestors https://apps.mypurecloud.ie https://*.mypurecloud.ie http://127.0.0.1:9 'self'; x y";
  const allowed = framingOrigins(policy);

  it('UI-99 are those of the origins that may hold the widget', () => {
    expect(allowed).toEqual([
      'https://apps.mypurecloud.ie',
      'https://*.mypurecloud.ie',
      'http://127.0.0.1:9',
    ]);
    expect(framingOrigins("frame-ancestors 'none'")).toEqual([]);
    expect(framingOrigins('')).toEqual([]);
  });

  it.each([
    ['https://apps.mypurecloud.ie', true],
    ['https://login.mypurecloud.ie', true],
    ['http://127.0.0.1:9', true],
    ['https://mypurecloud.ie', false],
    ['http://apps.mypurecloud.ie', false],
    ['https://apps.mypurecloud.ie:8443', false],
    ['https://apps.mypurecloud.ie.evil.test', false],
    ['https://evilmypurecloud.ie', false],
    ['https://.mypurecloud.ie', false],
    ['https://evil.test/.mypurecloud.ie', false],
    ['http://127.0.0.1:90', false],
    ['http://127.0.0.1', false],
    ['null', false],
    ['', false],
  ])('UI-99 %s: %s', (origin, isAllowed) => {
    expect(isAllowedOrigin(origin, allowed)).toBe(isAllowed);
  });
});

describe('the window of the sign-in', () => {
  const given = { type: 'FLOORCAST_AGENT_TOKEN', token: 'abc', lifeMs: 5 };

  function stand(opened: object | null) {
    const tokens: string[] = [];
    let say: (event: { origin: string; source: unknown; data: unknown }) => void = () => {};
    const window = createSignInWindow(
      {
        origin: 'https://us.test',
        open: () => opened,
        onMessage: (listener) => {
          say = listener;
          return () => {};
        },
      },
      ({ token }) => tokens.push(token),
    );
    return { window, tokens, say: (event: { origin: string; source: unknown; data: unknown }) => say(event) };
  }

  it('UI-98 gives its token once; nothing is taken before it is open, from another window, origin or in another shape', () => {
    const popup = {};
    const { window, tokens, say } = stand(popup);
    say({ origin: 'https://us.test', source: popup, data: given });
    expect(window.open()).toBe(true);
    say({ origin: 'https://evil.test', source: popup, data: given });
    say({ origin: 'https://us.test', source: {}, data: given });
    say({ origin: 'https://us.test', source: null, data: given });
    say({ origin: 'https://us.test', source: popup, data: { ...given, token: 'a b' } });
    expect(tokens).toEqual([]);
    say({ origin: 'https://us.test', source: popup, data: given });
    say({ origin: 'https://us.test', source: popup, data: given });
    expect(tokens).toEqual(['abc']);
  });

  it('UI-98 says where the browser opened none', () => {
    expect(stand(null).window.open()).toBe(false);
  });
});

describe('what the widget says', () => {
  const live = (more: Parameters<typeof telemetry>[0] = {}, now = AT, heardAt: number | null = AT) =>
    lookOf(
      {
        state: {
          ...{ state: 'live', turn: 1, failures: 0, token: null },
          shown: { telemetry: telemetry(more), source: 'server' },
        },
        ...{ now, heardAt },
      },
      TONGUE,
    );

  it('UI-95 of a device that is online: its figures, and no more', () => {
    expect(live()).toEqual({
      ...{ phase: 'shown', status: 'online', statusWord: 'Online', reason: '', serial: 'SN-1' },
      ...{ battery: '80%', batteryPercent: 80, firmware: '3.2.1', lastSeen: '3 minutes ago' },
      ...{ lastSeenIso: '2026-11-20T08:57:00.000Z', lastSeenWhole: 'Nov 20, 2026, 08:57:00' },
      ...{ stale: '', asksSignIn: false, mayDiagnose: true },
    });
  });

  it('UI-95 of one that is offline and one that is not known is unlike, and neither is blank', () => {
    const nothing = { battery: null, firmwareVersion: null, lastSeen: null };
    const offline = live({ ...nothing, deviceStatus: 'offline' });
    const reason = { code: 'no-match', message: 'x' } as const;
    const unknown = live({ ...nothing, deviceId: null, deviceStatus: 'unknown', reason });
    expect([offline.status, offline.statusWord, unknown.status, unknown.statusWord]).toEqual([
      ...['offline', 'Offline', 'unknown', 'Not known'],
    ]);
    expect(offline.reason).not.toBe(unknown.reason);
    expect(unknown.reason).toContain('Ask for the serial number');
    expect(offline.mayDiagnose && unknown.mayDiagnose).toBe(true);
    for (const { battery, firmware, lastSeen } of [offline, unknown]) {
      expect([battery, firmware, lastSeen]).toEqual(['not known', 'not known', 'not known']);
    }
  });

  it.each([
    [0, 'just now'],
    [59_999, 'just now'],
    [60_000, '1 minute ago'],
    [7_200_000, '2 hours ago'],
    [3 * 86_400_000, '3 days ago'],
    [-5_000, 'just now'],
  ])('UI-96 last seen %i ms before is “%s”', (ago, text) => {
    expect(live({ lastSeen: AT - ago }).lastSeen).toBe(text);
  });

  it('UI-97 of a silent server is what was there, and since when', () => {
    expect(live({}, AT + 4_500, AT).stale).toBe('');
    const look = live({}, AT + 4_501, AT);
    expect(look.stale).toBe('No word from the server since 09:00:00. This is from then.');
    expect(look.statusWord).toBe('Online');
  });

  it('UI-95 says a battery that is low', () => {
    expect(live({ battery: 14 }).battery).toBe('14%, low');
    expect(live({ battery: 0 }).battery).toBe('0%, low');
    expect(live({ battery: 15 }).battery).toBe('15%');
  });

  it('UI-90 asks, in words, before anything is known, and says what it cannot know', () => {
    const first = { turn: 1, token: null, shown: null };
    const say = (state: object) =>
      lookOf({ state: { ...first, ...state } as never, now: AT, heardAt: null }, TONGUE);
    expect(say({ state: 'asking', failures: 0 })).toEqual(loading(TONGUE));
    expect(say({ state: 'asking', failures: 1 }).reason).toBe(words.away);
    expect(say({ state: 'signedOut', failures: 0 })).toMatchObject({ phase: 'signedOut', asksSignIn: true });
    for (const why of ['forbidden', 'unknown', 'off'] as const) {
      expect(say({ state: 'refused', failures: 1, why }).reason).toBe(words.refused[why]);
    }
    expect(withoutConversation(TONGUE)).toMatchObject({ phase: 'refused', reason: words.noConversation });
  });
});

describe('the page of the widget', () => {
  const EVIL = '"><script>alert(1)</script>';
  const page = (query: Record<string, string>, policy = "script-src 'nonce-abc'", locale: Locale = 'en') =>
    widgetPage({ words, locale, query, policy, files: { script: '/s.js', style: '/s.css' } });

  it('UI-90 is a finished picture of asking, with the nonce of its own policy on all that it loads', () => {
    const html = page({ conversationId: 'c-1' });
    expect(html).toContain('>Asking…</b>');
    const tags = [...html.matchAll(/<(?:script|link rel="stylesheet"|style)[^>]*>/g)].map(([tag]) => tag);
    expect(tags).toHaveLength(3);
    for (const tag of tags) expect(tag).toContain('nonce="abc"');
  });

  it('UI-100 has nothing of its address but what was read', () => {
    const html = page(
      { conversationId: EVIL, gcHostOrigin: EVIL, gcTargetEnv: EVIL, gcLangTag: EVIL, theme: EVIL },
      `script-src 'nonce-abc'; frame-ancestors https://a.test/<x>`,
    );
    expect(html).not.toContain('alert(1)');
    expect(html).toContain('"conversationId":null');
    expect(html).toContain('"locale":"en"');
    expect(html).toContain('"origins":[]');
    expect(page({}, '', 'de-AT')).toContain('"locale":"de-AT"');
    expect(page({}, '', 'de-AT')).toContain('<html lang="de-AT"');
  });

  it('UI-100 keeps words from ending the script that they stand in', () => {
    const hostile = { ...words, title: '</script><img src=x>' };
    const files = { script: '', style: '' };
    const html = widgetPage({ words: hostile, locale: 'en', query: {}, policy: '', files });
    expect(html).not.toContain('</script><img');
    expect(html).not.toContain('<img');
  });
});

import { describe, expect, it } from 'vitest';
import { AlarmBook, faultAlarmKey } from '../../../server/alarms/alarm-book';
import { figureText } from '../../../server/alarms/alarm-text';
import { type Sight, type Standing, stepStanding } from '../../../server/alarms/standing';
import { QUIET_THRESHOLD, statusOf, stepThreshold, UNKNOWN_THRESHOLD } from '../../../server/kpi/thresholds';
import { FAULT, GROUP } from './alarm-rows';

const KEY = 'kpi:queue:a#waiting';
const BY = { by: 'Sam', at: 3 };

function seen(status: 'critical' | 'warning', value = 7): Sight {
  const about = {
    kind: 'kpi',
    subject: 'queue:a',
    kpi: 'waiting',
    queueId: null,
    value,
    isOver: false,
  } as const;
  return { status, about, text: () => `${status} ${value}` };
}

const warned = stepStanding(null, KEY, seen('warning'), 10);
const critical = stepStanding(null, KEY, seen('critical'), 10);
const taken: Standing | null = warned && { ...warned, acknowledgement: BY };
const held: Standing | null = warned && { ...warned, unknownSince: 20 };

describe('one alarm while it lasts', () => {
  it.each<[string, Standing | null, Sight, Partial<Standing> | null]>([
    ['nothing → normal', null, { status: 'normal' }, null],
    ['nothing → unknown', null, { status: 'unknown' }, null],
    ['nothing → warning', null, seen('warning'), { level: 'warning', since: 10 + 20, text: 'warning 7' }],
    ['warning → normal', warned, { status: 'normal' }, null],
    ['warning → unknown', warned, { status: 'unknown' }, { level: 'warning', since: 10, unknownSince: 30 }],
    ['held → normal', held, { status: 'normal' }, null],
    ['held → unknown', held, { status: 'unknown' }, { unknownSince: 20 }],
    ['held → warning', held, seen('warning'), { since: 10, unknownSince: null }],
    ['warning → critical', warned, seen('critical', 9), { worst: 'critical', since: 10, text: 'critical 9' }],
    [
      'critical → warning',
      critical,
      seen('warning', 8),
      { level: 'warning', worst: 'critical', text: 'critical 7' },
    ],
    ['taken → warning', taken, seen('warning', 8), { acknowledgement: BY, value: 8, text: 'warning 7' }],
    ['taken → critical', taken, seen('critical'), { acknowledgement: null, level: 'critical' }],
    ['taken → unknown', taken, { status: 'unknown' }, { acknowledgement: BY }],
  ])('ALARM-2 %s', (_, before, sight, after) => {
    const next = stepStanding(before, KEY, sight, 30);
    if (after === null) expect(next).toBeNull();
    else expect(next).toMatchObject(after);
  });

  it('ALARM-3 is held as it was while nobody knows whether it lasts', () => {
    const book = new AlarmBook();
    expect(book.see(KEY, { status: 'unknown' }, 1)).toBe(false);
    book.see(KEY, seen('critical'), 2);
    book.see(KEY, { status: 'unknown' }, 3);
    book.see(KEY, { status: 'unknown' }, 4);
    expect(book.get(KEY)).toMatchObject({ level: 'critical', since: 2, unknownSince: 3 });
    book.see(KEY, seen('critical'), 5);
    expect(book.get(KEY)).toMatchObject({ since: 2, unknownSince: null });
  });

  it('ALARM-2 what was acknowledged as critical stays so when it was better in between', () => {
    const book = new AlarmBook();
    book.see(KEY, seen('critical'), 1);
    expect([book.acknowledge(KEY, 'Sam', 2), book.acknowledge(KEY, 'Kim', 3)]).toEqual([true, false]);
    book.see(KEY, seen('warning'), 4);
    book.see(KEY, seen('critical'), 5);
    expect(book.get(KEY)?.acknowledgement).toEqual({ by: 'Sam', at: 2 });
  });

  it('ALARM-2 a value that flaps about its limit makes one alarm, by on-delay, dead-band and off-delay', () => {
    const limits = {
      ...({ direction: 'above', warning: 10, critical: null } as const),
      ...{ deadBand: 2, onDelayMs: 5_000, offDelayMs: 10_000 },
    };
    const book = new AlarmBook();
    let state = stepThreshold(UNKNOWN_THRESHOLD, 0, { limits, now: 0 });
    expect(state).toBe(QUIET_THRESHOLD);
    const raised: number[] = [];
    for (let now = 0; now <= 600_000; now += 1_000) {
      // A blip; past it for good; about the limit for a while, with calm seconds in between; quiet.
      const about = [12, 9, 5, 11][(now / 1_000) % 4] ?? 0;
      const value = now < 3_000 ? 12 : now < 20_000 ? 0 : now < 30_000 ? 12 : now < 300_000 ? about : 0;
      state = stepThreshold(state, value, { limits, now });
      const status = statusOf(state);
      const before = book.size;
      book.see(KEY, status === 'warning' ? seen('warning') : { status: 'normal' }, now);
      if (book.size > before) raised.push(now);
    }
    expect(raised).toHaveLength(1);
    expect(book.size).toBe(0);
  });

  it('ALARM-6 takes up a thousand, and counts the rest', () => {
    const book = new AlarmBook();
    for (let i = 0; i < 1_001; i += 1) book.see(`kpi:queue:${i}#waiting`, seen('warning'), i);
    expect([book.size, book.leftOut]).toEqual([1_000, 1]);
    book.see('kpi:queue:0#waiting', { status: 'normal' }, 2_000);
    book.see('kpi:queue:1000#waiting', seen('warning', 8), 2_001);
    expect(book.get('kpi:queue:1000#waiting')?.since).toBe(2_001);
  });
});

describe('alarms of devices', () => {
  it('ALARM-50 last since they began, never since a time to come', () => {
    const book = new AlarmBook();
    const groups = [GROUP, { ...GROUP, key: 'g2', since: 99 }];
    book.seeDevices({ groups, faults: [FAULT], isWhole: true }, 30);
    expect([...book.all()].map(({ kind, since }) => [kind, since])).toEqual([
      ['devices', GROUP.since],
      ['devices', 30],
      ['fault', FAULT.alertsSince],
    ]);
  });

  it('ALARM-8 says how many there were at most, and takes none back while it lasts', () => {
    const book = new AlarmBook();
    const see = (devices: number, at: number) =>
      book.seeDevices({ ...nothing, groups: [{ ...GROUP, devices }] }, at);
    for (const [at, devices] of [2, 5, 1].entries()) see(devices, at);
    expect(book.get('devices:g1')).toMatchObject({
      ...{ value: 5, since: 0, text: '5 devices, Thermo X, firmware 3.2: lost heartbeat' },
    });
    expect(see(4, 9)).toBe(false);
    expect(book.seeDevices({ ...nothing, groups: [{ ...GROUP, key: 'g2', devices: 2 }, GROUP] }, 9, 3)).toBe(
      true,
    );
    expect([...book.all()].map(({ key }) => key)).toEqual(['devices:g1']);
    expect(book.seeDevices({ ...nothing, groups: [{ ...GROUP, devices: 2 }] }, 9, 3)).toBe(false);
  });

  const nothing = { groups: [], faults: [], isWhole: true };

  it('ALARM-4 are critical and warning groups, and faults that last', () => {
    const book = new AlarmBook();
    const groups = [GROUP, { ...GROUP, key: 'g2', level: 'info' as const }];
    book.seeDevices({ ...nothing, groups, faults: [FAULT, { ...FAULT, queueId: 'q2', endedAt: 9 }] }, 1);
    expect([...book.all()].map(({ key, level, text }) => [key, level, text])).toEqual([
      ['devices:g1', 'critical', '17 devices, Thermo X, firmware 3.2: lost heartbeat'],
      [
        faultAlarmKey(FAULT),
        'critical',
        'A fault of 40 devices (Thermo X) brings calls to Billing: alerts 6 times usual, calls 2 times usual',
      ],
    ]);
    book.seeDevices(nothing, 2);
    expect(book.size).toBe(0);
  });

  it('ALARM-49 leave room for figures, the critical ones among them first', () => {
    const book = new AlarmBook();
    const many = Array.from({ length: 1_200 }, (_, i) => ({
      ...{ ...GROUP, key: `g${i}` },
      level: i < 900 ? ('warning' as const) : ('critical' as const),
    }));
    book.seeDevices({ ...nothing, groups: many }, 1);
    const critical = () => [...book.all()].filter(({ level }) => level === 'critical').length;
    expect([book.size, critical(), book.leftOut]).toEqual([700, 300, 500]);
    expect(book.see(KEY, seen('critical'), 2)).toBe(true);
    // Who is over makes room.
    book.seeDevices({ ...nothing, groups: many.slice(600) }, 3);
    expect([book.size, critical()]).toEqual([601, 301]);
  });

  it('ALARM-4 have the acknowledgement of their group, and lose it with the next that nobody took', () => {
    const book = new AlarmBook();
    const show = (unacknowledged: number, acknowledgedBy: string | null, at: number) =>
      book.seeDevices({ ...nothing, groups: [{ ...GROUP, unacknowledged, acknowledgedBy }] }, at);
    show(17, null, 1);
    show(0, 'Sam', 2);
    show(0, 'Sam', 3);
    expect(book.get('devices:g1')?.acknowledgement).toEqual({ by: 'Sam', at: 2 });
    show(1, null, 4);
    expect(book.get('devices:g1')).toMatchObject({ acknowledgement: null, since: 1 });
  });
});

describe('an alarm in words', () => {
  it.each([
    ['longestWaitSince', 60_000, 'Sales: longest wait 2:05'],
    ['waiting', 1_234, 'Sales: waiting 1,234'],
    ['serviceLevel', 0.713, 'Sales: service level 71 %'],
    ['agentsAvailable', 0, 'Sales: agents available 0'],
    ['abandonRate', null, 'Sales: abandon rate –'],
  ] as const)('ALARM-2 says the figure as it was: %s', (kpi, value, text) => {
    expect(figureText('Sales', { kpi, value, now: 185_000 })).toBe(text);
  });

  it('ALARM-2 is one line whatever a queue is called', () => {
    const text = figureText(`a\nb\u202e${'x'.repeat(300)}`, { kpi: 'waiting', value: 1, now: 0 });
    expect(text).toMatch(/^a b x{70,}…: waiting 1$/u);
  });
});

/** Hostile names, from the platform, a provider, supervisors and administrators, to the log, the answers and the books. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AuditEntry,
  auditResponseSchema,
  machinesResponseSchema,
  peopleResponseSchema,
  screensResponseSchema,
} from '../../../lib/contracts/access';
import { kpisResponseSchema } from '../../../lib/contracts/api';
import { snapshotSchema } from '../../../lib/contracts/push';
import { plainName } from '../../../lib/plain-name';
import { ELSEWHERE, HOSTILE_NAMES, isPlain, MARK } from '../../support/hostile-names';
import { type NamingStand, openNamingStand } from '../../support/naming-stand';
import { inheritedByAll } from '../../support/object-keys';
import { ROOT } from '../../support/repository';
import { TestScreen } from '../push/push-stand';

const MAX_GIVEN = 60;
/** Characters of one line, in one direction, that a terminal prints. */
const HARMFUL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;

const before = inheritedByAll();
let stand: NamingStand;
const led: string[] = [];
const paired: number[] = [];
const made: number[] = [];
beforeAll(async () => {
  stand = await openNamingStand(HOSTILE_NAMES);
  for (const name of HOSTILE_NAMES) {
    led.push(await stand.signIn(name));
    paired.push(await stand.pair(name));
    made.push(await stand.make(name));
    await stand.refuse(name.slice(0, 1_000));
  }
}, 60_000);
afterAll(async () => {
  await stand.stop();
  expect(inheritedByAll()).toBe(before);
});

async function entries(): Promise<AuditEntry[]> {
  const all: AuditEntry[] = [];
  for (let oldest = Number.MAX_SAFE_INTEGER; oldest > 1; ) {
    const query = all.length === 0 ? '' : `&before=${oldest}`;
    const page = auditResponseSchema.parse(await stand.get(`/api/v1/audit?limit=200${query}`));
    all.push(...page.entries);
    oldest = page.entries.at(-1)?.seq ?? 0;
  }
  return all.reverse();
}

async function script(...args: readonly string[]) {
  const main = path.join(ROOT, 'scripts', 'audit.ts');
  const env = { ...process.env, DATA_DIR: stand.dataDir };
  return promisify(execFile)(process.execPath, ['--import', 'tsx', main, ...args], {
    cwd: ROOT,
    env,
    maxBuffer: 50_000_000,
  });
}

describe('hostile names', () => {
  it('SEC-69 of queues are one bounded line each, in figures and on boards', async () => {
    const { queues } = kpisResponseSchema.parse(await stand.get('/api/v1/kpis'));
    const expected = HOSTILE_NAMES.map((name) => plainName(name)).sort();
    expect(
      queues
        .filter(({ mediaType }) => mediaType === null)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(expected);
    const screen = new TestScreen(
      stand.floorcast.url,
      { boardId: 'default' },
      { cookie: stand.cookie, origin: stand.floorcast.url },
    );
    const snapshot = snapshotSchema.parse(await screen.nextSnapshot());
    screen.close();
    const names = snapshot.subjects.flatMap(({ name, shortName }) => [name, shortName]);
    expect(names.filter((name) => HARMFUL.test(name) || name.length > 200)).toEqual([]);
    expect(snapshot.subjects.map(({ name }) => name)).toEqual(
      expect.arrayContaining(expected.filter((name) => name.startsWith('<'))),
    );
  });

  it('SEC-69 of people are one bounded line each, and let everybody in all the same', async () => {
    expect(new Set(led)).toEqual(new Set(['/']));
    const { people } = peopleResponseSchema.parse(await stand.get('/api/v1/people'));
    expect(people).toHaveLength(HOSTILE_NAMES.length + 1);
    const shown = people.flatMap(({ name, email }) => [name, email ?? '']);
    expect(shown.filter((name) => HARMFUL.test(name) || name.length > 254 || name.trim() !== name)).toEqual(
      [],
    );
    for (const name of HOSTILE_NAMES.filter((one) => isPlain(one, MAX_GIVEN) && !/\s{2}/.test(one))) {
      expect(people.map((person) => person.name)).toContain(name);
    }
  });

  it('SEC-69 of screens, rooms and machines stay as they are, or are refused', async () => {
    const good = HOSTILE_NAMES.filter((name) => isPlain(name.trim(), MAX_GIVEN)).map((name) => name.trim());
    expect(good.length).toBeGreaterThan(30);
    HOSTILE_NAMES.forEach((name, index) => {
      const status = isPlain(name.trim(), MAX_GIVEN) ? 201 : 400;
      expect([name.slice(0, 80), paired[index], made[index]]).toEqual([name.slice(0, 80), status, status]);
    });
    const { screens } = screensResponseSchema.parse(await stand.get('/api/v1/screens'));
    expect(screens.map(({ name, room }) => [name, room])).toEqual(good.map((name) => [name, name]));
    const { machines } = machinesResponseSchema.parse(await stand.get('/api/v1/machines'));
    expect(machines.map(({ name }) => name).sort()).toEqual([...good].sort());
  });

  it('SEC-70 forge no line of the log, and colour none', async () => {
    const refused = stand.lines.filter((line) => line.includes('access_denied'));
    expect(refused).toHaveLength(HOSTILE_NAMES.length);
    for (const line of stand.lines) {
      expect(line.endsWith('\n')).toBe(true);
      expect(line.slice(0, -1)).not.toMatch(HARMFUL);
      expect(Object.keys(JSON.parse(line)).slice(0, 2)).toEqual(['level', 'time']);
      expect(line.length).toBeLessThan(200_000);
    }
    expect(
      stand.lines
        .flatMap((line) => line.split(/[\r\n\u0085\u2028\u2029]/))
        .filter((line) => line.startsWith(MARK)),
    ).toEqual([]);
  });

  it('SEC-70 forge no entry of the audit log, which stays whole', async () => {
    const all = await entries();
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
    const texts = all.flatMap(({ actor, actorName, action, subject, details }) => [
      ...[actor, actorName, action, subject ?? ''],
      ...Object.entries(details).flatMap(([key, value]) => [key, String(value)]),
    ]);
    expect(texts.filter((text) => HARMFUL.test(text) || text.length > 200 || text.startsWith(MARK))).toEqual(
      [],
    );
    const counts = ['session.started', 'screen.paired', 'machine.created'].map(
      (action) => all.filter((entry) => entry.action === action).length,
    );
    const good = HOSTILE_NAMES.filter((name) => isPlain(name.trim(), MAX_GIVEN)).length;
    expect(counts).toEqual([HOSTILE_NAMES.length + 1, good, good]);
    const names = all.map(({ details }) => details.name);
    for (const name of HOSTILE_NAMES.filter((one) => one.startsWith('<') && one.length <= MAX_GIVEN))
      expect(names).toContain(name);
  });

  it('SEC-70 forge no line of its export, which is JSON a line and no table of a spreadsheet', async () => {
    const all = await entries();
    const { stdout } = await script('export');
    const lines = stdout.slice(0, -1).split('\n');
    expect(lines).toHaveLength(all.length + 1);
    for (const line of lines) {
      expect(line).not.toMatch(HARMFUL);
      // Neither a formula nor a line of somebody's own: a spreadsheet that opens it finds text.
      expect(line.startsWith('{"')).toBe(true);
      expect(line.split(/[\r\u0085\u2028\u2029]/)).toHaveLength(1);
      JSON.parse(line);
    }
    const last = JSON.parse(lines.at(-2) ?? '');
    expect([last.seq, last.hash]).toEqual([all.at(-1)?.seq, all.at(-1)?.hash]);
    expect((await script('verify')).stdout).toMatch(/^\d+ entries, chain whole/);
  });

  it('SEC-70 lead nobody elsewhere, and stand in no header', async () => {
    const { url } = stand.floorcast;
    for (const address of [
      '/api/v1/people',
      '/api/v1/screens',
      '/api/v1/audit',
      '/api/v1/kpis',
      '/metrics',
    ]) {
      const answer = await fetch(url + address, { headers: { cookie: stand.cookie } });
      expect(answer.headers.get('content-type')).toMatch(/^(application\/json|text\/plain)/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      const headers = JSON.stringify([...answer.headers]);
      expect([headers.includes(ELSEWHERE), headers.includes(MARK), headers.includes('hostile')]).toEqual([
        false,
        false,
        false,
      ]);
      await answer.text();
    }
  });
});

/** A Redis that is killed in the middle of writing, with its log on the disk. */
import { afterEach, describe, expect, it } from 'vitest';
import { chained } from '../../../server/audit/audit-chain';
import { verifyStore } from '../../../server/audit/verify-audit';
import { seededRandom } from '../../../server/runtime/random';
import { openRedisAlertStore } from '../../../server/store/redis/alert-store-redis';
import { openRedisStore } from '../../../server/store/redis/redis-store';
import { openRedisSessionStore } from '../../../server/store/redis/session-store-redis';
import { ALERTS_OF_UNIT, writerUnit } from '../../support/alert-writer-units';
import { auditEvent } from '../../support/audit-events';
import { redisDoors } from '../../support/redis-doors';
import { wholeUnits } from '../../support/whole-units';
import { commandRow, sessionRow, T0, unitOf, windowRow } from '../../unit/devices/sessions/session-rows';

const doors = redisDoors({ isKept: true });
const KILLS = 5;
const IDS = Array.from({ length: 200 }, (_, n) => `${n}`);

/** Writes until it fails; how often it did not. */
async function untilItFails(write: (n: number) => Promise<unknown>): Promise<number> {
  for (let n = 1; ; n += 1) {
    try {
      await write(n);
    } catch {
      // Redis was killed: whether this one is there, nobody knows.
      return n - 1;
    }
  }
}

let writing: Promise<unknown> = Promise.resolve();
afterEach(() => writing);

describe('stores on a Redis that comes to grief', () => {
  it('STORE-110 are whole after kill -9 at any moment, have what was acknowledged, and go on', async () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    console.info(`kill -9 of Redis: seed ${seed}`);
    const random = seededRandom(seed);
    const link = await doors.link();
    for (const duty of ['alerts', 'sessions'])
      await doors.redis.ask(`HSET {floorcast}:lease:${duty} fence 7`);
    const store = openRedisStore(link);
    const alerts = openRedisAlertStore(link, { fence: () => ({ duty: 'alerts', number: 7 }) });
    const sessions = openRedisSessionStore(link, { fence: () => ({ duty: 'sessions', number: 7 }) });
    const total = { alerts: 0, lines: 0, version: 0 };
    for (let round = 0; round < KILLS; round += 1) {
      const name = `round${round}`;
      let writes = 0;
      const killAfter = 1 + Math.floor(random() * 60);
      let kill = () => {};
      const isTime = new Promise<void>((resolve) => {
        kill = resolve;
      });
      const counted = (write: (n: number) => Promise<unknown>) =>
        untilItFails(async (n) => {
          writes += 1;
          if (writes === killAfter) kill();
          await write(n);
        });
      const rows = (n: number) =>
        [1, 2, 3].map((seq) => commandRow(seq, { id: `${name} ${seq}`, sessionId: name, queuedAt: n }));
      const under = Promise.all([
        counted((n) => alerts.write(writerUnit(name, n))),
        counted(() => store.write(IDS.map((id) => ({ write: 'put', kind: 'k', id, content: name })))),
        counted((n) =>
          store.audit.append((after) =>
            chained(
              [1, 2, 3].map((at) => ({ ...auditEvent({ subject: `${n}` }), at })),
              after,
            ),
          ),
        ),
        counted((n) =>
          sessions.write(
            unitOf({
              sessions: [sessionRow(name, { since: n })],
              commands: rows(n),
              windows: [windowRow(name, T0 + n)],
            }),
          ),
        ),
      ]);
      writing = under;
      await isTime;
      await doors.redis.kill();
      const [units, batches, additions, turns] = await under;
      await doors.redis.restart();
      await doors.live(link);

      const foundUnits = await wholeUnits(alerts, name);
      expect([units, units + 1], `seed ${seed}`).toContain(foundUnits);
      total.alerts += foundUnits * ALERTS_OF_UNIT;
      expect(await alerts.count()).toBe(total.alerts);

      const listed = await store.list('k');
      const versions = new Set(listed.map(({ version }) => version));
      expect([versions.size, listed.length]).toEqual(listed.length === 0 ? [0, 0] : [1, IDS.length]);
      const version = Math.max(0, ...versions);
      expect([batches, batches + 1], `seed ${seed}`).toContain(version - total.version);
      expect(await store.changes()).toBe(version);
      total.version = version;

      const verified = await verifyStore(store.audit, null);
      const lines = verified.ok ? verified.value.count : -1;
      expect([additions * 3, additions * 3 + 3], `seed ${seed}`).toContain(lines - total.lines);
      total.lines = lines;

      const found = await sessions.find(`interaction-${name}`);
      const turn = found?.session.since ?? 0;
      expect([turns, turns + 1], `seed ${seed}`).toContain(turn);
      expect(found?.commands ?? []).toEqual(turn === 0 ? [] : rows(turn));
      expect(await sessions.windows(name, 9_999)).toHaveLength(turn);
    }
  }, 120_000);
});

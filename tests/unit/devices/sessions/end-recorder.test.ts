/** Ends of thousands of commands at one moment, as when the way to all devices is cut. */
import { describe, expect, it } from 'vitest';
import { createAuditLog } from '../../../../server/audit/store-audit-log';
import { EndRecorder } from '../../../../server/devices/sessions/end-recorder';
import { createSessionAudit } from '../../../../server/devices/sessions/session-audit';
import { SessionWriter } from '../../../../server/devices/sessions/session-writer';
import { createLog } from '../../../../server/runtime/log';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryAuditStore } from '../../../support/memory-audit-store';
import { MemorySessionStore } from '../../../support/memory-session-store';
import { commandRow, sessionRow } from './session-rows';

const COUNT = 2_500;

function setUp() {
  const clock = new FakeClock();
  const auditStore = new MemoryAuditStore();
  const warnings: string[] = [];
  const log = createLog('warn', (line) => warnings.push(line));
  const audit = createAuditLog({ store: auditStore, clock, log });
  let lookUps = 0;
  const counted: typeof audit = Object.assign(Object.create(audit), {
    head: () => audit.head(),
    entries(range: Parameters<typeof audit.entries>[0]) {
      lookUps += 1;
      return audit.entries(range);
    },
  });
  const store = new MemorySessionStore();
  const writer = new SessionWriter(store, log);
  const records = createSessionAudit(audit, log);
  const ends = new EndRecorder({ audit: counted, records, writer, clock, log });
  let recorded = 0;
  const addAll = () => {
    for (let n = 0; n < COUNT; n += 1) {
      ends.add(sessionRow('session-1'), commandRow(n, { state: 'expired', endedAt: 1 }), () => {
        recorded += 1;
      });
    }
  };
  const settle = async () => {
    for (let turn = 0; turn < 400; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const stop = async () => {
    await ends.stop();
    await audit.stop();
  };
  return {
    ...{ clock, auditStore, store, ends, warnings, addAll, settle, stop },
    counts: () => ({ recorded, left: ends.count, lookUps, lines: auditStore.lines.length }),
  };
}

describe('many ends at once', () => {
  it('DEV-124 are recorded without overrunning the audit log, one entry each', async () => {
    const made = setUp();
    made.addAll();
    await made.settle();
    expect(made.counts()).toEqual({ recorded: COUNT, left: 0, lookUps: 0, lines: COUNT });
    expect(made.warnings).toEqual([]);
    await made.stop();
  });

  it('DEV-124 are on the disk at once, also those whose entry waits: the next run must not take them for open', async () => {
    const made = setUp();
    made.addAll();
    await made.stop();
    const states = [...made.store.commands.values()].map(({ state }) => state);
    expect([states.length, new Set(states)]).toEqual([COUNT, new Set(['expired'])]);
    expect(made.counts().lines).toBeLessThan(COUNT);
  });

  it('DEV-124 that may be there are looked up together', async () => {
    const made = setUp();
    made.auditStore.failure = new Error('the disk is full');
    made.addAll();
    await made.settle();
    made.auditStore.failure = null;
    made.clock.advance(60_000);
    made.ends.sweep();
    await made.settle();
    expect(made.counts()).toMatchObject({ recorded: COUNT, left: 0, lines: COUNT });
    // Of an empty log there is nothing to read: only pages of what came meanwhile.
    expect(made.counts().lookUps).toBeLessThan(10);
    await made.stop();
  });
});

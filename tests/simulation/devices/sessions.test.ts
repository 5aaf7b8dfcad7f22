/**
 * A thousand sessions, each by its seed: storms of commands, links that come and go, a device that loses and lies, disks
 * that are full for a while, and a server that is killed in the middle of anything. `SEEDS` and `SEED` of the
 * environment run more of them, or one again.
 */
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../server/runtime/log';
import { type Random, seededRandom } from '../../../server/runtime/random';
import { AGENT, SENIOR, Stage } from '../../unit/devices/sessions/desk-stage';
import { SimulatedDevice } from './simulated-device';

const SEEDS = Number(process.env.SEEDS ?? 1_000);
const STEPS = 24;
const COMMANDS = ['ping_latency', 'firmware_version', 'signal_strength', 'channel_scan', 'reboot_module'];

class Run {
  readonly stage: Stage;
  readonly device: SimulatedDevice;
  readonly random: Random;
  /** That were accepted: whoever asked was told so. */
  readonly accepted: string[] = [];
  readonly wrongs: string[] = [];
  readonly underWay: Promise<unknown>[] = [];

  constructor(seed: number) {
    this.random = seededRandom(seed);
    this.stage = new Stage({ log: silentLog }, seed);
    this.device = new SimulatedDevice(this.stage.clock, this.random);
    this.stage.appliances.onOpen = (link) => {
      this.device.adopt(link);
      const take = link.onSend;
      link.onSend = (command) => {
        this.#check(command.id);
        take(command);
      };
    };
  }

  /** At the moment at which something goes out: it alone is out, and it is on the disk and in the audit log. */
  #check(id: string): void {
    const { commands } = this.stage.store;
    const out = [...commands.values()].filter(({ state }) => ['sent', 'received', 'running'].includes(state));
    if (out.map((row) => row.id).join() !== id) this.wrongs.push(`out with ${id}: ${out.length}`);
    // The newest first: it is among them.
    if (this.stage.auditStore.lines.findLast((line) => line.includes(id)) === undefined) {
      this.wrongs.push(`${id} went out before it was in the audit log`);
    }
  }

  async play(): Promise<void> {
    await this.stage.start();
    await this.stage.initiate();
    for (let step = 0; step < STEPS; step += 1) {
      await this.#step();
      await this.stage.clock.advanceAsync(Math.floor(this.random() * 8_000), 1_000);
    }
  }

  /** All is well again, and all has its end. */
  async finish(): Promise<void> {
    const { stage, device } = this;
    stage.auditStore.failure = null;
    stage.store.failure = null;
    device.recover();
    await stage.clock.advanceAsync(200_000, 5_000);
    await stage.desk.end('one', { solvedRemotely: null }, AGENT);
    await stage.pass(8_000);
    await Promise.all(this.underWay);
  }

  async #step(): Promise<void> {
    const { stage, random, device } = this;
    const dice = random();
    if (dice < 0.35) this.#ask(1);
    else if (dice < 0.45) this.#ask(25);
    else if (dice < 0.65) device.drop();
    else if (dice < 0.7) device.forget();
    else if (dice < 0.8) stage.auditStore.failure = random() < 0.5 ? new Error('the disk is full') : null;
    else if (dice < 0.88) stage.store.failure = random() < 0.5 ? new Error('the disk is full') : null;
    else await this.#crash();
  }

  #ask(count: number): void {
    for (let n = 0; n < count; n += 1) {
      const command = COMMANDS[Math.floor(this.random() * COMMANDS.length)] ?? '';
      const asked = this.stage.execute(command, {}, SENIOR).then((outcome) => {
        if (outcome.ok) this.accepted.push(outcome.value.id);
      });
      this.underWay.push(asked);
    }
  }

  /** Somewhere between what follows from asking: after so many turns of the queue of promises. */
  async #crash(): Promise<void> {
    if (this.random() < 0.7) this.#ask(3);
    for (let turns = Math.floor(this.random() * 40); turns > 0; turns -= 1) await null;
    await this.stage.crash();
  }
}

describe('diagnostic sessions, simulated', () => {
  it(`DEV-47 ${SEEDS} seeds: in order, one out at a time, no reboot twice, one end each, and a whole chain`, async () => {
    const only = process.env.SEED;
    const seeds = only === undefined ? Array.from({ length: SEEDS }, (_, n) => n + 1) : [Number(only)];
    const seen = { sent: 0, resent: 0, ended: new Map<string, number>() };
    for (const seed of seeds) {
      const run = new Run(seed);
      await run.play();
      await run.finish();
      await check(run, seed, seen);
      await run.stage.stop();
    }
    // A simulation in which nothing happens proves nothing.
    if (only === undefined) {
      expect(seen.sent).toBeGreaterThan(seeds.length * 5);
      expect(seen.resent).toBeGreaterThan(seeds.length / 20);
      expect([...seen.ended.keys()].sort()).toEqual(['done', 'expired', 'failed', 'refused']);
    }
  }, 600_000);
});

async function check(
  { stage, device, accepted, wrongs }: Run,
  seed: number,
  seen: { sent: number; resent: number; ended: Map<string, number> },
): Promise<void> {
  const label = `SEED=${seed}`;
  expect(wrongs, label).toEqual([]);
  const rows = [...stage.store.commands.values()].sort((a, b) => a.seq - b.seq);
  const sentIds = device.sent.map(({ id }) => id);
  const firsts = [...new Set(sentIds)];
  const seqOf = new Map(rows.map(({ id, seq }) => [id, seq]));
  const seqs = firsts.map((id) => seqOf.get(id) ?? -1);
  expect(seqs, label).toEqual(seqs.toSorted((a, b) => a - b));
  const unsafe = device.sent.filter(({ command }) => command === 'reboot_module').map(({ id }) => id);
  expect(new Set(unsafe).size, label).toBe(unsafe.length);
  const entries = await stage.entries();
  const subjectsOf = (action: string) =>
    entries.filter((entry) => entry.action === action).map(({ subject }) => subject);
  const asked = subjectsOf('command.asked');
  const ended = subjectsOf('command.ended');
  expect(new Set(ended).size, label).toBe(ended.length);
  expect(
    asked.filter((subject) => !ended.includes(subject)),
    label,
  ).toEqual([]);
  expect(
    accepted.filter((id) => !asked.includes(`command:${id}`)),
    label,
  ).toEqual([]);
  expect(
    rows.filter(({ endedAt, isEndRecorded }) => endedAt === null || !isEndRecorded),
    label,
  ).toEqual([]);
  expect(await stage.chain(), label).toMatchObject({ ok: true });
  seen.sent += firsts.length;
  seen.resent += sentIds.length - firsts.length;
  for (const { state } of rows) seen.ended.set(state, (seen.ended.get(state) ?? 0) + 1);
}

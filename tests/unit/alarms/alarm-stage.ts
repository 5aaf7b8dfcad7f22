/** The desk of alarms over figures, devices, boards and a store of the test's own, on a clock that the test moves. */
import type { AlertGroup } from '../../../lib/contracts/alert';
import type { Board } from '../../../lib/contracts/board';
import type { KpiKey, KpiStatus } from '../../../lib/contracts/kpi';
import { AlarmFloor } from '../../../server/alarms/alarm-desk';
import type { SendCall, Sent } from '../../../server/alarms/call-sender';
import { silentLog } from '../../../server/runtime/log';
import { readAlarms } from '../../../server/store/alarm-documents';
import { FakeClock } from '../../support/fake-clock';
import { FakeDesk, NO_FORWARDING } from '../../support/fake-desk';
import { change, FakeKpiReader } from '../../support/fake-kpi-reader';
import { MemoryStore } from '../../support/memory-store';
import { boardOf, FakeBoards } from '../../support/push-boards';

export const done = async () => {};

/** Devices whose groups and faults a test sets; their frame has room for one group. */
class Devices extends FakeDesk {
  lasting: readonly AlertGroup[] = [];
  known: ReturnType<FakeDesk['knownFaults']> = { faults: [], isWhole: true };
  #made: { of: readonly AlertGroup[]; frame: ReturnType<FakeDesk['frame']> } | null = null;

  override frame() {
    if (this.#made?.of !== this.lasting) {
      const groups = this.lasting.slice(0, 1);
      const more = this.lasting.length - groups.length;
      const frame = { groups, more, faults: [], forwarding: NO_FORWARDING };
      this.#made = { of: this.lasting, frame };
    }
    return this.#made.frame;
  }

  override groups() {
    return this.lasting;
  }

  override knownFaults() {
    return this.known;
  }
}

export interface Posted {
  readonly hook: string;
  readonly url: string;
  readonly id: string;
  readonly body: {
    readonly event: string;
    readonly alarm: { readonly key: string; readonly level: string } | null;
  };
}

export class AlarmStage {
  readonly clock = new FakeClock();
  readonly store = new MemoryStore();
  readonly reader = new FakeKpiReader(['all', 'queue:a', 'queue:b', 'queue:c']);
  readonly boards: FakeBoards;
  readonly devices = new Devices();
  readonly posted: Posted[] = [];
  /** What targets answer; by default they take it. */
  answer: (call: Posted) => Sent = () => ({ kind: 'sent' });
  floor: AlarmFloor;
  told = 0;

  constructor(boards: readonly Board[] = [boardOf('main')]) {
    this.boards = new FakeBoards(boards);
    this.floor = this.#made();
  }

  #made(): AlarmFloor {
    const send: SendCall = async (hook, { id, body }) => {
      const call = { hook: hook.id, url: hook.url, id, body: JSON.parse(body) };
      this.posted.push(call);
      return this.answer(call);
    };
    const { clock, store, reader, boards, devices } = this;
    const floor = new AlarmFloor({
      ...{ clock, store, reader, boards, send, alerts: devices, random: () => 0.5, log: silentLog },
    });
    floor.subscribe(() => {
      this.told += 1;
    });
    return floor;
  }

  async start(): Promise<this> {
    this.floor.start(await readAlarms(this.store, () => {}));
    await this.pass(2_000);
    return this;
  }

  /** As after a crash or a stop of so long. */
  async restart(awayMs = 5_000, kind: 'stop' | 'crash' = 'stop'): Promise<void> {
    await this.pass(0);
    await this.floor.stop();
    if (kind === 'stop') this.clock.advance(awayMs);
    this.floor = this.#made();
    await this.start();
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advanceAsync(ms, Math.max(1, Math.min(ms, 1_000)));
    for (let i = 0; i < 5; i += 1) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  /** One figure, and time for a round. */
  async figure(subject: string, kpi: KpiKey, status: KpiStatus, value = 9): Promise<void> {
    this.reader.announce([change(subject, kpi, value, { status, stale: status === 'unknown' })]);
    await this.pass(1_000);
  }

  frame(boardId = 'main') {
    const frame = this.floor.frame(boardId);
    if (frame === null) throw new Error(`no board ${boardId}`);
    return frame;
  }

  keys(boardId = 'main'): readonly string[] {
    return this.frame(boardId).alarms.map(({ key }) => key);
  }

  /** What was sent, each as “event key”. */
  get calls(): readonly string[] {
    return this.posted.map(({ body }) => `${body.event} ${body.alarm?.key ?? 'flood'}`);
  }

  async hook(more: object = {}): Promise<void> {
    const { revision, webhooks } = this.floor.webhooks();
    const kept = webhooks.map(({ id, name, url, format, levels, boardIds }) => ({
      ...{ id, name, url, format, levels, boardIds },
    }));
    const hook = {
      ...{ id: 'h1', name: 'Chat', url: 'https://chat.example.com/hook', format: 'json' as const },
      ...{ levels: ['critical' as const, 'warning' as const], boardIds: null },
      ...more,
    };
    const saved = await this.floor.saveWebhooks({ revision, webhooks: [...kept, hook] }, done);
    if (!saved.ok) throw new Error(JSON.stringify(saved.error));
  }

  async stop(): Promise<void> {
    await this.floor.stop();
  }
}

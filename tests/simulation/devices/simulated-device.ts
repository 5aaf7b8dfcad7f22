/**
 * One appliance as bad as it can be, by a seed: it loses what it is sent and what it says, answers late and in another
 * order, twice, or something else, forgets, and is away. What it was sent, and what it ran, it remembers for the test.
 */
import type { Random } from '../../../server/runtime/random';
import type { FakeClock } from '../../support/fake-clock';
import type { FakeLink, SentCommand } from '../../unit/devices/sessions/fake-appliances';

type Known = 'received' | 'running' | 'done' | 'failed';

const RESULTS: ReadonlyMap<string, Record<string, unknown>> = new Map([
  ['ping_latency', { latency_ms: 31 }],
  ['firmware_version', { firmware_version: '2.4.1' }],
  ['signal_strength', { signal_dbm: -71 }],
  ['channel_scan', { channels: [{ channel: 6, signal_dbm: -60 }] }],
  ['reboot_module', { rebooted: true }],
] as const);

export class SimulatedDevice {
  /** Each command that left the server, in the order in which they did. */
  readonly sent: SentCommand[] = [];
  /** From here on it does what it is told, at once. */
  isWell = false;
  readonly #clock: FakeClock;
  readonly #random: Random;
  readonly #known = new Map<string, { state: Known; command: string }>();
  #link: FakeLink | null = null;
  #drops = 0;

  constructor(clock: FakeClock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** A new link of the server's: it is up soon, or not. */
  adopt(link: FakeLink): void {
    this.#link = link;
    link.onSend = (command) => this.#take(link, command);
    link.onAsk = (id) => this.#asked(link, id);
    this.#later(3_000, () => this.#come(link));
  }

  /** The connection is cut, and comes back. */
  drop(): void {
    const link = this.#link;
    if (link === null || link.isClosed) return;
    if (this.#random() < 0.2) link.become({ kind: 'failed', reason: 'the token is refused' });
    else link.lose();
    this.#drops += 1;
    const drop = this.#drops;
    // Once in a while it is away for longer than commands wait for it.
    const awayMs = this.#random() < 0.2 ? 180_000 : 15_000;
    this.#later(awayMs, () => {
      if (drop === this.#drops) this.#come(link);
    });
  }

  /** Back, for good. */
  recover(): void {
    this.isWell = true;
    if (this.#link !== null) this.#come(this.#link);
  }

  /** It starts anew, and knows nothing of what it did. */
  forget(): void {
    this.#known.clear();
  }

  #come(link: FakeLink): void {
    if (!link.isClosed && link.state.kind !== 'up') link.up();
  }

  #take(link: FakeLink, sent: SentCommand): void {
    this.sent.push(sent);
    if (this.#chance(0.1)) return;
    const { id, command } = sent;
    if (this.#known.has(id)) {
      this.#asked(link, id);
      return;
    }
    const own = { state: 'received' as Known, command };
    this.#known.set(id, own);
    this.#say(link, () => link.say({ kind: 'received', commandId: id }));
    this.#say(link, () => link.say({ kind: 'running', commandId: id }));
    this.#later(this.#chance(0.1) ? 200_000 : 8_000, () => {
      own.state = this.#chance(0.2) ? 'failed' : 'done';
      this.#tellEnd(link, id);
    });
  }

  #tellEnd(link: FakeLink, id: string): void {
    const own = this.#known.get(id);
    if (own === undefined || this.#chance(0.1)) return;
    const result = this.#chance(0.05) ? { nonsense: true } : (RESULTS.get(own.command) ?? {});
    const commandId = this.#chance(0.05) ? `not-${id}` : id;
    const isDone = own.state === 'done';
    const tell = () => (isDone ? link.done(commandId, result) : link.failed(commandId, 'it did not work'));
    this.#say(link, tell);
    if (this.#chance(0.1)) this.#say(link, tell);
    // Going back, or on, where it should not.
    if (this.#chance(0.1)) this.#say(link, () => link.say({ kind: 'running', commandId: id }));
    if (this.#chance(0.05)) this.#say(link, () => link.known(id, 'unknown'));
  }

  #asked(link: FakeLink, id: string): void {
    const own = this.#known.get(id);
    const state = own === undefined || this.#chance(0.1) ? 'unknown' : own.state;
    this.#say(link, () => link.known(id, state, RESULTS.get(own?.command ?? '') ?? {}));
  }

  /** Some time, if the connection still stands and nothing is lost. */
  #say(link: FakeLink, say: () => void): void {
    if (this.#chance(0.1)) return;
    this.#later(2_000, () => {
      if (this.#link === link && link.state.kind === 'up') say();
    });
  }

  #later(maxMs: number, act: () => void): void {
    this.#clock.after(this.isWell ? 10 : this.#random() * maxMs, act);
  }

  #chance(of: number): boolean {
    return !this.isWell && this.#random() < of;
  }
}

/** Links to appliances that do what a test says: up, lost, failed, and whatever a device may answer. */
import type {
  ApplianceLink,
  ApplianceMessage,
  LinkListener,
  LinkState,
  OpenApplianceLink,
} from '../../../../server/devices/ports';
import type { FakeClock } from '../../../support/fake-clock';

type Said = ApplianceMessage extends infer M ? (M extends ApplianceMessage ? Omit<M, 'at'> : never) : never;
export interface SentCommand {
  readonly id: string;
  readonly command: string;
  readonly params: object;
}

export class FakeLink implements ApplianceLink {
  state: LinkState = { kind: 'connecting' };
  readonly sent: SentCommand[] = [];
  readonly asked: string[] = [];
  retries = 0;
  isClosed = false;
  /** False: the next command does not leave, as if the socket had closed just now. */
  takes = true;
  onSend: (command: SentCommand) => void = () => {};
  onAsk: (id: string) => void = () => {};
  readonly #clock: FakeClock;
  readonly #listener: LinkListener;

  constructor(clock: FakeClock, listener: LinkListener) {
    this.#clock = clock;
    this.#listener = listener;
  }

  send({ id, command, params }: SentCommand): boolean {
    if (this.state.kind !== 'up' || !this.takes) return false;
    this.sent.push({ id, command, params });
    this.onSend({ id, command, params });
    return true;
  }
  ask(commandId: string): boolean {
    if (this.state.kind !== 'up') return false;
    this.asked.push(commandId);
    this.onAsk(commandId);
    return true;
  }
  retry(): void {
    this.retries += 1;
  }
  close(): void {
    this.isClosed = true;
    this.state = { kind: 'connecting' };
  }

  become(state: LinkState): void {
    this.state = state;
    this.#listener.onState(state);
  }
  up(): void {
    this.become({ kind: 'up' });
  }
  lose(): void {
    this.become({ kind: 'lost', reason: 'no heartbeat for 15 s' });
  }
  say(message: Said): void {
    // With the time that it lacked it is one of the messages again.
    this.#listener.onMessage({ ...message, at: this.#clock.now() } as ApplianceMessage);
  }
  done(commandId: string, result: Record<string, unknown> = { latency_ms: 31 }): void {
    this.say({ kind: 'result', commandId, ok: true, result, error: null });
  }
  failed(commandId: string, error: string): void {
    this.say({ kind: 'result', commandId, ok: false, result: {}, error });
  }
  known(commandId: string, state: 'unknown' | 'received' | 'running' | 'done' | 'failed', result = {}): void {
    this.say({ kind: 'known', commandId, state, result, error: null });
  }
}

export class FakeAppliances {
  readonly links: FakeLink[] = [];
  readonly #clock: FakeClock;
  /** Each new link starts so. */
  onOpen: (link: FakeLink) => void = () => {};

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  readonly open: OpenApplianceLink = (_deviceId, listener) => {
    const link = new FakeLink(this.#clock, listener);
    this.links.push(link);
    this.onOpen(link);
    return link;
  };
}

/** Links on sockets of paper and a clock that moves when told to. */
import { ok, type Result } from '../../../../lib/result';
import { createApplianceLinks } from '../../../../server/devices/link/appliance-links';
import type { LinkSocketHandlers } from '../../../../server/devices/link/link-socket';
import type { ApplianceLink, ApplianceMessage, LinkState } from '../../../../server/devices/ports';
import type { Failure } from '../../../../server/runtime/errors';
import { createLog } from '../../../../server/runtime/log';
import { createMetrics } from '../../../../server/runtime/metrics';
import { FakeClock } from '../../../support/fake-clock';

export interface PaperSocket extends LinkSocketHandlers {
  readonly address: string;
  readonly token: string;
  readonly sent: string[];
  over: 'dropped' | 'left' | null;
  isReading: boolean;
}

export interface HeldLink {
  readonly link: ApplianceLink;
  readonly told: (LinkState | ApplianceMessage['kind'])[];
}

/** A clock on which timers may fire late, as on a machine that stood still. */
export class LateClock extends FakeClock {
  lateMs = 0;
  override monotonicNow(): number {
    return super.monotonicNow() + this.lateMs;
  }
}

/** Lets promises settle. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

export class LinkStage {
  readonly clock = new LateClock();
  readonly sockets: PaperSocket[] = [];
  readonly lines: string[] = [];
  readonly metrics = createMetrics();
  readonly invalidated: (string | null)[] = [];
  /** What is answered to who asks for a token. */
  token: () => Result<string, Failure> = () => ok(`token-${this.invalidated.length + 1}`);
  /** The next one of chance. */
  chance = 1;
  readonly open = createApplianceLinks({
    url: 'wss://link.example/devices',
    ca: null,
    tokens: {
      token: () => Promise.resolve(this.token()),
      invalidate: (token) => void this.invalidated.push(token),
    },
    clock: this.clock,
    random: () => this.chance,
    log: createLog('debug', (line) => void this.lines.push(line)),
    metrics: this.metrics,
    openSocket: (address, token, handlers) => this.#opened(address, token, handlers),
  });

  async link(
    deviceId = 'd1',
    heed: (told: LinkState | ApplianceMessage) => void = () => {},
  ): Promise<HeldLink> {
    const told: HeldLink['told'] = [];
    const link = this.open(deviceId, {
      onState(state) {
        told.push(state);
        heed(state);
      },
      onMessage(message) {
        told.push(message.kind);
        heed(message);
      },
    });
    await settled();
    return { link, told };
  }

  /** A link that is up, and its socket. */
  async upLink(deviceId?: string, heed?: (told: LinkState | ApplianceMessage) => void) {
    const held = await this.link(deviceId, heed);
    const socket = this.socket();
    socket.opened();
    return { ...held, socket };
  }

  /** The newest one. */
  socket(): PaperSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settled();
  }

  #opened(address: string, token: string, handlers: LinkSocketHandlers) {
    const paper: PaperSocket = { ...handlers, address, token, sent: [], over: null, isReading: true };
    this.sockets.push(paper);
    return {
      send(text: string) {
        if (paper.isReading) paper.sent.push(text);
        return paper.isReading;
      },
      drop() {
        paper.over = 'dropped';
      },
      leave() {
        paper.over = 'left';
      },
    };
  }
}

export const HEARTBEAT = '{"type":"heartbeat"}';

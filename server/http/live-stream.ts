/**
 * The live view of a diagnostic session as Server-Sent Events: `data:` is one `LiveEvent`, a comment goes out every
 * 15 s. Whoever reads is asked about again every few seconds, and at once when something about him changes; then the
 * last event is `end`. Bounded in number; one that takes nothing for half a minute is cut. Nothing of the server's
 * time limits reaches it: they are for requests that are still to come.
 */
import type { ServerResponse } from 'node:http';
import type { LiveEvent } from '../../lib/contracts/diagnostics';
import type { Reach } from '../access/access-table';
import { decide } from '../access/decide';
import type { Gate } from '../access/gate';
import { actorOf, type Principal, rolesOf } from '../access/principal';
import { StandingWatch } from '../access/standing-watch';
import type { DiagnosticsDesk } from '../devices/diagnostics-desk';
import { type FeedReader, LiveFeed } from '../devices/live-feed';
import type { Cancel, Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import { Trouble } from '../runtime/trouble';
import type { DeviceCallers } from './device-callers';
import { type HttpProblem, SAFE_HEADERS } from './reply';
import type { Exchange } from './route';

export interface LiveStreamsOptions {
  /** `null`: there is no link to appliances, and no stream is ever opened. */
  readonly desk: DiagnosticsDesk | null;
  readonly gate: Gate;
  readonly callers: DeviceCallers;
  readonly clock: Clock;
  readonly log: Log;
  /** Absent: 1,000 in all, 100 for one client. */
  readonly limits?: { readonly most: number; readonly perClient: number };
}

const TARGET = 'GET /v1/diagnostics/:id/stream';
const LIMITS = { most: 1_000, perClient: 100 };
const HEARTBEAT_MS = 15_000;
/** Two heartbeats that found it not reading, one after the other. */
const MOST_MISSED = 2;

const HEADERS = {
  ...SAFE_HEADERS,
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  // A proxy that gathers before it hands on would hold the last event back.
  'x-accel-buffering': 'no',
};

const FULL: HttpProblem = {
  status: 429,
  code: 'limit.streams',
  message: 'too many live views are open: close one',
  headers: { 'retry-after': '10' },
};
const UNKNOWN: HttpProblem = {
  status: 404,
  code: 'diagnostics.unknown',
  message: 'there is no diagnostic session of that interaction, or it is not yours',
};

interface Stream {
  readonly client: string;
  readonly response: ServerResponse;
  principal: Principal;
  reach: Reach;
  /** `null`: its session is still being read. */
  feed: LiveFeed | null;
  missed: number;
}

export class LiveStreams {
  readonly #options: LiveStreamsOptions;
  readonly #limits: { readonly most: number; readonly perClient: number };
  readonly #watch: StandingWatch<Stream>;
  readonly #trouble: Trouble;
  readonly #streams = new Set<Stream>();
  readonly #perClient = new Map<string, number>();
  #beating: Cancel | null = null;

  constructor(options: LiveStreamsOptions) {
    this.#options = options;
    this.#limits = options.limits ?? LIMITS;
    const log = options.log.child({ room: 'http' });
    this.#trouble = new Trouble('a live view cannot be read now', options.clock, log);
    this.#watch = new StandingWatch<Stream>({
      ...{ gate: options.gate, clock: options.clock, log, most: this.#limits.most },
      told: (stream, standing, changed) => this.#told(stream, standing, changed),
    });
  }

  get count(): number {
    return this.#streams.size;
  }

  /** Answers with a stream that lasts until either side ends it; a problem where there is nothing to stream. */
  async open(interactionId: string, exchange: Exchange): Promise<HttpProblem | null> {
    const { desk, callers } = this.#options;
    const { response, as, reach } = exchange;
    if (desk === null) return UNKNOWN;
    const stream = this.#enter(response, as, reach);
    if (stream === null) return FULL;
    const viewer = await callers.viewerOf(exchange);
    const session = await desk.session(interactionId, viewer);
    if (session === null || response.destroyed || !this.#streams.has(stream)) {
      this.#leave(stream);
      return session === null ? UNKNOWN : null;
    }
    response.writeHead(200, HEADERS);
    if (exchange.request.method === 'HEAD') {
      response.end();
      return null;
    }
    response.flushHeaders();
    stream.feed = new LiveFeed({
      ...{ desk, interactionId, guest: { viewer, roles: rolesOf(stream.principal) } },
      ...{ reader: readerOf(response), clock: this.#options.clock },
      onTrouble: (thrown) => this.#trouble.note(thrown),
    });
    stream.feed.start(session);
    // Somebody else by now: that was told while there was no feed to hear it.
    if (stream.principal !== as) void this.#tellFeed(stream);
    return null;
  }

  /** Ends all without a word: their clients come back to whoever serves then. */
  close(): void {
    this.#watch.close();
    for (const stream of [...this.#streams]) {
      this.#leave(stream);
      stream.response.destroy();
    }
  }

  #enter(response: ServerResponse, principal: Principal, reach: Reach): Stream | null {
    const client = actorOf(principal);
    const own = this.#perClient.get(client) ?? 0;
    if (this.#streams.size >= this.#limits.most || own >= this.#limits.perClient) return null;
    const stream: Stream = { client, response, principal, reach, feed: null, missed: 0 };
    this.#streams.add(stream);
    this.#perClient.set(client, own + 1);
    this.#watch.add(stream);
    this.#beating ??= this.#options.clock.every(HEARTBEAT_MS, () => this.#beat());
    response.once('close', () => this.#leave(stream));
    return stream;
  }

  #leave(stream: Stream): void {
    if (!this.#streams.delete(stream)) return;
    stream.feed?.stop();
    this.#watch.remove(stream);
    const left = (this.#perClient.get(stream.client) ?? 1) - 1;
    if (left > 0) this.#perClient.set(stream.client, left);
    else this.#perClient.delete(stream.client);
    if (this.#streams.size > 0) return;
    this.#beating?.();
    this.#beating = null;
  }

  #beat(): void {
    for (const stream of [...this.#streams]) {
      if (stream.feed === null) continue;
      // One that was ended and is still here has not read its end; writing to it would end this process.
      const isBehind = stream.response.writableNeedDrain || stream.response.writableEnded;
      stream.missed = isBehind ? stream.missed + 1 : 0;
      if (!isBehind) stream.response.write(':\n\n');
      else if (stream.missed >= MOST_MISSED) stream.response.destroy();
    }
  }

  #told(stream: Stream, standing: Principal | null, changed: boolean): void {
    const decision = standing === null ? null : decide(TARGET, standing);
    if (decision === null || !decision.allowed) {
      this.#turnOut(stream);
      return;
    }
    const isOther = changed || decision.reach !== stream.reach || !sameRoles(decision.as, stream.principal);
    stream.principal = decision.as;
    stream.reach = decision.reach;
    if (isOther) void this.#tellFeed(stream);
  }

  #turnOut(stream: Stream): void {
    const { feed, response } = stream;
    if (feed === null) {
      // Nothing was sent yet, and nothing will be.
      this.#leave(stream);
      response.destroy();
    } else feed.end('forbidden');
  }

  /** Never rejects. */
  async #tellFeed(stream: Stream): Promise<void> {
    try {
      const viewer = await this.#options.callers.viewerOf({ as: stream.principal, reach: stream.reach });
      stream.feed?.guestIs({ viewer, roles: rolesOf(stream.principal) });
    } catch (thrown) {
      this.#trouble.note(thrown);
    }
  }
}

function readerOf(response: ServerResponse): FeedReader {
  return {
    isReady: () => !response.writableNeedDrain && !response.destroyed,
    send: (event: LiveEvent) => void response.write(`data: ${JSON.stringify(event)}\n\n`),
    whenReady(call) {
      response.once('drain', call);
      return () => void response.off('drain', call);
    },
    close: () => void response.end(),
  };
}

function sameRoles(a: Principal, b: Principal): boolean {
  return rolesOf(a).join() === rolesOf(b).join();
}

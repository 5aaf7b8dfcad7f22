/**
 * The owner's side of what nodes ask each other: runs calls, and keeps watches while their watchers say that they are
 * there. Each call is heard at once and answered when it is done; what it throws is a refusal. Bounded: so many calls at
 * a time, so many watchers a duty; who comes then is refused, or not heard.
 */

import type { Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import { type Answer, epochOf, type Request, readRequest } from './node-messages';

export type NodeMethod = (args: unknown) => Promise<unknown>;
/** Tells until it is stopped; what is told first is what a new watcher needs. */
export type NodeStream = (args: unknown, tell: (value: unknown) => void) => () => void;

export interface ServeMore {
  readonly streams?: Readonly<Record<string, NodeStream>>;
  /** Asked at each message: a node that was paused may have lost the duty before it hears of that. Absent: it is. */
  readonly isOwner?: () => boolean;
}

export interface Served {
  readonly methods: ReadonlyMap<string, NodeMethod>;
  readonly streams: ReadonlyMap<string, NodeStream>;
  readonly isOwner: () => boolean;
}

export interface AnsweringOptions {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  /** Whether it could be sent: not where it is too large or no JSON. */
  readonly answer: (to: string, answer: Answer) => boolean;
}

export interface Answering {
  serve(duty: string, served: Served): () => void;
  hear(duty: string, text: string): void;
  stop(): void;
}

const MOST_RUNNING = 500;
const MOST_WATCHERS = 2_000;
/** Three times said again and lost. */
const SILENT_MS = 10_000;
const SWEEP_MS = 1_000;
const MOST_WORDS = 500;

interface Watcher {
  readonly from: string;
  readonly epoch: string;
  seq: number;
  heardTick: number;
  end: () => void;
}

interface Service extends Served {
  readonly watchers: Map<string, Watcher>;
}

type Asked<Kind extends Request['kind']> = Extract<Request, { kind: Kind }>;

export function openAnswering({ nodeId, clock, log, newId, answer }: AnsweringOptions): Answering {
  const services = new Map<string, Service>();
  let running = 0;

  const stopSweep = clock.every(SWEEP_MS, () => {
    const silentSince = clock.monotonicNow() - SILENT_MS;
    for (const service of services.values()) {
      for (const [id, { heardTick }] of service.watchers) if (heardTick < silentSince) endWatch(service, id);
    }
  });

  function endWatch({ watchers }: Service, id: string): void {
    const watcher = watchers.get(id);
    watchers.delete(id);
    try {
      watcher?.end();
    } catch (thrown) {
      log.error('a watch of another node could not be ended', { reason: messageOf(thrown) });
    }
  }

  async function run({ methods }: Service, { id, from, method, args }: Asked<'call'>): Promise<void> {
    const refuse = (reason: 'failed' | 'tooLarge', message: string) =>
      answer(from, { kind: 'refusal', id, reason, message: message.slice(0, MOST_WORDS) });
    answer(from, { kind: 'heard', id });
    const work = methods.get(method);
    if (work === undefined)
      return void refuse('failed', 'The node that has this duty does not know this question.');
    if (running >= MOST_RUNNING)
      return void refuse('failed', 'The node that has this duty has too much to do.');
    running += 1;
    try {
      const value = await work(args);
      if (!answer(from, { kind: 'reply', id, value }))
        refuse('tooLarge', 'The answer is too large for another node.');
    } catch (thrown) {
      refuse('failed', messageOf(thrown));
    } finally {
      running -= 1;
    }
  }

  function renew(service: Service, { id, from, method, args, anew }: Asked<'watch'>): void {
    const known = service.watchers.get(id);
    const isGapped = known !== undefined && anew === known.epoch;
    if (isGapped) endWatch(service, id);
    const watcher = isGapped ? undefined : known;
    if (watcher !== undefined) {
      watcher.heardTick = clock.monotonicNow();
      answer(from, { kind: 'watching', id, epoch: watcher.epoch, seq: watcher.seq });
      return;
    }
    const stream = service.streams.get(method);
    if (stream === undefined || service.watchers.size >= MOST_WATCHERS) return;
    begin(service, { id, from, args, stream });
  }

  function begin(
    service: Service,
    { id, from, args, stream }: { id: string; from: string; args: unknown; stream: NodeStream },
  ): void {
    const watcher: Watcher = {
      ...{ from, epoch: epochOf(nodeId, newId()), seq: 0, heardTick: clock.monotonicNow(), end: () => {} },
    };
    service.watchers.set(id, watcher);
    answer(from, { kind: 'watching', id, epoch: watcher.epoch, seq: 0 });
    const tell = (value: unknown) => {
      if (service.watchers.get(id) !== watcher || !service.isOwner()) return;
      watcher.seq += 1;
      if (!answer(from, { kind: 'told', id, epoch: watcher.epoch, seq: watcher.seq, value }))
        log.error('what another node watches is too large to be told');
    };
    try {
      const end = stream(args, tell);
      // It may have been ended from inside.
      if (service.watchers.get(id) === watcher) watcher.end = end;
      else end();
    } catch (thrown) {
      service.watchers.delete(id);
      log.error('a watch of another node could not begin', { reason: messageOf(thrown) });
    }
  }

  function endService(duty: string, service: Service): void {
    if (services.get(duty) === service) services.delete(duty);
    for (const id of [...service.watchers.keys()]) endWatch(service, id);
  }

  return {
    serve(duty, served) {
      const before = services.get(duty);
      if (before !== undefined) endService(duty, before);
      const service = { ...served, watchers: new Map<string, Watcher>() };
      services.set(duty, service);
      return () => endService(duty, service);
    },
    hear(duty, text) {
      const service = services.get(duty);
      if (service === undefined || !service.isOwner()) return;
      const request = readRequest(text);
      if (request === null) return;
      if (request.kind === 'call') void run(service, request);
      else if (request.kind === 'watch') renew(service, request);
      else endWatch(service, request.id);
    },
    stop() {
      stopSweep();
      for (const [duty, service] of [...services]) endService(duty, service);
    },
  };
}

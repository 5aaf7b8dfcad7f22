/**
 * What nodes ask each other: one call, one answer; and watches, where the owner tells until nobody watches any more. A
 * call never rejects, has an end, and is done at most once by each owner that hears it; who was told `late` or `noOwner`
 * does not know whether it was done. A watch lasts through the loss of messages, of Redis and of the owner: it is said
 * again every few seconds, so that whoever has the duty then takes it up; what was told before stays the listener's.
 */
import { err, type Result } from '../../lib/result';
import type { Bus } from '../redis/redis-bus';
import type { Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import { OwnerUnavailable } from '../runtime/owner-unavailable';
import { type NodeMethod, openAnswering, type Served, type ServeMore } from './node-answering';
import {
  channelOfAll,
  channelOfDuty,
  channelOfNode,
  type Request,
  readAnswer,
  readNotice,
  textOf,
} from './node-messages';
import { openWatching, type WatchListener } from './node-watching';
import { createParcels, toPieces } from './parcels';

/**
 * `noOwner`: nobody who has the duty heard it, or Redis is away. `late`: it was heard, and not answered in time.
 * `failed`: the owner could not do it; the message is its own sentence. `tooLarge`: question or answer.
 */
export interface CallProblem {
  readonly kind: 'noOwner' | 'late' | 'failed' | 'tooLarge';
  /** One plain sentence. */
  readonly message: string;
}

/** For who has nothing to fall back on: nobody answered, or the owner failed. */
export function problemOf({ kind, message }: CallProblem): Error {
  return kind === 'noOwner' || kind === 'late' ? new OwnerUnavailable(message) : new Error(message);
}

export interface NodeCalls {
  call(
    duty: string,
    method: string,
    args: unknown,
    limits: { readonly timeoutMs: number },
  ): Promise<Result<unknown, CallProblem>>;
  /** Gives the way to end it. One at a time for a duty: the newer takes the place of the older. */
  serve(duty: string, methods: Readonly<Record<string, NodeMethod>>, more?: ServeMore): () => void;
  watch(duty: string, method: string, args: unknown, listener: WatchListener): () => void;
  stop(): void;
}

export interface NodeCallsOptions {
  readonly bus: Bus;
  /** Nobody else's; letters, digits, `-` and `_`. */
  readonly nodeId: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Letters, digits, `-` and `_`; at most 64. */
  readonly newId: () => string;
}

/** As long as an owner may take to say that it heard. */
const HEARD_MS = 1_500;
const MOST_CALLS = 500;

interface OpenCall {
  isHeard: boolean;
  readonly end: (result: Result<unknown, CallProblem>) => void;
}

export function createNodeCalls(options: NodeCallsOptions): NodeCalls {
  const { bus, nodeId, clock, newId } = options;
  const parcels = createParcels(() => clock.monotonicNow());
  const calls = new Map<string, OpenCall>();
  const services = new Set<() => void>();
  let isStopped = false;

  /** Whether it could be sent. */
  function send(channel: string, text: string | null): boolean {
    const pieces = text === null ? null : toPieces(newId(), text);
    for (const piece of pieces ?? []) bus.publish(channel, piece);
    return pieces !== null;
  }
  const ask = (duty: string, request: Request) => send(channelOfDuty(duty), textOf(request));

  const watching = openWatching({ ...options, ask });
  const answering = openAnswering({
    ...{ nodeId, clock, newId, log: options.log },
    answer: (to, answer) => send(channelOfNode(to), textOf(answer)),
  });

  function hear(text: string): void {
    const whole = parcels.take(text);
    const answer = whole === null ? null : readAnswer(whole);
    if (answer === null) return;
    if (answer.kind === 'watching' || answer.kind === 'told') {
      watching.hear(answer);
      return;
    }
    const call = calls.get(answer.id);
    if (call === undefined) return;
    if (answer.kind === 'heard') call.isHeard = true;
    else if (answer.kind === 'reply') call.end({ ok: true, value: answer.value });
    else call.end(err({ kind: answer.reason, message: answer.message }));
  }

  const ends = [
    bus.subscribe(channelOfNode(nodeId), hear),
    bus.subscribe(channelOfAll, (text) => {
      const notice = readNotice(text);
      if (notice !== null) watching.renew(notice.duty);
    }),
  ];

  function serve(duty: string, served: Served): () => void {
    const end = answering.serve(duty, served);
    const own = createParcels(() => clock.monotonicNow());
    const unsubscribe = bus.subscribe(channelOfDuty(duty), (text) => {
      const whole = own.take(text);
      if (whole !== null) answering.hear(duty, whole);
    });
    const say = () => void send(channelOfAll, textOf({ kind: 'serving', duty }));
    say();
    // The channel is heard a little later than asked for; who watches asks again then.
    const again = [250, 1_000].map((delayMs) => clock.after(delayMs, say));
    const unserve = () => {
      services.delete(unserve);
      for (const cancel of again) cancel();
      unsubscribe();
      end();
    };
    services.add(unserve);
    return unserve;
  }

  return {
    call(duty, method, args, { timeoutMs }) {
      const problem = (kind: CallProblem['kind'], message: string) => err({ kind, message } as const);
      if (isStopped) return Promise.resolve(problem('noOwner', 'This node is stopping.'));
      if (bus.status().state === 'down')
        return Promise.resolve(problem('noOwner', 'Redis is away: other nodes cannot be asked.'));
      if (calls.size >= MOST_CALLS)
        return Promise.resolve(problem('failed', 'Too many questions to other nodes are open.'));
      return new Promise((resolve) => {
        const id = newId();
        const timers = [
          clock.after(Math.min(HEARD_MS, timeoutMs), () => {
            if (!call.isHeard) call.end(problem('noOwner', 'No node that has this duty answers.'));
          }),
          clock.after(timeoutMs, () =>
            call.end(problem('late', 'The node that has this duty did not answer in time.')),
          ),
        ];
        const call: OpenCall = {
          isHeard: false,
          end(result) {
            if (!calls.delete(id)) return;
            for (const cancel of timers) cancel();
            resolve(result);
          },
        };
        calls.set(id, call);
        if (!ask(duty, { kind: 'call', id, from: nodeId, method, args }))
          call.end(problem('tooLarge', 'The question is too large for another node.'));
      });
    },
    serve: (duty, methods, { streams = {}, isOwner = () => true } = {}) =>
      serve(duty, {
        ...{ methods: new Map(Object.entries(methods)), streams: new Map(Object.entries(streams)), isOwner },
      }),
    watch: (duty, method, args, listener) => watching.watch(duty, method, args, listener),
    stop() {
      isStopped = true;
      for (const end of [...ends, ...services]) end();
      watching.stop();
      answering.stop();
      for (const call of [...calls.values()])
        call.end(err({ kind: 'noOwner', message: 'This node is stopping.' }));
    },
  };
}

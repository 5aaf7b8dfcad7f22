/**
 * What nodes say to each other through Redis: publish and subscribe, on connections of its own, so that a large message
 * holds up nothing else. A message reaches whoever listens at that moment, at most once, and may be lost: who needs more
 * asks again. It says of itself that it is live only while it hears its own pulse: that covers both connections and
 * what is between them. Where the pulse stays away, both are made anew and all is subscribed again, for ever. What
 * waits to be sent is bounded; what has no room is dropped and counted as lost like any other.
 */
import type { Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import { createScrubber } from '../runtime/scrub';
import { sharedKey } from './keys';
import { connectRedis, type RedisClient, type RedisConnectOptions } from './redis-client';
import type { RedisStatus } from './redis-link';

export interface Bus {
  /** Never throws; what cannot be sent now is lost. At most `MOST_MESSAGE_CHARACTERS`. */
  publish(channel: string, text: string): void;
  /** Heard from soon on, and again after each loss of the connection; not what came in between. */
  subscribe(channel: string, listener: (text: string) => void): () => void;
  status(): RedisStatus;
  stop(): void;
}

export interface RedisBusOptions extends RedisConnectOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Nobody else's: the pulse goes by it. */
  readonly id: string;
}

export const MOST_MESSAGE_CHARACTERS = 1_000_000;
/** Written and not yet taken by Redis. */
const MOST_WAITING_CHARACTERS = 32_000_000;
const PULSE_MS = 1_000;
/** As long as a command may take, and one pulse more. */
const SILENT_MS = 3_000;
/** Silent for that long, connections are not waited for any more. */
const GIVEN_UP_MS = 8_000;

interface Pair {
  readonly hearing: RedisClient;
  readonly saying: RedisClient;
  readonly openedTick: number;
  /** Channels that were asked for and not refused. */
  readonly asked: Set<string>;
  /** Characters, all told: written, and known to be taken or lost. */
  written: number;
  settled: number;
}

export function openRedisBus(options: RedisBusOptions): Bus {
  const { address, clock, log, id } = options;
  const scrubber = createScrubber(address.password === null ? [] : [address.password]);
  const pulse = sharedKey('pulse', id);
  const listeners = new Map<string, Set<(text: string) => void>>([[pulse, new Set([beat])]]);
  let status: RedisStatus = { state: 'connecting', since: clock.now(), message: null };
  let heardTick = clock.monotonicNow();
  let reason: string | null = null;
  let isFull = false;
  let pair = open();
  const stopTicks = clock.every(PULSE_MS, tick);

  function move(state: RedisStatus['state'], message: string | null): void {
    if (status.state === state) return;
    log[state === 'down' ? 'warn' : 'info']('redis bus', { state, reason: message });
    status = { state, message, since: clock.now() };
  }

  function beat(): void {
    heardTick = clock.monotonicNow();
    reason = null;
    move('live', null);
  }

  function open(): Pair {
    const mine: Pair = {
      ...{ hearing: connectRedis(options), saying: connectRedis(options), asked: new Set<string>() },
      ...{ openedTick: clock.monotonicNow(), written: 0, settled: 0 },
    };
    for (const client of [mine.hearing, mine.saying]) {
      client.on('error', (thrown: unknown) => {
        reason = scrubber.text(messageOf(thrown));
      });
      client.on('close', () => move('down', reason ?? 'the connection was closed'));
    }
    mine.hearing.on('ready', () => {
      mine.asked.clear();
      listen(mine);
    });
    mine.saying.on('ready', () => say(mine, pulse, ''));
    mine.hearing.on('message', (channel: string, text: string) => hear(channel, text));
    return mine;
  }

  function close({ hearing, saying }: Pair): void {
    for (const client of [hearing, saying]) {
      client.removeAllListeners();
      // What fails while it ends is nobody's business.
      client.on('error', () => {});
      client.disconnect();
    }
  }

  function listen(mine: Pair): void {
    const missing = [...listeners.keys()].filter((channel) => !mine.asked.has(channel));
    if (missing.length === 0) return;
    for (const channel of missing) mine.asked.add(channel);
    mine.hearing.subscribe(...missing).then(
      () => say(mine, pulse, ''),
      // At the next tick once more.
      () => missing.forEach((channel) => void mine.asked.delete(channel)),
    );
  }

  function say(mine: Pair, channel: string, text: string): void {
    if (mine.written - mine.settled + text.length > MOST_WAITING_CHARACTERS) {
      if (!isFull) log.warn('messages to other nodes are dropped: too much waits for redis');
      isFull = true;
      return;
    }
    mine.written += text.length;
    const upTo = mine.written;
    const settle = () => {
      mine.settled = Math.max(mine.settled, upTo);
      isFull = false;
    };
    mine.saying.publish(channel, text).then(settle, (thrown: unknown) => {
      // After a time-out it may still lie in the socket, until that is closed or a later one was taken.
      if (!messageOf(thrown).includes('timed out')) settle();
    });
  }

  function hear(channel: string, text: string): void {
    if (text.length > MOST_MESSAGE_CHARACTERS) return;
    for (const listener of [...(listeners.get(channel) ?? [])]) {
      try {
        listener(text);
      } catch (thrown) {
        log.error('a listener of the redis bus failed', { reason: messageOf(thrown) });
      }
    }
  }

  function tick(): void {
    const now = clock.monotonicNow();
    if (now - heardTick > SILENT_MS) move('down', reason ?? 'no message comes back');
    if (now - heardTick > GIVEN_UP_MS && now - pair.openedTick > GIVEN_UP_MS) {
      close(pair);
      pair = open();
    }
    listen(pair);
    say(pair, pulse, '');
  }

  return {
    publish(channel, text) {
      if (text.length <= MOST_MESSAGE_CHARACTERS) say(pair, channel, text);
      else log.error('a message to other nodes is too large', { channel, characters: text.length });
    },
    subscribe(channel, listener) {
      const own = (text: string) => listener(text);
      const known = listeners.get(channel) ?? new Set();
      listeners.set(channel, known.add(own));
      listen(pair);
      return () => {
        if (!known.delete(own) || known.size > 0 || listeners.get(channel) !== known) return;
        listeners.delete(channel);
        pair.asked.delete(channel);
        // Not told of again: what still comes has no listener.
        pair.hearing.unsubscribe(channel).catch(() => {});
      };
    },
    status: () => status,
    stop() {
      stopTicks();
      listeners.clear();
      close(pair);
    },
  };
}

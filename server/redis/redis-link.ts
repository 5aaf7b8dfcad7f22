/**
 * The one door to Redis (ioredis): alone, watched by sentinels or a cluster, behind one small port. Commands of one turn
 * of the event loop go out together, one round trip a node. It tries for ever, in the background, at a pace; while it is
 * away every command fails at once, and nothing is kept here to be sent later: who calls decides. Each command has a
 * time-out, after which nobody knows whether it was done.
 */
import { createHash } from 'node:crypto';
import { err, ok, type Result } from '../../lib/result';
import type { Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import { createScrubber } from '../runtime/scrub';
import { connectRedis, type RedisConnectOptions } from './redis-client';

/** A piece of Lua, run where its first key is. */
export interface RedisScript {
  readonly text: string;
  readonly sha: string;
}

export function redisScript(text: string): RedisScript {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

export type RedisReply = string | number | null | readonly RedisReply[];

export interface RedisFailure {
  /** `refused`: it was not done, and will not be when it is asked again. `away`: nobody knows, or later it will. */
  readonly kind: 'refused' | 'away';
  /** In an operator's words, free of secrets. */
  readonly message: string;
}

export interface RedisStatus {
  readonly state: 'connecting' | 'live' | 'down';
  /** Epoch ms. */
  readonly since: number;
  readonly message: string | null;
}

export interface RedisLink {
  run(
    script: RedisScript,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<Result<RedisReply, RedisFailure>>;
  call(
    command: string,
    key: string,
    ...args: readonly (string | number)[]
  ): Promise<Result<RedisReply, RedisFailure>>;
  status(): RedisStatus;
  subscribe(listener: () => void): () => void;
  stop(): void;
}

export interface RedisLinkOptions extends RedisConnectOptions {
  readonly clock: Clock;
  readonly log: Log;
}

/** What a server answers where a key holds something else, or a script fails; anything else may pass. */
const REFUSALS = /^(WRONGTYPE|ERR )/;

export function openRedisLink(options: RedisLinkOptions): RedisLink {
  const { address, clock, log } = options;
  const scrubber = createScrubber(address.password === null ? [] : [address.password]);
  const listeners = new Set<() => void>();
  let status: RedisStatus = { state: 'connecting', since: clock.now(), message: null };
  let reason: string | null = null;

  function move(state: RedisStatus['state'], message: string | null): void {
    if (status.state === state && status.message === message) return;
    if (status.state !== state) log[state === 'down' ? 'warn' : 'info']('redis', { state, reason: message });
    status = { state, message, since: status.state === state ? status.since : clock.now() };
    for (const listener of listeners) listener();
  }

  const client = connectRedis(options);
  client.on('ready', () => move('live', null));
  client.on('error', (thrown: unknown) => {
    reason = scrubber.text(messageOf(thrown));
    if (status.state !== 'live') move('down', reason);
  });
  client.on('close', () => move('down', reason ?? 'the connection was closed'));

  async function asked(ask: () => Promise<unknown>): Promise<Result<RedisReply, RedisFailure>> {
    try {
      return ok((await ask()) as RedisReply);
    } catch (thrown) {
      const message = scrubber.text(messageOf(thrown));
      return err({ kind: REFUSALS.test(message) ? 'refused' : 'away', message });
    }
  }

  return {
    async run(script, keys, args) {
      const answer = await asked(() => client.evalsha(script.sha, keys.length, ...keys, ...args));
      // Its memory of scripts goes with a restart: by its text it learns it again.
      if (answer.ok || !answer.error.message.includes('NOSCRIPT')) return answer;
      return asked(() => client.call('EVAL', [script.text, keys.length, ...keys, ...args]));
    },
    call: (command, key, ...args) => asked(() => client.call(command, key, ...args)),
    status: () => status,
    subscribe(listener) {
      const own = () => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    stop() {
      listeners.clear();
      client.removeAllListeners();
      // What fails while it ends is nobody's business.
      client.on('error', () => {});
      client.disconnect();
    },
  };
}

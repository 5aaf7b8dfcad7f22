/**
 * The one door to Redis (ioredis): alone, watched by sentinels or a cluster, behind one small port. Commands of one turn
 * of the event loop go out together, one round trip a node. It tries for ever, in the background, at a pace; while it is
 * away every command fails at once, and nothing is kept here to be sent later: who calls decides. Each command has a
 * time-out, after which nobody knows whether it was done.
 */
import { createHash } from 'node:crypto';
import { Cluster, Redis } from 'ioredis';
import { err, ok, type Result } from '../../lib/result';
import type { Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { Random } from '../runtime/random';
import { createScrubber } from '../runtime/scrub';
import type { RedisAddress } from './redis-address';

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

export interface RedisLinkOptions {
  readonly address: RedisAddress;
  /** PEM of the authority behind its certificate; `null`: the system's own. */
  readonly ca: string | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** What a server answers where a key holds something else, or a script fails; anything else may pass. */
const REFUSALS = /^(WRONGTYPE|ERR )/;
const COMMAND_TIMEOUT_MS = 2_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** Between two tries: by chance, between half of it and it. */
const RETRY_CEILINGS_MS = [250, 500, 1_000, 2_000, 5_000];

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

  const client = connect(options);
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
      return asked(() => client.eval(script.text, keys.length, ...keys, ...args));
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

function connect({ address, ca, random }: RedisLinkOptions): Redis | Cluster {
  const { kind, nodes, name, database, username, password, tls } = address;
  const retryStrategy = (times: number) => {
    const ceiling = RETRY_CEILINGS_MS[Math.min(times, RETRY_CEILINGS_MS.length) - 1] ?? 250;
    return Math.round(ceiling * (0.5 + random() / 2));
  };
  const secured = tls ? { tls: { rejectUnauthorized: true, ...(ca === null ? {} : { ca }) } } : {};
  const user = { ...(username === null ? {} : { username }), ...(password === null ? {} : { password }) };
  const common = {
    ...user,
    ...secured,
    connectionName: 'floorcast',
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    enableAutoPipelining: true,
    keepAlive: 10_000,
    retryStrategy,
  };
  if (kind === 'cluster') {
    return new Cluster([...nodes], {
      redisOptions: common,
      enableOfflineQueue: false,
      enableAutoPipelining: true,
      clusterRetryStrategy: retryStrategy,
    });
  }
  if (kind === 'sentinel') {
    return new Redis({
      ...common,
      ...{ sentinels: [...nodes], name, db: database, sentinelRetryStrategy: retryStrategy },
      ...(tls ? { enableTLSForSentinelMode: true } : {}),
    });
  }
  return new Redis({ ...common, ...nodes[0], db: database });
}

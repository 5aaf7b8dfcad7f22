/**
 * The store of diagnostic sessions that several nodes share. One of them has the duty and writes, all of them read. Each
 * write carries the fence of that duty: whoever had it before writes nothing any more, and is told so. A unit is one
 * script, there wholly or not at all, and written once however often Redis was asked. Closing it closes this door only,
 * not the link.
 */
import type { MetricWindow } from '../../../lib/contracts/diagnostics';
import type { Fence } from '../../redis/fence';
import { leaseKey } from '../../redis/keys';
import type { RedisLink, RedisScript } from '../../redis/redis-link';
import type { SessionStore, SessionUnit, StoredCommand, StoredSession } from '../session-ports';
import { toWindow } from '../session-rows';
import { orderKey } from './order-key';
import { createRedisDesk, packed, partsOf, type RedisDesk, textOfReply } from './redis-desk';
import { FORGET_SESSION, SESSION_KEYS, WRITE_SESSIONS } from './session-scripts';
import {
  commandOf,
  commandsKey,
  doneMember,
  interactionSessions,
  interactionStretch,
  OPEN_SESSIONS,
  SESSIONS,
  STARTED_SESSIONS,
  sessionHead,
  unrecordedKey,
  windowsKey,
} from './session-tables';
import { BACKWARDS, createTableReader, FORWARDS, type TableReader } from './table-reader';

const FORGOTTEN_IN_STEP = 20;
/** Windows asked for in one step. */
const PAGE = 500;

export interface RedisSessionStoreOptions {
  /** Of whoever has the duty of sessions, as this node knows it. */
  readonly fence: () => Fence;
  /** Told how many rows of a table were left out of an answer: they hold nothing that can be read. */
  readonly leftOut?: (table: string, count: number) => void;
}

export function openRedisSessionStore(redis: RedisLink, options: RedisSessionStoreOptions): SessionStore {
  return new SharedSessionStore(createRedisDesk(redis, 'the store of sessions'), options);
}

class SharedSessionStore implements SessionStore {
  readonly #desk: RedisDesk;
  readonly #reader: TableReader;
  readonly #options: RedisSessionStoreOptions;

  constructor(desk: RedisDesk, options: RedisSessionStoreOptions) {
    this.#desk = desk;
    this.#reader = createTableReader(desk, options.leftOut);
    this.#options = options;
  }

  async write({ sessions, commands, windows }: SessionUnit): Promise<void> {
    const owners = [
      ...sessions.map(({ id }) => id),
      ...[...commands, ...windows].map((row) => row.sessionId),
    ];
    const ids = [...new Set(owners)];
    const places = new Map(ids.map((id, at) => [id, at + 1]));
    const placeOf = (id: string) => places.get(id) ?? 0;
    const words = [
      ...sessions.flatMap((row) => [row.id, ...sessionHead(row), JSON.stringify(row)]),
      ...commands.flatMap((row) => [
        ...[placeOf(row.sessionId), row.id, row.isEndRecorded ? 1 : 0, JSON.stringify(row)],
      ]),
      ...windows.flatMap(({ sessionId, ...window }) => [placeOf(sessionId), JSON.stringify(window)]),
    ];
    const counts = [sessions.length, commands.length, windows.length];
    await this.#write(WRITE_SESSIONS, ids, [ids.length, ...ids, ...counts, packed(words)]);
  }

  async open() {
    const open: StoredSession[] = [];
    for await (const page of this.#reader.pages(OPEN_SESSIONS, FORWARDS)) open.push(...page);
    return Promise.all(open.map((session) => this.#withCommands(session)));
  }

  async find(interactionId: string) {
    const table = interactionSessions(interactionId);
    const [session] = await this.#reader.first(table, interactionStretch(interactionId), 1);
    return session === undefined ? null : this.#withCommands(session);
  }

  async since(at: number, limit: number) {
    const stretch = { ...BACKWARDS, to: `[${orderKey(at)}` };
    const sessions = await this.#reader.first(STARTED_SESSIONS, stretch, limit);
    return Promise.all(
      sessions.map(async (session) => {
        return { session, commandCount: Number(await this.#desk.ask('HLEN', commandsKey(session.id))) };
      }),
    );
  }

  async windows(sessionId: string, limit: number): Promise<readonly MetricWindow[]> {
    const windows: (MetricWindow | null)[] = [];
    for (let from = '+'; windows.length < limit; ) {
      const count = Math.min(PAGE, limit - windows.length);
      const key = windowsKey(sessionId);
      const entries = partsOf(await this.#desk.ask('XREVRANGE', key, from, '-', 'COUNT', count)).map(partsOf);
      windows.push(...entries.map(([, fields]) => windowOf(textOfReply(partsOf(fields)[1]))));
      if (entries.length < count) break;
      from = `(${textOfReply(entries.at(-1)?.[0])}`;
    }
    return this.#readable('windows', windows).toReversed();
  }

  async forget(endedBefore: number): Promise<number> {
    let forgotten = 0;
    // Closing the store ends it between two steps.
    for (let step = FORGOTTEN_IN_STEP; step === FORGOTTEN_IN_STEP && !this.#desk.isClosed; ) {
      const bounds = ['-', `(${orderKey(endedBefore)}`, 'LIMIT', 0, FORGOTTEN_IN_STEP];
      const members = partsOf(await this.#desk.ask('ZRANGEBYLEX', SESSIONS.done, ...bounds)).map(textOfReply);
      const answers = await Promise.all(members.map((member) => this.#forget(doneMember(member))));
      forgotten += answers.filter((answer) => answer === '1').length;
      step = members.length;
    }
    return forgotten;
  }

  async close(): Promise<void> {
    this.#desk.close();
  }

  #forget({ ended, id }: ReturnType<typeof doneMember>) {
    return this.#write(FORGET_SESSION, [id], [id, ended]);
  }

  async #withCommands(session: StoredSession) {
    return { session, commands: await this.#commandsOf(session) };
  }

  async #commandsOf({ id }: StoredSession): Promise<readonly StoredCommand[]> {
    const rows = partsOf(await this.#desk.ask('HVALS', commandsKey(id))).map(textOfReply);
    const read = this.#readable('commands', rows.map(commandOf));
    return read
      .toSorted((a, b) => a.command.seq - b.command.seq || a.number - b.number)
      .map(({ command }) => command);
  }

  #readable<T>(table: string, rows: readonly (T | null)[]): readonly T[] {
    const read = rows.filter((row) => row !== null);
    if (read.length < rows.length) this.#options.leftOut?.(table, rows.length - read.length);
    return read;
  }

  #write(script: RedisScript, sessionIds: readonly string[], args: readonly (string | number)[]) {
    const { duty, number } = this.#options.fence();
    const own = sessionIds.flatMap((id) => [commandsKey(id), unrecordedKey(id), windowsKey(id)]);
    return this.#desk.write(script, [leaseKey(duty), ...SESSION_KEYS, ...own], [number, ...args]);
  }
}

function windowOf(json: string): MetricWindow | null {
  return toWindow({ content: Buffer.from(json) });
}

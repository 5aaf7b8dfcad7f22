/**
 * Made-up agents who diagnose: while the simulated customers talk about a device, some of them run commands on it, as
 * an agent's page does it, over Floorcast's own REST interface. It needs a server without accounts. What is refused or
 * not answered is one agent's bad moment: the next look goes on.
 */
import { z } from 'zod';
import type { Clock } from '../server/runtime/clock';
import type { Random } from '../server/runtime/random';

/** A conversation of the simulated centre, about one device. */
export interface Talk {
  readonly interactionId: string;
  readonly customerId: string;
  readonly deviceId: string;
}

export interface Wish {
  /** Below /v1/diagnostics/. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const EVERY_MS = 3_000;
const TIMEOUT_MS = 5_000;
/** At a time; further callers are only talked with. */
const MAX_OPEN = 6;
const DIAGNOSED = 0.4;
const SOLVED = 0.6;
const SHORTEST_MS = 25_000;
const LONGEST_MS = 90_000;

interface Diagnosis {
  readonly scanAt: number;
  readonly endAt: number;
  isScanned: boolean;
}

/** Who does what next. Pure but for what it remembers: the conversations that it was told of last. */
export class MadeUpAgents {
  readonly #random: Random;
  /** `null`: nothing is done about this one, or no longer. */
  #known = new Map<string, Diagnosis | null>();

  constructor(random: Random) {
    this.#random = random;
  }

  next(talks: readonly Talk[], now: number): readonly Wish[] {
    const before = this.#known;
    const gone = [...before.keys()].filter((id) => !talks.some(({ interactionId }) => interactionId === id));
    const ends = gone.filter((id) => before.get(id) != null).map((id) => this.#end(id));
    this.#known = new Map(talks.map(({ interactionId: id }) => [id, before.get(id) ?? null]));
    return [...ends, ...talks.flatMap((talk) => this.#about(talk, before.has(talk.interactionId), now))];
  }

  #about(talk: Talk, isKnown: boolean, now: number): readonly Wish[] {
    const id = talk.interactionId;
    if (!isKnown) return this.#begin(talk, now);
    const diagnosis = this.#known.get(id) ?? null;
    if (diagnosis === null) return [];
    if (now >= diagnosis.endAt) {
      this.#known.set(id, null);
      return [this.#end(id)];
    }
    if (diagnosis.isScanned || now < diagnosis.scanAt) return [];
    diagnosis.isScanned = true;
    const scan = { interactionId: id, command: 'channel_scan', params: { duration: '10s' } };
    return [{ path: 'execute', body: scan }];
  }

  #begin(talk: Talk, now: number): readonly Wish[] {
    const open = [...this.#known.values()].filter((one) => one !== null).length;
    if (open >= MAX_OPEN || this.#random() >= DIAGNOSED) return [];
    const lasts = SHORTEST_MS + this.#random() * (LONGEST_MS - SHORTEST_MS);
    this.#known.set(talk.interactionId, {
      ...{ scanAt: now + lasts / 3, endAt: now + lasts, isScanned: false },
    });
    const requestedCommands = ['ping_latency', 'signal_strength'];
    return [{ path: 'initiate', body: { ...talk, requestedCommands } }];
  }

  #end(id: string): Wish {
    return { path: `${id}/end`, body: { solvedRemotely: this.#random() < SOLVED } };
  }
}

const listSchema = z.object({
  conversations: z.array(
    z.object({
      ...{ conversationId: z.string(), customerId: z.string().nullable(), isStanding: z.boolean() },
      devices: z.array(z.object({ deviceId: z.string(), online: z.boolean() })),
    }),
  ),
});

/** The talks about a device that is online, without standing ones: those are for whoever tries the product. */
export function talksIn(answer: unknown): readonly Talk[] {
  const parsed = listSchema.safeParse(answer);
  return (parsed.data?.conversations ?? []).flatMap(({ conversationId, customerId, isStanding, devices }) => {
    const device = devices.find(({ online }) => online);
    if (isStanding || customerId === null || device === undefined) return [];
    return [{ interactionId: conversationId, customerId, deviceId: device.deviceId }];
  });
}

export interface AgentsOptions {
  readonly url: string;
  readonly simulatorUrl: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** Until the stop that it returns, which waits for what is under way. */
export function startAgents({ url, simulatorUrl, clock, random }: AgentsOptions): () => Promise<void> {
  const agents = new MadeUpAgents(random);
  const ending = new AbortController();
  const signal = () => AbortSignal.any([ending.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const post = ({ path, body }: Wish) =>
    fetch(`${url}/v1/diagnostics/${path}`, {
      ...{ method: 'POST', body: JSON.stringify(body), signal: signal() },
      headers: { 'content-type': 'application/json', origin: url },
    }).then((response) => response.body?.cancel());
  async function look(): Promise<void> {
    const listed = await fetch(`${simulatorUrl}/simulator/conversations`, { signal: signal() });
    const talks = talksIn(await listed.json());
    await Promise.allSettled(agents.next(talks, clock.now()).map(post));
  }
  let looking: Promise<void> | null = null;
  const cancel = clock.every(EVERY_MS, () => {
    // A look that lasts is not overtaken by the next one.
    looking ??= look()
      .catch(() => {})
      .finally(() => {
        looking = null;
      });
  });
  return async () => {
    cancel();
    ending.abort();
    await looking;
  };
}

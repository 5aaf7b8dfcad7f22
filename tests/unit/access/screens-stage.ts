/** Paired screens and their pairing on a store in memory. */
import type { Ended } from '../../../server/access/gate';
import { createPairing, type Pairing } from '../../../server/access/screens/pairing';
import type { ScreenPlace } from '../../../server/access/screens/screen-record';
import { createScreens, type Screens } from '../../../server/access/screens/screens';
import type { Doer } from '../../../server/access/session-audit';
import { createLog } from '../../../server/runtime/log';
import type { SecretBytes } from '../../../server/runtime/secret-bytes';
import { FakeClock } from '../../support/fake-clock';
import { MemoryStore } from '../../support/memory-store';
import { countedBytes, FakeAudit } from './sessions-stage';

export const BY: Doer = { actor: 'person:ada', actorName: 'Ada', address: '192.0.2.7' };
export const BOB: Doer = { actor: 'person:bob', actorName: 'Bob', address: '192.0.2.8' };
/** Where the television is. */
export const HALL = '192.0.2.50';
export const BOARDS: readonly string[] = ['main', 'second'];
/** Of the alphabet, and nobody's. */
export const NO_CODE = 'ZZZZZZ';

export function place(more: Partial<ScreenPlace> = {}): ScreenPlace {
  const measures = { diagonalInches: 55, farthestSeatMetres: 8 };
  return { name: 'North wall', boardId: 'main', room: 'Support', ...measures, ...more };
}

/** A store that stops before it writes, and fails there, when it is told to. */
export class TroubledStore extends MemoryStore {
  isBroken = false;
  /** Awaited before each write. */
  beforeWrite: () => Promise<void> | void = () => {};

  override async write(batch: Parameters<MemoryStore['write']>[0]) {
    await this.beforeWrite();
    if (this.isBroken) throw new Error('disk full');
    return super.write(batch);
  }
}

export interface ScreenStageOptions {
  readonly store?: TroubledStore;
  readonly secretBytes?: SecretBytes;
  readonly maxScreens?: number;
  readonly maxOffers?: number;
}

export function createScreenStage(options: ScreenStageOptions = {}) {
  const { store = new TroubledStore(), secretBytes = countedBytes(), ...bounds } = options;
  const clock = new FakeClock();
  const audit = new FakeAudit();
  const lines: string[] = [];
  const log = createLog('trace', (line) => lines.push(line));
  const connected = new Set<string>();
  const parts = { store, clock, secretBytes, audit, log };
  const screens = createScreens({ ...parts, ...bounds, isConnected: (id) => connected.has(id) });
  const boardExists = (id: string) => BOARDS.includes(id);
  const pairing = createPairing({ ...parts, ...bounds, screens, boardExists });
  return { ...parts, lines, connected, screens, pairing, boardExists };
}
export type ScreenStage = ReturnType<typeof createScreenStage>;

/** A screen and its token, without a code. */
export async function pairedScreen(
  { screens }: { readonly screens: Screens },
  more: Partial<ScreenPlace> = {},
) {
  const paired = await screens.pair(place(more), BY);
  if (!paired.ok) throw new Error(paired.error);
  return { id: paired.value.screen.id, token: paired.value.token };
}

/** The token after the next change of it. */
export async function rotatedToken(
  { screens }: { readonly screens: Screens },
  token: string,
): Promise<string> {
  const answer = await screens.rotate(token);
  if (answer?.kind !== 'rotated') throw new Error(`not rotated: ${answer?.kind ?? 'opens nothing'}`);
  return answer.token;
}

export async function begun(pairing: Pairing, address = HALL) {
  const offer = await pairing.begin(address);
  if (offer === null) throw new Error('no code');
  return offer;
}

/** In the middle of the next write of something else. */
export function inTheMiddle(store: TroubledStore, work: () => Promise<unknown>): void {
  store.beforeWrite = async () => {
    store.beforeWrite = () => {};
    await work();
  };
}

/** Which of these tokens open something. */
export async function openers(
  { screens }: ScreenStage,
  tokens: readonly string[],
): Promise<readonly boolean[]> {
  return Promise.all(tokens.map(async (token) => (await screens.find(token)) !== null));
}

/** Everything that the store holds, as text. */
export async function stored({ store }: ScreenStage): Promise<string> {
  return JSON.stringify(await store.list('screen'));
}

/** What is told of changes from now on. */
export function told({ screens }: ScreenStage): Ended[] {
  const all: Ended[] = [];
  screens.onChanged((changed) => all.push(changed));
  return all;
}

/**
 * The hops from Genesys Cloud and from the devices' broker to this screen, each with a state of its own, and the one
 * worst of them: what the header says in a word, the foot in a sentence. Pure.
 */
import type { Sources } from '../../lib/contracts/source';
import type { LinkState } from '../live/link-state';

export type HopLevel = 'live' | 'waiting' | 'partly' | 'lost';

export interface Hop {
  readonly name: 'server' | 'genesys' | 'broker';
  readonly level: HopLevel;
  /** Server time of the last sign of life of this hop; `null` where none was ever heard. */
  readonly heardAt: number | null;
  /** Message of the catalogue, under `link`. */
  readonly word: string;
}

/** The nearest first. Without devices there is no broker. */
export function hopsOf(
  link: LinkState,
  sources: Sources | null,
  heardAt: number | null,
): readonly [Hop, Hop, ...Hop[]] {
  return [serverHop(link, heardAt), genesysHop(sources), ...brokerHop(sources)];
}

function serverHop(link: LinkState, heardAt: number | null): Hop {
  switch (link.state) {
    case 'live':
      return { name: 'server', level: 'live', heardAt, word: 'server' };
    case 'connecting':
      return { name: 'server', level: 'waiting', heardAt, word: 'connecting' };
    case 'lost':
      return { name: 'server', level: 'lost', heardAt: link.heardAt, word: 'lost' };
    case 'refused':
      return { name: 'server', level: 'lost', heardAt, word: 'refused' };
  }
}

const GENESYS = {
  live: { level: 'live', word: 'genesys' },
  degraded: { level: 'partly', word: 'genesysDegraded' },
  connecting: { level: 'waiting', word: 'genesysConnecting' },
  down: { level: 'lost', word: 'genesysDown' },
  off: { level: 'lost', word: 'genesysOff' },
} as const satisfies Record<Sources['genesys']['state'], Pick<Hop, 'level' | 'word'>>;

function genesysHop(sources: Sources | null): Hop {
  if (sources === null) return { name: 'genesys', level: 'waiting', heardAt: null, word: 'genesys' };
  const { state, lastHeardAt } = sources.genesys;
  return { name: 'genesys', heardAt: lastHeardAt, ...GENESYS[state] };
}

const BROKER = {
  live: { level: 'live', word: 'broker' },
  degraded: { level: 'partly', word: 'brokerDegraded' },
  connecting: { level: 'waiting', word: 'brokerConnecting' },
  down: { level: 'lost', word: 'brokerDown' },
} as const satisfies Record<Exclude<Sources['mqtt']['state'], 'off'>, Pick<Hop, 'level' | 'word'>>;

function brokerHop(sources: Sources | null): readonly Hop[] {
  if (sources === null || sources.mqtt.state === 'off') return [];
  const { state, lastHeardAt } = sources.mqtt;
  return [{ name: 'broker', heardAt: lastHeardAt, ...BROKER[state] }];
}

const BADNESS: Record<HopLevel, number> = { live: 0, partly: 1, waiting: 2, lost: 3 };

/** The worst hop; among equals the one nearer to the screen, since nothing is known behind it. */
export function worstHop(hops: readonly [Hop, ...Hop[]]): Hop {
  return hops.reduce((worst, hop) => (BADNESS[hop.level] > BADNESS[worst.level] ? hop : worst));
}

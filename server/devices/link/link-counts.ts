/** What all links did, in plain numbers that the operator's figures read; and what of it is said in the log. */
import type { Log } from '../../runtime/log';
import type { Metrics } from '../../runtime/metrics';
import type { ApplianceMessage, LinkState } from '../ports';

type Kind = ApplianceMessage['kind'] | 'stranger' | 'control';

export interface LinkCounts {
  frame(kind: Kind): void;
  /** A device that sends far too much was cut off. */
  flooded(): void;
  /** Of one link; `was`: what it was before. */
  moved(was: LinkState['kind'], now: LinkState): void;
  closed(was: LinkState['kind']): void;
}

export function createLinkCounts(metrics: Metrics, log: Log): LinkCounts {
  const frames = new Map<Kind, number>();
  const moves = new Map<LinkState['kind'], number>();
  let floods = 0;
  let upCount = 0;
  /** Hundreds of links fail for one reason: it is said once, until one of them is up again. */
  let saidReason: string | null = null;
  metrics.countersFrom(
    ...(['floorcast_appliance_frames_total', 'Frames of appliances.', 'kind'] as const),
    () => frames,
  );
  metrics.countersFrom(
    ...([
      'floorcast_appliance_link_moves_total',
      'Links that came up, were lost or failed.',
      'state',
    ] as const),
    () => moves,
  );
  metrics.counterFrom(
    ...(['floorcast_appliance_floods_total', 'Links cut off for sending far too much.'] as const),
    () => floods,
  );
  metrics.gaugeFrom('floorcast_appliance_links_up', 'Links to appliances that are up.', () => upCount);

  return {
    frame: (kind) => void frames.set(kind, (frames.get(kind) ?? 0) + 1),
    flooded() {
      floods += 1;
    },
    moved(was, now) {
      moves.set(now.kind, (moves.get(now.kind) ?? 0) + 1);
      upCount += Number(now.kind === 'up') - Number(was === 'up');
      if (now.kind === 'up') saidReason = null;
      if (now.kind !== 'failed' || now.reason === saidReason) return;
      saidReason = now.reason;
      log.warn('a link to an appliance failed', { reason: now.reason });
    },
    closed(was) {
      upCount -= Number(was === 'up');
    },
  };
}

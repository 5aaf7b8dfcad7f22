'use client';
/** Devices' alerts as they are to be shown: whether they are alive, the fault that counts, the groups in a calm order. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { AlertGroup, Fault } from '../../lib/contracts/alert';
import { useHeardAlerts, useLink, useLiveStore, useSources, useTicker } from '../live/use-live';
import { type AlertStanding, alertStanding } from './alert-standing';
import { inOrder, type ReadGroups, readGroups } from './calm-groups';
import { shownFault } from './line-words';

export interface ShownAlerts {
  readonly standing: AlertStanding;
  readonly fault: Fault | null;
  readonly groups: readonly AlertGroup[];
  /** Groups that are not among these. */
  readonly more: number;
  /** By the server's clock, when this was so. */
  readonly serverTime: number;
}

const NO_GROUPS: readonly AlertGroup[] = [];
const NO_ORDER: readonly string[] = [];

export function useAlertStanding(): AlertStanding {
  const [alerts, link, sources] = [useHeardAlerts(), useLink(), useSources()];
  const heardAt = useLiveStore().heardAt();
  return alertStanding({ alerts, link, sources, heardAt });
}

export function useShownAlerts(): ShownAlerts {
  const standing = useAlertStanding();
  const heard = useHeardAlerts();
  const frame = standing.kind === 'off' ? null : (heard?.frame ?? null);
  const groups = useCalmGroups(frame?.groups ?? null);
  const faults = frame?.faults ?? [];
  const waiting = (frame?.groups.length ?? 0) - groups.length;
  return {
    standing,
    fault: shownFault(faults),
    groups,
    more: (frame?.more ?? 0) + waiting,
    serverTime: frame?.serverTime ?? 0,
  };
}

/** There are no alerts to list, and that may only be because nothing is heard. */
export function hasNotice({ standing, groups }: ShownAlerts): boolean {
  return standing.kind === 'stale' && standing.hop === 'broker' && groups.length === 0;
}

/** `null`: nothing was heard yet. */
export function useCalmGroups(groups: readonly AlertGroup[] | null): readonly AlertGroup[] {
  const ticker = useTicker();
  const held = useRef<ReadGroups | null>(null);
  const [shownOrder, setOrder] = useState(NO_ORDER);
  useEffect(() => {
    const order = () => {
      const read = { by: ticker, now: ticker.now() };
      held.current = groups === null ? null : readGroups(held.current, groups, read);
      const next = held.current?.calm.order ?? NO_ORDER;
      setOrder((shown) => (isSame(shown, next) ? shown : next));
    };
    order();
    return ticker.subscribe(order);
  }, [groups, ticker]);
  return useMemo(() => inOrder(shownOrder, groups ?? NO_GROUPS), [shownOrder, groups]);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}

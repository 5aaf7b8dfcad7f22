'use client';
/** The live store for React: one provider a board, one hook for each thing that a component may hear of. */
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import { valueKey } from '../../lib/apply-delta';
import { must } from '../../lib/assert';
import type { AlarmsFrame } from '../../lib/contracts/alarm';
import type { AnnouncementsFrame } from '../../lib/contracts/announcement';
import type { KpiKey } from '../../lib/contracts/kpi';
import type { TrendPoint, ValueChange } from '../../lib/contracts/push';
import type { SitesFrame } from '../../lib/contracts/site-counts';
import type { Sources } from '../../lib/contracts/source';
import { BlankScreen } from './blank-screen';
import { openBoardSocket } from './board-socket';
import { browserClock, browserRandom } from './clock';
import type { HeardAlerts } from './heard-alerts';
import type { HeardFrame } from './heard-frame';
import { INITIAL_LINK, type LinkState, standingCodeOf } from './link-state';
import { LiveStore } from './live-store';
import { PageMoves } from './page-moves';
import type { Picture } from './picture';
import type { KeyValueStorage } from './picture-store';
import { mayReload } from './reload-guard';
import { Ticker } from './ticker';
import { startTokenRotation } from './token-rotation';

export interface Live {
  readonly store: LiveStore;
  readonly ticker: Ticker;
  readonly moves: PageMoves;
}

const LiveContext = createContext<Live | null>(null);

/** A browser may forbid storage altogether; then nothing is remembered. */
function storageOf(kind: 'localStorage' | 'sessionStorage'): KeyValueStorage | null {
  try {
    return typeof window === 'undefined' ? null : window[kind];
  } catch {
    return null;
  }
}

/** Loads this page anew, once for that reason in ten minutes. */
export function reloadFor(reason: string): void {
  if (mayReload(storageOf('sessionStorage'), reason, browserClock.now())) window.location.reload();
}

interface LiveSettings {
  readonly boardId: string;
  readonly screenId: string | null;
  readonly as: 'screen' | undefined;
  readonly figureGapMs: number | undefined;
  readonly onNewBuild: (build: string) => void;
}

function createLive({ boardId, screenId, as, figureGapMs, onNewBuild }: LiveSettings): Live {
  const moves = new PageMoves(() => window.location, browserClock);
  const build = typeof document === 'undefined' ? undefined : document.documentElement.dataset.build;
  const store = new LiveStore({
    boardId,
    clock: browserClock,
    random: browserRandom,
    openSocket: openBoardSocket,
    storage: storageOf('localStorage'),
    ...(screenId === null ? {} : { screenId }),
    ...(as === undefined ? {} : { as }),
    ...(figureGapMs === undefined ? {} : { figureGapMs }),
    onNewBuild,
    ...(build === undefined ? {} : { build }),
    onAssigned: (path) => moves.assigned(path),
    onRevoked: () => moves.revoked(),
    onSignedOut: () => moves.signedOut(),
  });
  return { store, moves, ticker: new Ticker(browserClock, () => store.serverNow()) };
}

/** Asks for a new token; the cookie of the old one tells which screen asks. */
async function rotateToken(): Promise<boolean> {
  const response = await fetch('/api/v1/screen/token', { method: 'POST', cache: 'no-store' });
  return response.ok;
}

export interface LiveProviderProps {
  readonly boardId: string;
  /** The paired screen that this page is; absent or `null`: none. */
  readonly screenId?: string | null;
  /** `screen`: on a wall, where a board's audience sees it; absent: at a desk. */
  readonly as?: 'screen';
  /** Of what is shown where nothing may be shown; absent: dark. */
  readonly theme?: 'dark' | 'light';
  /** Least time between two changes of one figure; absent: a second, for calm. */
  readonly figureGapMs?: number;
  /** The server has another build than this page; absent: the page is loaded anew. The first one given counts. */
  readonly onNewBuild?: (build: string) => void;
  readonly children: ReactNode;
}

/**
 * Connects while it is mounted. `boardId` and `screenId` are fixed for its life: give it a key to change them. Where
 * the server says that nobody here may see the board, a blank screen stands in the place of the children.
 */
export function LiveProvider(props: LiveProviderProps) {
  const {
    boardId,
    screenId = null,
    as,
    theme = 'dark',
    figureGapMs,
    onNewBuild = reloadFor,
    children,
  } = props;
  const [live] = useState(() => createLive({ boardId, screenId, as, figureGapMs, onNewBuild }));
  useEffect(() => {
    const stop = live.store.start();
    const untick = live.store.subscribe('link', () => live.ticker.tick());
    const save = () => live.store.save();
    window.addEventListener('pagehide', save);
    return () => {
      window.removeEventListener('pagehide', save);
      untick();
      stop();
      live.moves.stop();
    };
  }, [live]);
  useEffect(() => {
    if (screenId === null) return;
    const storage = storageOf('localStorage');
    return startTokenRotation({
      ...{ screenId, storage, clock: browserClock },
      random: browserRandom,
      rotate: rotateToken,
    });
  }, [screenId]);
  return (
    <LiveContext value={live}>
      <WhereAllowed theme={theme}>{children}</WhereAllowed>
    </LiveContext>
  );
}

function WhereAllowed({ theme, children }: Required<Pick<LiveProviderProps, 'theme' | 'children'>>) {
  const code = standingCodeOf(useLink());
  return code === null ? children : <BlankScreen code={code} theme={theme} />;
}

/** Gives the hooks below a store that somebody else feeds, such as one of the past. */
export function GivenLive({ live, children }: { readonly live: Live; readonly children: ReactNode }) {
  return <LiveContext value={live}>{children}</LiveContext>;
}

function useLive(): Live {
  return must(useContext(LiveContext), 'LiveProvider');
}

export function useLiveStore(): LiveStore {
  return useLive().store;
}

/** Draws again when the topic is told and what is read of it is another than before. */
function useTopic<T>(topic: string, read: (store: LiveStore) => T, atFirst: T): T {
  const { store } = useLive();
  const subscribe = useCallback((listener: () => void) => store.subscribe(topic, listener), [store, topic]);
  return useSyncExternalStore(
    subscribe,
    () => read(store),
    () => atFirst,
  );
}

export function useTicker(): Ticker {
  return useLive().ticker;
}

export function useLink(): LinkState {
  return useTopic('link', (store) => store.link(), INITIAL_LINK);
}

const DraftContext = createContext<Picture | null>(null);

/** A board in the making stands in the place of the one that the server shows; figures stay the socket's. */
export function DraftPicture({ picture, children }: { picture: Picture; children: ReactNode }) {
  return <DraftContext value={picture}>{children}</DraftContext>;
}

/** The board, its subjects and limits; `null` before the first picture. */
export function usePicture(): Picture | null {
  const heard = useTopic('board', (store) => store.picture(), null);
  return useContext(DraftContext) ?? heard;
}

export function useSources(): Sources | null {
  return useTopic('sources', (store) => store.sources(), null);
}

/** Devices' alerts as last heard; `null`: never. */
export function useHeardAlerts(): HeardAlerts | null {
  return useTopic('alerts', (store) => store.heard.alerts.now(), null);
}

export function useHeardAlarms(): HeardFrame<AlarmsFrame> | null {
  return useTopic('alarms', (store) => store.heard.alarms.now(), null);
}

export function useHeardAnnouncements(): HeardFrame<AnnouncementsFrame> | null {
  return useTopic('announcements', (store) => store.heard.announcements.now(), null);
}

/** Devices by site; heard only where the board has a panel of them. */
export function useHeardSites(): HeardFrame<SitesFrame> | null {
  return useTopic('sites', (store) => store.heard.sites.now(), null);
}

/** Draws again when this figure changes, and only then. */
export function useValue(subject: string, kpi: KpiKey): ValueChange | undefined {
  return useTopic(valueKey(subject, kpi), (store) => store.value(subject, kpi), undefined);
}

const NO_POINTS: readonly TrendPoint[] = [];

export function useTrend(key: string): readonly TrendPoint[] {
  return useTopic(key, (store) => store.trend(key) ?? NO_POINTS, NO_POINTS);
}

const noListening = () => () => undefined;

/** Server time, once a second; where `running` is false it stands still and costs nothing. */
export function useSecond(running = true): number {
  const { ticker } = useLive();
  const subscribe = useCallback((listener: () => void) => ticker.subscribe(listener), [ticker]);
  return useSyncExternalStore(
    running ? subscribe : noListening,
    () => (running ? ticker.now() : 0),
    () => 0,
  );
}

/** Server time of the last sign of life while the link is down; `null` while it is up. */
export function useHearing(): { readonly lostAt: number | null } {
  const link = useLink();
  const { store } = useLive();
  if (link.state === 'live') return LIVE;
  return { lostAt: link.state === 'lost' ? link.heardAt : store.heardAt() };
}
const LIVE = { lostAt: null } as const;

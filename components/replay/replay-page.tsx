'use client';
/** What a board showed at a moment of the last day: the picture, the day as a line, steps, play, and what to take along. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { replaySpanSchema } from '../../lib/contracts/replay';
import { Desk } from '../supervisor/desk';
import { useMadeName } from '../ui/made-names';
import { usePolled } from '../ui/use-polled';
import { PastFrame } from './past-frame';
import { PagePicker, ReplayControls } from './replay-controls';
import { ReplayExports } from './replay-exports';
import { ReplayNotes } from './replay-notes';
import { deedOf, type KeyDeed, type Reach, reachOf, type Speed, within } from './replay-state';
import { TimeLine } from './time-line';
import { useMoment } from './use-moment';
import { usePlaying } from './use-playing';

export interface ReplayPageProps {
  readonly boardId: string;
  /** As the address says it; `null`: the latest. */
  readonly at: number | null;
  readonly theme: 'dark' | 'light';
  /** Of the picture; `null`: as its board says. */
  readonly screenTheme: 'dark' | 'light' | null;
}

const ASK_MS = 30_000;

export function ReplayPage({ boardId, at: asked, theme, screenTheme }: ReplayPageProps) {
  const t = useTranslations('replay');
  const madeName = useMadeName();
  const { answer: span, failure } = usePolled(
    `/api/v1/replay/${encodeURIComponent(boardId)}`,
    replaySpanSchema,
    ASK_MS,
  );
  const reach = useMemo(() => reachOf(span), [span]);
  const [at, moveTo] = useAt(asked, reach);
  const { moment, at: shownAt, problem } = useMoment(boardId, at);
  const [speed, setSpeed] = useState<Speed>(1);
  const [isPlaying, setPlaying] = useState(false);
  const [pinned, setPinned] = useState<number | null>(null);
  const [pages, setPages] = useState(1);
  const frame = useRef<HTMLElement>(null);
  const stop = useCallback(() => setPlaying(false), []);
  const isShown = at !== null && shownAt === at;
  usePlaying({ speed: isPlaying ? speed : null, at, isShown, reach, onMove: moveTo, onEnd: stop });
  const doDeed = (deed: KeyDeed) => {
    if (reach === null || at === null) return;
    if (deed.kind === 'play') setPlaying(!isPlaying);
    else moveTo(deed.kind === 'step' ? within(at + deed.ms, reach) : endOf(reach, deed.which));
  };
  useKeys(doDeed);
  return (
    <Desk place={{ kind: 'replay', boardId }} theme={theme}>
      <div className="replay">
        <h1 className="desk-title">{t('title', { board: madeName(span?.name ?? boardId) })}</h1>
        <ReplayNotes {...{ span, failure, problem }} hasMoment={moment !== null} />
        {moment !== null && at !== null && (
          <PastFrame {...{ moment, at, pinned, frame }} theme={screenTheme} onPages={setPages} />
        )}
        {span !== null && reach !== null && at !== null && (
          <>
            <TimeLine {...{ span, reach, at }} onMove={moveTo} />
            <div className="replay-bar">
              <ReplayControls
                {...{ speed, isPlaying }}
                onStep={(ms) => doDeed({ kind: 'step', ms })}
                onPlay={() => doDeed({ kind: 'play' })}
                onSpeed={setSpeed}
                onLatest={() => doDeed({ kind: 'end', which: 'last' })}
              />
              <PagePicker pages={pages} pinned={pinned} onPin={setPinned} />
            </div>
            <ReplayExports {...{ boardId, at, moment, frame }} />
          </>
        )}
      </div>
    </Desk>
  );
}

/** Where one stands: what the address says, else the latest there was; the address follows. */
function useAt(asked: number | null, reach: Reach | null): readonly [number | null, (at: number) => void] {
  const [chosen, setChosen] = useState(asked);
  const at = chosen ?? reach?.until ?? null;
  useEffect(() => {
    if (chosen === null && reach !== null) setChosen(reach.until);
  }, [chosen, reach]);
  const moveTo = useCallback((next: number) => {
    setChosen(next);
    const query = new URLSearchParams(window.location.search);
    query.set('at', String(next));
    window.history.replaceState(null, '', `?${query}`);
  }, []);
  return [at, moveTo];
}

function endOf(reach: Reach, which: 'first' | 'last'): number {
  return which === 'first' ? reach.from : reach.until;
}

/** Keys of the whole page, as it stands in the last picture. */
function useKeys(doDeed: (deed: KeyDeed) => void): void {
  const latest = useRef(doDeed);
  useEffect(() => {
    latest.current = doDeed;
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent) => onKey(event, latest.current);
    window.addEventListener('keydown', hear);
    return () => window.removeEventListener('keydown', hear);
  }, []);
}

/** Keys that mean something where they were pressed stay there; only the line of time gives its own up. */
function onKey(event: KeyboardEvent, doDeed: (deed: KeyDeed) => void): void {
  const { target, key, shiftKey, ctrlKey, altKey, metaKey } = event;
  if (ctrlKey || altKey || metaKey || !(target instanceof HTMLElement)) return;
  const isLine = target instanceof HTMLInputElement && target.type === 'range';
  if (!isLine && target.closest(key === ' ' ? ACTIVE : WRITTEN) !== null) return;
  const deed = deedOf(key, shiftKey);
  if (deed === null) return;
  event.preventDefault();
  doDeed(deed);
}
/** What a space presses, and what the other keys move in. */
const WRITTEN = 'input, textarea, select';
const ACTIVE = `${WRITTEN}, a, button`;

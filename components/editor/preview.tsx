'use client';
/**
 * The page as it will stand on its screen: the screen's own components and measures, the draft in the place of the
 * published board, figures from the socket of whatever board the server shows; a dash where it shows none of them.
 */
import {
  type CSSProperties,
  type ReactNode,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { IntlProvider, useTranslations } from 'use-intl';
import type { Board } from '../../lib/contracts/board';
import { spaceOf, unitPercent, type Viewport } from '../board/scale';
import { MEASURE } from '../board/tile-plan';
import type { View } from '../board/view-parts';
import { DraftPicture, LiveProvider, usePicture } from '../live/use-live';
import { catalogueOf } from '../ui/catalogues';
import { VISIONS, type Vision, VisionFilters } from './colour-vision';
import { type Orientation, pageViews, positionOf, screenIn, viewWith } from './page-views';
import { PreviewOverlay } from './preview-overlay';
import { PreviewStage } from './preview-stage';
import { keyOf, type Selection } from './selection';
import { useEditor } from './use-editor';
import { subjectInfos } from './use-subjects';

export interface PreviewProps {
  /** The board whose figures are heard. */
  readonly liveId: string;
  readonly orientation: Orientation;
  readonly onTurn: (orientation: Orientation) => void;
  /** Fixed, as of the provider of the figures. */
  readonly onNewBuild: () => void;
}

export function Preview({ liveId, orientation, onTurn, onNewBuild }: PreviewProps) {
  const t = useTranslations('editor');
  const { board, page, state, selection } = useEditor();
  const [vision, setVision] = useState<Vision>('usual');
  const [turn, setTurn] = useState(0);
  const room = useRef<HTMLDivElement>(null);
  const screen = screenIn(useRoom(room), orientation);
  const percent = unitPercent(board.screen);
  const space = useMemo(
    () => spaceOf(percent, { width: screen.width, height: screen.height }),
    [percent, screen.width, screen.height],
  );
  const pageId = state.view.pageId;
  const views = useMemo(() => pageViews(board, pageId, space), [board, pageId, space]);
  useFollowing(views, selection, setTurn);
  const index = Math.min(turn, Math.max(0, views.length - 1));
  const view = views[index] ?? null;
  return (
    <section className="preview" aria-label={t('preview')}>
      <div className="preview-tools">
        <h2>{page?.title}</h2>
        {views.length > 1 && (
          <span className="preview-turns">
            <button
              type="button"
              className="button"
              aria-label={t('viewBefore')}
              aria-disabled={index === 0}
              onClick={() => setTurn(Math.max(0, index - 1))}
            >
              ‹
            </button>
            {t('viewOf', { view: index + 1, count: views.length })}
            <button
              type="button"
              className="button"
              aria-label={t('viewAfter')}
              aria-disabled={index === views.length - 1}
              onClick={() => setTurn(Math.min(views.length - 1, index + 1))}
            >
              ›
            </button>
          </span>
        )}
        <Tool
          label={t('orientation')}
          value={orientation}
          choices={['landscape', 'portrait']}
          onChange={onTurn}
        />
        <Tool label={t('vision')} value={vision} choices={VISIONS} onChange={setVision} />
      </div>
      <div ref={room} className="preview-room">
        {screen.width > 0 && (
          <LiveProvider key={liveId} boardId={liveId} theme={board.theme ?? 'dark'} onNewBuild={onNewBuild}>
            <DraftScreen {...{ board, view, screen, percent, vision }} />
          </LiveProvider>
        )}
      </div>
      <VisionFilters />
    </section>
  );
}

/** What is chosen is seen: the view that has it comes. */
function useFollowing(views: readonly View[], selection: Selection, onTurn: (index: number) => void): void {
  const newest = useRef(views);
  newest.current = views;
  const key = keyOf(selection);
  // As many views as now: where something that is chosen makes one more, it may stand on that.
  const count = views.length;
  const chosen = useRef(selection);
  chosen.current = selection;
  useEffect(() => {
    const index = key === '' || count === 0 ? -1 : viewWith(newest.current, chosen.current);
    if (index !== -1) onTurn(index);
  }, [key, count, onTurn]);
}

interface ToolProps<Value extends Orientation | Vision> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly Value[];
  readonly onChange: (value: Value) => void;
}

function Tool<Value extends Orientation | Vision>({ label, value, choices, onChange }: ToolProps<Value>) {
  const t = useTranslations('editor.tools');
  return (
    <label className="preview-tool">
      <span>{label}</span>
      <select
        value={value}
        onChange={(event) => {
          const next = choices.find((choice) => choice === event.target.value);
          if (next !== undefined) onChange(next);
        }}
      >
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {t(choice as Orientation | Vision)}
          </option>
        ))}
      </select>
    </label>
  );
}

interface DraftScreenProps {
  readonly board: Board;
  readonly view: View | null;
  readonly screen: Viewport;
  readonly percent: number;
  readonly vision: Vision;
}

function DraftScreen({ board, view, screen, percent, vision }: DraftScreenProps) {
  const t = useTranslations('editor');
  const heard = usePicture();
  const { subjects } = useEditor();
  const picture = useMemo(() => {
    const infos = subjectInfos(heard?.subjects, usedSubjects(board), subjects, board.timeZone);
    return { board, subjects: infos, limits: heard?.limits ?? [] };
  }, [board, heard, subjects]);
  const space = spaceOf(percent, screen);
  const style = {
    ...{ width: screen.width, height: screen.height },
    ...{ '--u': `${space.unitPx}px`, '--pad': space.padU, '--gap': MEASURE.gap },
  } as CSSProperties;
  const frame = useRef<HTMLDivElement>(null);
  return (
    <div
      className="preview-screen"
      style={style}
      ref={frame}
      data-theme={board.theme ?? 'dark'}
      data-preview={view?.id ?? ''}
    >
      <DraftPicture picture={picture}>
        <div className={`preview-glass vision-${vision}`} inert data-portrait={screen.height > screen.width}>
          <InLanguage locale={board.locale}>
            <PreviewStage {...{ board, view, space }} position={positionOf(board, view, space)} />
          </InLanguage>
        </div>
        {view === null && <p className="preview-empty">{t('pageIsEmpty')}</p>}
        {view !== null && <PreviewOverlay view={view} frame={frame} />}
      </DraftPicture>
    </div>
  );
}

/** As its screens will speak; absent: as the page does. */
function InLanguage({ locale, children }: { locale: Board['locale']; children: ReactNode }) {
  if (locale === undefined) return children;
  return (
    <IntlProvider locale={locale} messages={catalogueOf(locale)} timeZone="UTC">
      {children}
    </IntlProvider>
  );
}

function usedSubjects(board: Board): readonly string[] {
  const figures = [...board.strip, ...board.pages.flatMap((page) => [...page.tiles, ...page.trends])];
  const rows = board.pages.flatMap(({ table }) =>
    table === null || table.subjects === 'queues' ? [] : table.subjects,
  );
  return [...figures.map(({ subject }) => subject), ...rows];
}

/** CSS pixels of the element's inside; 0 before it was measured. */
function useRoom(element: RefObject<HTMLElement | null>): Viewport {
  const [room, setRoom] = useState<Viewport>({ width: 0, height: 0 });
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      setRoom({ width: Math.floor(width), height: Math.floor(height) });
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return room;
}

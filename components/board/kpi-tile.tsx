'use client';
/** One figure with its label, its limit and its state; stale it is hatched and says of when it is. */
import type { CSSProperties, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { Tile } from '../../lib/contracts/board';
import { kpiDefinition } from '../../lib/contracts/kpi';
import { formatClock, shorten } from '../../lib/format';
import { usePicture } from '../live/use-live';
import { useZone } from '../live/use-zone';
import type { Figure } from './figure';
import { HiddenMark, StateMark, StateWord } from './state-mark';
import { firstThatFits, type TileWords, tileType } from './text-fit';
import { useChangeMark } from './use-change-mark';
import { dataOf, useFigure } from './use-figure';
import { useOtherZone } from './use-other-zone';

/** Of a label's line, in parts of its type. */
const LABEL_LINE = 1.15;

export interface KpiTileProps {
  readonly tile: Tile;
  readonly widthU: number;
  readonly heightU: number;
  readonly className?: string;
  /** Laid over the tile, e.g. the button that opens its definition. */
  readonly children?: (label: string, value: string) => ReactNode;
}

export function KpiTile({ tile, widthU, heightU, className = '', children }: KpiTileProps) {
  const figure = useFigure(tile.subject, tile.kpi);
  const variants = useWords(tile, figure);
  const full = tileType({ widthU, heightU }, shownText(figure), variants);
  const asOf = useAsOfWords(figure, full.words.limit.length === 0);
  const lineU = asOf === null ? 0 : full.labelU * LABEL_LINE;
  const type =
    asOf === null ? full : tileType({ widthU, heightU: heightU - lineU }, shownText(figure), [full.words]);
  const { unit, limit } = type.words;
  const names = useLabels(tile);
  // A figure that can be alarmed keeps room for the state's shape, so that its label stays what it is.
  const alarmed = figure.status === 'critical' || figure.status === 'warning';
  const markEm = figure.limit !== null || alarmed ? 1.15 : 0.1;
  const label = firstThatFits(names, type.labelRoomEm - markEm, shorten);
  const change = useChangeMark(figure.raw, !figure.stale);
  const style = { '--value': type.valueU, '--unit': type.unitU, '--label': full.labelU } as CSSProperties;
  return (
    <li
      className={`tile ${stateClass(figure)} ${className}`}
      style={style}
      {...dataOf(tile.subject, tile.kpi, figure)}
    >
      <p className="tile-label" title={names[0]}>
        {alarmed && <StateMark status={figure.status} />}
        <span>{label}</span>
        <StateWord status={figure.status} stale={figure.stale} hidden={figure.hidden} />
      </p>
      {asOf !== null && (
        <p className="tile-label tile-as-of">{firstThatFits(asOf, full.labelRoomEm, shorten)}</p>
      )}
      <p className="tile-figure">
        <span className="tile-value" key={`${figure.raw}`} data-changed={change > 0}>
          {figure.hidden ? <HiddenMark /> : shownText(figure)}
          {unit !== '' && <small>{unit}</small>}
        </span>
        {limit.length > 0 && (
          <span className="tile-limit">
            {limit.map((line) => (
              <i key={line}>{line} </i>
            ))}
          </span>
        )}
      </p>
      {change > 0 && <i key={change} className="tile-changed" aria-hidden="true" />}
      {children?.(names[0] ?? label, `${shownText(figure)} ${figure.unit}`)}
    </li>
  );
}

/** Of a stale figure that has no room for it beside its digits: of when it is, from long to short; else `null`. */
function useAsOfWords(figure: Figure, isWanted: boolean): readonly string[] | null {
  const t = useTranslations('tile');
  const zone = useZone();
  const isStale = !figure.hidden && (figure.stale || figure.status === 'unknown');
  if (!isWanted || !isStale || figure.asOf === null) return null;
  const time = formatClock(figure.asOf, zone);
  return [t('asOf', { time }), time];
}

/** The digits, behind "≥" where it may be more by now. */
export function shownText(figure: Pick<Figure, 'text' | 'atLeast'>): string {
  return figure.atLeast ? `≥ ${figure.text}` : figure.text;
}

export function stateClass(figure: Pick<Figure, 'stale' | 'status' | 'hidden'>): string {
  if (figure.hidden) return 'is-hidden';
  if (figure.stale || figure.status === 'unknown') return 'is-stale';
  return figure.status === 'normal' ? '' : `is-${figure.status}`;
}

/** What may stand beside the digits, from full to terse. */
function useWords(tile: Tile, figure: Figure): readonly TileWords[] {
  const t = useTranslations('tile');
  const whole = useFigure(tile.subject, tile.of ?? tile.kpi);
  const limits = useLimitWords(figure);
  const alarmed = figure.status === 'critical' || figure.status === 'warning';
  const of = tile.of === undefined || whole.hidden ? '' : t('of', { value: whole.text });
  const unit = of === '' ? figure.unit : of;
  const variants = limits.map((limit) => ({ unit, limit }));
  if (of === '') return variants;
  const [terse = []] = limits;
  const stacked = alarmed || figure.stale ? terse : splitWords(of);
  return [...variants, { unit: figure.unit, limit: stacked }, { unit: figure.unit, limit: [] }];
}

/** From long to short; a figure of a day that begins elsewhere says where. */
function useLabels(tile: Tile): readonly string[] {
  const t = useTranslations('tile');
  const labels = useOwnLabels(tile);
  const zone = useOtherZone(tile.subject);
  if (zone === null || kpiDefinition(tile.kpi)?.window !== 'today') return labels;
  return labels.map((label) => t('inZone', { label, zone }));
}

/** The tile's own label, else the KPI's with its subject. */
function useOwnLabels(tile: Tile): readonly string[] {
  const t = useTranslations();
  const subject = usePicture()?.subjects.get(tile.subject);
  const long = t(`kpi.${tile.kpi}.label`);
  const short = t(`kpi.${tile.kpi}.short`);
  const tiny = t.has(`kpi.${tile.kpi}.tiny`) ? [t(`kpi.${tile.kpi}.tiny`)] : [];
  if (tile.label !== undefined) return [tile.label, ...(tile.subject === 'all' ? [short, ...tiny] : [])];
  if (subject === undefined || tile.subject === 'all') return [long, short, ...tiny];
  return [
    t('tile.labelOf', { label: long, subject: subject.name }),
    t('tile.labelOf', { label: short, subject: subject.shortName }),
  ];
}

/** Two short lines, in one or two ways: what is printed beside the value. A stale figure says of when it is. */
function useLimitWords(figure: Figure): readonly (readonly string[])[] {
  const t = useTranslations();
  const zone = useZone();
  if (figure.hidden) return [splitWords(t('status.hidden'))];
  if (figure.stale || figure.status === 'unknown') {
    if (figure.asOf === null) return [[]];
    // Without room beside the digits it stands under the label.
    return [splitWords(t('tile.asOf', { time: formatClock(figure.asOf, zone) })), []];
  }
  const alarmed = figure.status === 'critical' || figure.status === 'warning';
  // Without room the shape says it, and the word to those who hear the page.
  if (figure.limit === null) return alarmed ? [[t(`status.${figure.status}`)], []] : [[]];
  const { kind, figure: limit, isBroken } = figure.limit;
  const value = limit.unit === 'h' ? `${limit.text} ${limit.unit}` : limit.text;
  const plain = splitWords(t(`tile.${kind}`, { value }));
  return alarmed && isBroken
    ? [splitWords(t(kind === 'max' ? 'tile.over' : 'tile.under', { value })), plain]
    : [plain];
}

/** Breaks before the last word, so that the figure has a line of its own. */
function splitWords(text: string): readonly string[] {
  const space = text.lastIndexOf(' ');
  return space === -1 ? [text] : [text.slice(0, space), text.slice(space + 1)];
}

'use client';
/** The strip where room is short: its figures in one line, in few words; what does not fit is left out, from the right. */
import { useTranslations } from 'use-intl';
import type { Tile } from '../../lib/contracts/board';
import { kpiDefinition } from '../../lib/contracts/kpi';
import type { KpiUnit } from '../../lib/contracts/kpi-catalogue';
import { usePicture } from '../live/use-live';
import { limitOf } from './figure';
import { shownText, stateClass } from './kpi-tile';
import { HiddenMark, StateMark, StateWord } from './state-mark';
import { textWidthEm } from './text-fit';
import { dataOf, useFigure } from './use-figure';

const TYPE_U = 0.8;
/** The item's padding and the gap before its figure, in u. */
const FRAME_U = 0.75;
/** The state's shape and its gap. */
const MARK_U = 0.95;
const GAP_U = 0.17;
/** The usual broadest figure of a strip, in em; it is drawn bold and a little larger. */
const FIGURE_EM: Record<KpiUnit, number> = { count: 1.9, ratio: 1.95, ms: 2.8, epochMs: 2.8 };
const FIGURE_PART = 1.05;

export function StripLine({ widthU }: { widthU: number }) {
  const strip = usePicture()?.board.strip ?? [];
  const words = useStripWords(strip);
  return (
    <ul className="strip-line">
      {fittingItems(words, widthU).map(({ tile, word }) => (
        <StripItem key={tile.id} tile={tile} word={word} />
      ))}
    </ul>
  );
}

interface StripWord {
  readonly tile: Tile;
  readonly short: string;
  readonly tiny: string;
  /** Room for all but the word, in u. */
  readonly frameU: number;
}

function useStripWords(strip: readonly Tile[]): readonly StripWord[] {
  const t = useTranslations('kpi');
  const limits = usePicture()?.limits ?? [];
  return strip.map((tile) => {
    const canAlarm = tile.kpi === 'serviceLevel' || limitOf(limits, tile.subject, tile.kpi) !== null;
    const figureEm = FIGURE_EM[kpiDefinition(tile.kpi)?.unit ?? 'count'] * FIGURE_PART;
    const frameU = FRAME_U + (canAlarm ? MARK_U : 0) + figureEm * TYPE_U;
    const short = tile.label ?? t(`${tile.kpi}.short`);
    return { tile, frameU, short, tiny: t.has(`${tile.kpi}.tiny`) ? t(`${tile.kpi}.tiny`) : short };
  });
}

/** As many items as fit, in the fuller words if that costs none of them. */
function fittingItems(items: readonly StripWord[], widthU: number): readonly { tile: Tile; word: string }[] {
  for (let count = items.length; count > 0; count -= 1) {
    for (const size of ['short', 'tiny'] as const) {
      const chosen = items.slice(0, count);
      const gaps = (count - 1) * GAP_U;
      const needed = chosen.reduce((sum, item) => sum + item.frameU + textWidthEm(item[size]) * TYPE_U, gaps);
      if (needed <= widthU) return chosen.map((item) => ({ tile: item.tile, word: item[size] }));
    }
  }
  return [];
}

function StripItem({ tile, word }: { tile: Tile; word: string }) {
  const figure = useFigure(tile.subject, tile.kpi);
  return (
    <li className={`strip-item ${stateClass(figure)}`} {...dataOf(tile.subject, tile.kpi, figure)}>
      {figure.status !== 'unknown' && <StateMark status={figure.status} />}
      <span>{word}</span>{' '}
      <b>
        {figure.hidden ? <HiddenMark /> : shownText(figure)}
        {figure.unit !== '' && <small>{figure.unit}</small>}
      </b>
      <StateWord status={figure.status} stale={figure.stale} hidden={figure.hidden} />
    </li>
  );
}

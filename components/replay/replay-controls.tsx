'use client';
/** Steps back and on, play at three speeds, and which page of the board is looked at. Keys do the same. */
import { useTranslations } from 'use-intl';
import { SPEEDS, type Speed, STEPS_MS } from './replay-state';

export interface ReplayControlsProps {
  readonly speed: Speed;
  readonly isPlaying: boolean;
  readonly onStep: (ms: number) => void;
  readonly onPlay: () => void;
  readonly onSpeed: (speed: Speed) => void;
  readonly onLatest: () => void;
}

const BACK = STEPS_MS.toReversed().map((ms) => -ms);

export function ReplayControls(props: ReplayControlsProps) {
  const { speed, isPlaying, onStep, onPlay, onSpeed, onLatest } = props;
  const t = useTranslations('replay');
  const step = (ms: number) => (
    <button key={ms} type="button" className="button" title={stepKey(ms)} onClick={() => onStep(ms)}>
      <span aria-hidden="true">{`${ms < 0 ? '−' : '+'}${stepText(Math.abs(ms))}`}</span>
      <span className="unseen">{t(ms < 0 ? 'back' : 'on', { seconds: Math.abs(ms) / 1_000 })}</span>
    </button>
  );
  return (
    <div className="replay-controls">
      <fieldset className="replay-group" aria-label={t('steps')}>
        {BACK.map(step)}
        <button type="button" className="button replay-play" aria-pressed={isPlaying} onClick={onPlay}>
          {t(isPlaying ? 'stop' : 'play')}
        </button>
        {STEPS_MS.map(step)}
      </fieldset>
      <fieldset className="replay-group" aria-label={t('speed')}>
        {SPEEDS.map((each) => (
          <button
            key={each}
            type="button"
            className="button"
            aria-pressed={each === speed}
            onClick={() => onSpeed(each)}
          >
            {t('times', { speed: each })}
          </button>
        ))}
      </fieldset>
      <button type="button" className="button" onClick={onLatest}>
        {t('latest')}
      </button>
    </div>
  );
}

function stepText(ms: number): string {
  return ms < 60_000 ? `${ms / 1_000} s` : `${ms / 60_000} min`;
}

/** As a keyboard calls them. */
function stepKey(ms: number): string {
  const [small, middle] = STEPS_MS;
  const arrow = ms < 0 ? '←' : '→';
  if (Math.abs(ms) === small) return arrow;
  if (Math.abs(ms) === middle) return `⇧ ${arrow}`;
  return ms < 0 ? 'Page Down' : 'Page Up';
}

export interface PagePickerProps {
  readonly pages: number;
  readonly pinned: number | null;
  readonly onPin: (page: number | null) => void;
}

/** Which page a wall showed then is part of the moment; the others can be looked at too. */
export function PagePicker({ pages, pinned, onPin }: PagePickerProps) {
  const t = useTranslations('replay');
  if (pages < 2) return null;
  return (
    <fieldset className="replay-group" aria-label={t('pages')}>
      <button type="button" className="button" aria-pressed={pinned === null} onClick={() => onPin(null)}>
        {t('asShown')}
      </button>
      {Array.from({ length: pages }, (_, index) => index + 1).map((page) => (
        <button
          key={page}
          type="button"
          className="button"
          aria-pressed={page === pinned}
          onClick={() => onPin(page)}
        >
          {t('pageNumber', { page })}
        </button>
      ))}
    </fieldset>
  );
}

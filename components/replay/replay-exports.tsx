'use client';
/** What can be taken along: the address of the moment, its figures and those of a span as tables, the picture. */
import { type RefObject, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Moment } from '../../lib/contracts/replay';
import { CopyField } from '../access/copy-field';
import { useAddress } from '../ui/use-address';
import { tableSeconds } from './replay-state';
import { savePicture } from './save-picture';

export interface ReplayExportsProps {
  readonly boardId: string;
  readonly at: number;
  readonly moment: Moment | null;
  /** What the picture is made of. */
  readonly frame: RefObject<HTMLElement | null>;
}

const HOUR_MS = 3_600_000;
const SPANS_H = [1, 8, 24] as const;

export function ReplayExports({ boardId, at, moment, frame }: ReplayExportsProps) {
  const t = useTranslations('replay');
  const origin = useAddress('origin');
  const id = encodeURIComponent(boardId);
  const figures = moment?.snapshot.values.length ?? 0;
  return (
    <div className="replay-exports">
      <CopyField label={t('link')} text={`${origin}/supervisor/boards/${id}/replay?at=${at}`} />
      <div className="replay-group">
        <a className="button" href={`/api/v1/replay/${id}/moment.csv?at=${at}`} download>
          {t('csvMoment')}
        </a>
        {SPANS_H.map((hours) => {
          const from = Math.max(0, at - hours * HOUR_MS);
          const seconds = tableSeconds(hours * HOUR_MS, figures);
          return (
            <a
              key={hours}
              className="button"
              href={`/api/v1/replay/${id}/figures.csv?from=${from}&until=${at}&everySeconds=${seconds}`}
              download
            >
              {t('csvSpan', { hours })}
            </a>
          );
        })}
        <PictureButton
          name={`${boardId}-${new Date(at).toISOString().slice(0, 19).replaceAll(':', '')}Z.png`}
          frame={frame}
        />
      </div>
    </div>
  );
}

function PictureButton({ name, frame }: { name: string; frame: RefObject<HTMLElement | null> }) {
  const t = useTranslations('replay');
  const [state, setState] = useState<'idle' | 'busy' | 'saved' | 'failed'>('idle');
  const save = async () => {
    if (frame.current === null || state === 'busy') return;
    setState('busy');
    setState((await savePicture(frame.current, name)) ? 'saved' : 'failed');
  };
  return (
    <>
      <button type="button" className="button" aria-disabled={state === 'busy'} onClick={() => void save()}>
        {t('png')}
      </button>
      <small role="status">{state === 'idle' ? '' : t(`picture.${state}`)}</small>
    </>
  );
}

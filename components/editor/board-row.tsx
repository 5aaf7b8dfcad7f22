'use client';
/** One board of the list. */
import Link from 'next/link';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { BoardListing } from '../../lib/contracts/board-desk';
import { apart } from '../access/apart';
import { ConfirmDialog } from '../access/confirm-dialog';
import { Ago } from '../access/moment';
import { useDeed } from '../access/use-deed';
import { useMadeName } from '../ui/made-names';
import { deleteListed } from './desk-calls';

export interface BoardRowProps {
  readonly board: BoardListing;
  readonly canEdit: boolean;
  /** When this was so, by the server's clock. */
  readonly now: number | null;
  readonly onChanged: () => void;
}

export function BoardRow({ board, canEdit, now, onChanged }: BoardRowProps) {
  const t = useTranslations('editor');
  const [isLeaving, setLeaving] = useState(false);
  const { id, origin, version, published, draft, screens } = board;
  const name = useMadeName()(board.name);
  return (
    <tr data-listed={id} data-origin={origin}>
      <th scope="row">
        <Link href={`/supervisor/boards/${encodeURIComponent(id)}`}>
          <bdi>{name}</bdi>
        </Link>
        <small>{t(`origins.${origin}`)}</small>
      </th>
      <td>
        {version === 0
          ? t(origin === 'made' ? 'shownAsMade' : 'notPublished')
          : t('versionNumber', { version })}
        {published !== null && <Who who={published} now={now} />}
      </td>
      <td>
        {draft === null ? t('noDraft') : t('hasDraft')}
        {draft !== null && <Who who={draft} now={now} />}
      </td>
      <td>{screens}</td>
      <td className="row-ways">
        {canEdit && (
          <Link
            className="button"
            href={`/supervisor/boards/${encodeURIComponent(id)}/edit`}
            aria-label={t('editNamed', { name })}
          >
            {t('edit')}
          </Link>
        )}
        <a
          className="button"
          href={`/api/v1/board-desk/${encodeURIComponent(id)}/file`}
          aria-label={t('fileNamed', { name })}
          download
        >
          {t('file')}
        </a>
        {canEdit && (origin === 'stored' || draft !== null) && (
          <button
            type="button"
            className="button"
            aria-label={t('deleteNamed', { name })}
            onClick={() => setLeaving(true)}
          >
            {t('delete')}
          </button>
        )}
        {isLeaving && <Deletion board={board} onClose={() => setLeaving(false)} onChanged={onChanged} />}
      </td>
    </tr>
  );
}

function Who({ who, now }: { who: { readonly at: number; readonly by: string }; now: number | null }) {
  const t = useTranslations('editor');
  return (
    <small>
      <Ago at={who.at} now={now} /> {t.rich('versionBy', { name: who.by, n: apart })}
    </small>
  );
}

interface DeletionProps extends Pick<BoardRowProps, 'board' | 'onChanged'> {
  readonly onClose: () => void;
}

/** A board that was never published is a draft only: then that is what goes. */
function Deletion({ board, onClose, onChanged }: DeletionProps) {
  const t = useTranslations('editor');
  const { isBusy, problem, run } = useDeed<unknown>();
  const { name, origin, version, screens } = board;
  // As it was when this was opened: what is listed behind it since, nobody has looked at.
  const [seen] = useState(board);
  const text =
    version === 0
      ? t('deleteDraftText')
      : t(origin === 'made' ? 'deleteMadeText' : 'deleteText', { screens });
  return (
    <ConfirmDialog
      title={t.rich('deleteTitle', { name, n: apart })}
      text={text}
      action={t('delete')}
      {...{ isBusy, problem, onClose }}
      onConfirm={() =>
        run(
          () => deleteListed(seen),
          () => {
            onChanged();
            onClose();
          },
        )
      }
    />
  );
}

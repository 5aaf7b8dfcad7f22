'use client';
/** One paired screen: where it hangs, what it shows, whether it is there; to be changed in its place, or revoked. */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { z } from 'zod';
import { type ScreenRecord, screenSchema } from '../../lib/contracts/access';
import { callServer } from '../ui/fetch-json';
import { useMadeName } from '../ui/made-names';
import { apart } from './apart';
import { ConfirmDialog } from './confirm-dialog';
import { Ago, Moment } from './moment';
import { type NamedBoard, PlaceFields } from './place-fields';
import { ProblemLine } from './problem-line';
import { changeOf, placeText } from './screen-form';
import { ScreenWords } from './screen-words';
import { useDeed } from './use-deed';

export interface ScreenRowProps {
  readonly screen: ScreenRecord;
  readonly boards: readonly NamedBoard[];
  /** When this was so, by the server's clock. */
  readonly now: number | null;
  readonly onChanged: () => void;
}

export function ScreenRow({ screen, boards, now, onChanged }: ScreenRowProps) {
  const t = useTranslations('screens');
  const [mode, setMode] = useState<'shown' | 'edited' | 'revoked'>('shown');
  const editButton = useRef<HTMLButtonElement>(null);
  const wasEdited = useRef(false);
  useEffect(() => {
    if (mode === 'shown' && wasEdited.current) editButton.current?.focus();
    wasEdited.current = mode === 'edited';
  }, [mode]);
  const close = () => setMode('shown');
  if (mode === 'edited') {
    return (
      <tr data-screen={screen.id}>
        <td colSpan={4}>
          <EditForm screen={screen} boards={boards} onClose={close} onChanged={onChanged} />
        </td>
      </tr>
    );
  }
  return (
    <tr
      data-screen={screen.id}
      data-connected={screen.connected}
      data-stuck={screen.standing?.stuck ?? false}
    >
      <th scope="row">
        <bdi>{screen.name}</bdi>
        <small>
          <bdi>{screen.room}</bdi>
        </small>
      </th>
      <td>
        <BoardName id={screen.boardId} boards={boards} />
        <small>{t('measures', { inches: screen.diagonalInches, metres: screen.farthestSeatMetres })}</small>
      </td>
      <td>
        <Presence screen={screen} now={now} />
        {screen.standing !== undefined && <ScreenWords standing={screen.standing} now={now} />}
        <small>
          {t('paired')} <Moment at={screen.pairedAt} />{' '}
          {t.rich('pairedBy', { name: screen.pairedBy, n: apart })}
        </small>
      </td>
      <td className="row-ways">
        <button
          ref={editButton}
          type="button"
          className="button"
          aria-label={t('editNamed', { name: screen.name })}
          onClick={() => setMode('edited')}
        >
          {t('edit')}
        </button>
        <button
          type="button"
          className="button"
          aria-label={t('revokeNamed', { name: screen.name })}
          onClick={() => setMode('revoked')}
        >
          {t('revoke')}
        </button>
        {mode === 'revoked' && <Revocation screen={screen} onClose={close} onChanged={onChanged} />}
      </td>
    </tr>
  );
}

function BoardName({ id, boards }: { id: string; boards: readonly NamedBoard[] }) {
  const t = useTranslations('screens');
  const madeName = useMadeName();
  const known = boards.find((board) => board.id === id);
  if (known !== undefined) return <bdi>{madeName(known.name)}</bdi>;
  return boards.length === 0 ? id : t('boardGone', { id });
}

/** Disc: there. Ring: not there. */
function Presence({ screen, now }: Pick<ScreenRowProps, 'screen' | 'now'>) {
  const t = useTranslations('screens');
  const { connected, lastSeenAt } = screen;
  return (
    <span className="presence" data-connected={connected}>
      <svg className="presence-mark" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
        {connected ? (
          <circle cx="10" cy="10" r="8" fill="currentColor" />
        ) : (
          <circle cx="10" cy="10" r="7" fill="none" stroke="currentColor" strokeWidth="3" />
        )}
      </svg>
      {connected && t('connected')}
      {!connected && lastSeenAt === null && t('neverSeen')}
      {!connected && lastSeenAt !== null && (
        <span>
          {t('lastSeen')} <Ago at={lastSeenAt} now={now} />
        </span>
      )}
    </span>
  );
}

type EditProps = Pick<ScreenRowProps, 'screen' | 'onChanged'> & { readonly onClose: () => void };

function EditForm({ screen, boards, onClose, onChanged }: EditProps & Pick<ScreenRowProps, 'boards'>) {
  const t = useTranslations('screens');
  const [text, setText] = useState(() => placeText(screen));
  const [isWrong, setWrong] = useState(false);
  const { isBusy, problem, run } = useDeed<unknown>();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const change = changeOf(screen, text);
    setWrong(change === null);
    if (change === null) return;
    const path = `/api/v1/screens/${encodeURIComponent(screen.id)}`;
    run(
      () => callServer({ path, method: 'PATCH', body: change, schema: screenSchema }),
      () => {
        onChanged();
        onClose();
      },
    );
  };
  return (
    <form ref={form} className="form form-row" onSubmit={submit} data-form="edit">
      <PlaceFields text={text} boards={boards} onChange={setText} />
      <p className="form-ways">
        <button type="submit" className="button button-main" aria-disabled={isBusy}>
          {t('save')}
        </button>
        <button type="button" className="button" onClick={onClose}>
          {t('cancel')}
        </button>
      </p>
      {isWrong && (
        <p className="problem" role="alert">
          {t('wrong')}
        </p>
      )}
      <ProblemLine problem={problem} />
    </form>
  );
}

function Revocation({ screen, onClose, onChanged }: EditProps) {
  const t = useTranslations('screens');
  const { isBusy, problem, run } = useDeed<unknown>();
  const path = `/api/v1/screens/${encodeURIComponent(screen.id)}`;
  const revoke = () =>
    run(
      () => callServer({ path, method: 'DELETE', schema: z.undefined() }),
      () => {
        onChanged();
        onClose();
      },
    );
  return (
    <ConfirmDialog
      title={t.rich('revokeTitle', { name: screen.name, n: apart })}
      text={t('revokeText')}
      action={t('revoke')}
      {...{ isBusy, problem, onClose }}
      onConfirm={revoke}
    />
  );
}

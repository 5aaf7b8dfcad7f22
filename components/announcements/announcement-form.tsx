'use client';
/** A new announcement: words, priority, span of time, boards. An emergency takes every screen, so it is asked once more. */
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import {
  type Announcement,
  announcementSchema,
  type NewAnnouncement,
  PRIORITIES,
} from '../../lib/contracts/announcement';
import { ConfirmDialog } from '../access/confirm-dialog';
import { Field, type NamedBoard } from '../access/place-fields';
import { ProblemLine, ProblemMark } from '../access/problem-line';
import { useDeed } from '../access/use-deed';
import { callServer } from '../ui/fetch-json';
import { useMadeName } from '../ui/made-names';
import {
  type Draft,
  EMPTY_DRAFT,
  type Flaw,
  MOST_CHARACTERS,
  oneLine,
  toggledBoard,
  wishOf,
} from './announcement-draft';
import { PriorityMark } from './priority-mark';
import { SpanFields } from './span-fields';

export interface AnnouncementFormProps {
  readonly boards: readonly NamedBoard[];
  /** Epoch ms by the server's clock; `null`: not known yet. */
  readonly now: number | null;
  readonly onWritten: () => void;
}

export function AnnouncementForm({ boards, now, onWritten }: AnnouncementFormProps) {
  const t = useTranslations('announcements');
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT);
  const [flaw, setFlaw] = useState<Flaw | null>(null);
  const [asked, setAsked] = useState<NewAnnouncement | null>(null);
  const [isWritten, setWritten] = useState(false);
  const { isBusy, problem, run, forget } = useDeed<Announcement>();
  const set = (change: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...change }));
    setWritten(false);
  };
  const send = (wish: NewAnnouncement) =>
    run(
      () => write(wish),
      () => {
        setDraft(EMPTY_DRAFT);
        setAsked(null);
        setWritten(true);
        onWritten();
      },
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (now === null) return;
    const wish = wishOf(draft, now);
    setFlaw(wish.ok ? null : wish.error);
    if (!wish.ok) return;
    forget();
    if (wish.value.priority === 'emergency') setAsked(wish.value);
    else send(wish.value);
  };
  return (
    <form className="panel form" onSubmit={submit} data-form="announcement" noValidate>
      <h2>{t('write')}</h2>
      <TextField draft={draft} isWrong={flaw === 'text'} onChange={set} />
      <PriorityChoice draft={draft} onChange={set} />
      <SpanFields draft={draft} onChange={set} />
      <BoardChoice draft={draft} boards={boards} onChange={set} />
      <p className="form-ways">
        <button type="submit" className="button button-main" aria-disabled={isBusy || now === null}>
          {t('announce')}
        </button>
      </p>
      {flaw !== null && (
        <p className="problem" role="alert" data-flaw={flaw}>
          <ProblemMark />
          {t(`flaw.${flaw}`)}
        </p>
      )}
      {asked === null && <ProblemLine problem={problem} />}
      <p className="form-note" role="status">
        {isWritten && t('written')}
      </p>
      {asked !== null && (
        <ConfirmDialog
          title={t('emergencyTitle')}
          text={t('emergencyText', { text: asked.text })}
          action={t('emergencyAction')}
          {...{ isBusy, problem }}
          onClose={() => setAsked(null)}
          onConfirm={() => send(asked)}
        />
      )}
    </form>
  );
}

interface ChoiceProps {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
}

function TextField({ draft, isWrong, onChange }: ChoiceProps & { readonly isWrong: boolean }) {
  const t = useTranslations('announcements');
  return (
    <>
      <Field label={t('text')}>
        {(id) => (
          <textarea
            id={id}
            rows={3}
            required
            maxLength={MOST_CHARACTERS}
            placeholder={t('textHint')}
            aria-invalid={isWrong}
            aria-describedby={`${id}-left`}
            value={draft.text}
            onChange={(event) => onChange({ text: oneLine(event.target.value) })}
          />
        )}
      </Field>
      <p className="form-note announce-left">{t('left', { count: MOST_CHARACTERS - draft.text.length })}</p>
    </>
  );
}

function PriorityChoice({ draft, onChange }: ChoiceProps) {
  const t = useTranslations('announcements');
  return (
    <fieldset className="roles announce-choice">
      <legend>{t('priority')}</legend>
      {[...PRIORITIES].reverse().map((priority) => (
        <label className="role" key={priority}>
          <input
            type="radio"
            name="priority"
            value={priority}
            checked={draft.priority === priority}
            onChange={() => onChange({ priority })}
          />
          <span className="announce-priority">
            <PriorityMark priority={priority} />
            {t(`priorities.${priority}`)}
          </span>
          <small>{t(`means.${priority}`)}</small>
        </label>
      ))}
    </fieldset>
  );
}

function BoardChoice({ draft, boards, onChange }: ChoiceProps & Pick<AnnouncementFormProps, 'boards'>) {
  const t = useTranslations('announcements');
  const madeName = useMadeName();
  const { boardIds } = draft;
  return (
    <fieldset className="roles announce-choice">
      <legend>{t('boards')}</legend>
      <label className="role">
        <input
          type="checkbox"
          checked={boardIds === null}
          onChange={() => onChange({ boardIds: boardIds === null ? [] : null })}
        />
        <span>{t('allBoards')}</span>
      </label>
      {boardIds !== null &&
        boards.map(({ id, name }) => (
          <label className="role" key={id}>
            <input
              type="checkbox"
              name={id}
              checked={boardIds.includes(id)}
              onChange={() => onChange({ boardIds: toggledBoard(boardIds, id) })}
            />
            <bdi>{madeName(name)}</bdi>
          </label>
        ))}
    </fieldset>
  );
}

async function write(wish: NewAnnouncement) {
  const path = '/api/v1/announcements';
  const said = await callServer({ path, method: 'POST', body: wish, schema: announcementSchema });
  return said.ok ? ({ ok: true, value: said.value.content } as const) : said;
}

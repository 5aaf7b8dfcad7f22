'use client';
/** A new board: from a template, from one that there is, or from a file. It begins as a draft, open in the editor. */
import { useRouter } from 'next/navigation';
import { type ChangeEvent, type FormEvent, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type BoardEdit, type BoardListing, newBoardSchema, TEMPLATES } from '../../lib/contracts/board-desk';
import { ProblemLine } from '../access/problem-line';
import { useDeed } from '../access/use-deed';
import { boardOfFile, type FileProblem, MOST_BYTES, type NewBoardText, newBoardOf } from './board-file';
import { makeBoard } from './desk-calls';
import type { KnownSubjects } from './use-subjects';

export interface NewBoardFormProps {
  readonly boards: readonly BoardListing[];
  readonly subjects: KnownSubjects;
}

const BEGUN: NewBoardText = {
  name: '',
  kind: 'template',
  template: 'floor',
  subject: '',
  boardId: '',
  file: null,
};

export function NewBoardForm({ boards, subjects }: NewBoardFormProps) {
  const t = useTranslations('editor');
  const router = useRouter();
  const id = useId();
  const [text, setText] = useState(BEGUN);
  const [fault, setFault] = useState<'missing' | FileProblem | null>(null);
  const { isBusy, problem, run } = useDeed<BoardEdit>();
  const set = (patch: Partial<NewBoardText>) => setText((before) => ({ ...before, ...patch }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = newBoardSchema.safeParse(newBoardOf(text));
    setFault(parsed.success ? null : 'missing');
    if (!parsed.success) return;
    run(
      () => makeBoard(parsed.data),
      ({ id: made }) => router.push(`/supervisor/boards/${encodeURIComponent(made)}/edit`),
    );
  };
  const read = async (event: ChangeEvent<HTMLInputElement>) => {
    const input = event.currentTarget;
    const file = input.files?.[0];
    if (file === undefined) return;
    const said =
      file.size > MOST_BYTES ? ({ ok: false, error: 'fileLarge' } as const) : boardOfFile(await file.text());
    // The same file may be chosen again, mended.
    input.value = '';
    setFault(said.ok ? null : said.error);
    if (said.ok) set({ file: said.value, name: text.name === '' ? said.value.name : text.name });
  };
  return (
    <form className="panel form" onSubmit={submit} data-form="new-board">
      <h2>{t('newBoard')}</h2>
      <p className="field">
        <label htmlFor={`${id}-name`}>{t('boardName')}</label>
        <input
          id={`${id}-name`}
          value={text.name}
          maxLength={60}
          onChange={(event) => set({ name: event.target.value })}
        />
      </p>
      <Select
        label={t('from')}
        value={text.kind}
        choices={KINDS.map((kind) => [kind, t(`fromWords.${kind}`)])}
        onChange={(kind) => set({ kind })}
      />
      {text.kind === 'template' && (
        <>
          <Select
            label={t('template')}
            value={text.template}
            choices={TEMPLATES.map((template) => [template, t(`templates.${template}`)])}
            onChange={(template) => set({ template })}
          />
          {text.template === 'one-queue' && (
            <Select
              label={t('subject')}
              value={text.subject}
              choices={[
                ['', t('choose')],
                ...subjects.list
                  .filter(({ kind }) => kind === 'queue')
                  .map(({ subject }) => [subject, subjects.nameOf(subject)] as const),
              ]}
              onChange={(subject) => set({ subject })}
            />
          )}
        </>
      )}
      {text.kind === 'copy' && (
        <Select
          label={t('board')}
          value={text.boardId}
          choices={[['', t('choose')], ...boards.map((board) => [board.id, board.name] as const)]}
          onChange={(boardId) => set({ boardId })}
        />
      )}
      {text.kind === 'file' && (
        <p className="form-ways">
          <label className="button file-button" htmlFor={`${id}-file`}>
            {text.file === null ? t('chooseFile') : t('fileChosen', { name: text.file.name })}
            <input
              id={`${id}-file`}
              className="unseen"
              type="file"
              accept=".json,application/json"
              onChange={read}
            />
          </label>
        </p>
      )}
      {fault !== null && (
        <p className="problem" role="alert" data-fault={fault}>
          {t(`newFaults.${fault}`)}
        </p>
      )}
      <ProblemLine problem={problem} />
      <p className="form-ways">
        <button type="submit" className="button button-main" aria-disabled={isBusy}>
          {t('make')}
        </button>
      </p>
    </form>
  );
}

const KINDS = ['template', 'copy', 'file'] as const;

interface SelectProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly (readonly [Value, string])[];
  readonly onChange: (value: Value) => void;
}

function Select<Value extends string>({ label, value, choices, onChange }: SelectProps<Value>) {
  const id = useId();
  return (
    <p className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          const chosen = choices.find(([one]) => one === event.target.value);
          if (chosen !== undefined) onChange(chosen[0]);
        }}
      >
        {choices.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
    </p>
  );
}

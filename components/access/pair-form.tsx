'use client';
/** Pairs the television that shows a code: the code, where it hangs, and what it is to show. */
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type ScreenRecord, screenSchema } from '../../lib/contracts/access';
import { callServer } from '../ui/fetch-json';
import { Field, type NamedBoard, PlaceFields } from './place-fields';
import { ProblemLine } from './problem-line';
import { NEW_PLACE, pairingOf } from './screen-form';
import { useDeed } from './use-deed';

/** Six characters, with blanks or dashes wherever people like them. */
const CODE_PATTERN = '[\\s\\-]*([A-Za-z0-9][\\s\\-]*){6}';

export interface PairFormProps {
  readonly boards: readonly NamedBoard[];
  readonly onPaired: () => void;
}

export function PairForm({ boards, onPaired }: PairFormProps) {
  const t = useTranslations('screens');
  const [code, setCode] = useState('');
  const [text, setText] = useState(NEW_PLACE);
  const [isWrong, setWrong] = useState(false);
  const [paired, setPaired] = useState<ScreenRecord | null>(null);
  const { isBusy, problem, run } = useDeed<ScreenRecord>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wish = pairingOf(code, text);
    setWrong(wish === null);
    setPaired(null);
    if (wish === null) return;
    run(
      () => pair(wish),
      (screen) => {
        setPaired(screen);
        setCode('');
        setText({ ...NEW_PLACE, room: text.room, boardId: text.boardId });
        onPaired();
      },
    );
  };
  return (
    <form className="panel form" onSubmit={submit} data-form="pair">
      <h2>{t('pair')}</h2>
      <p className="form-note">{t('pairNote')}</p>
      <Field label={t('code')}>
        {(id) => (
          <input
            id={id}
            className="code-input"
            required
            maxLength={16}
            pattern={CODE_PATTERN}
            title={t('codeRule')}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            placeholder="ABC 234"
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        )}
      </Field>
      <PlaceFields text={text} boards={boards} onChange={setText} />
      <p className="form-ways">
        <button type="submit" className="button button-main" aria-disabled={isBusy}>
          {t('pairButton')}
        </button>
      </p>
      {isWrong && (
        <p className="problem" role="alert">
          {t('wrong')}
        </p>
      )}
      <ProblemLine problem={problem} />
      <p className="form-note" role="status">
        {paired !== null && t('pairedNow', { name: paired.name })}
      </p>
    </form>
  );
}

async function pair(wish: object) {
  const said = await callServer({
    path: '/api/v1/screens',
    method: 'POST',
    body: wish,
    schema: screenSchema,
  });
  return said.ok ? ({ ok: true, value: said.value.content } as const) : said;
}

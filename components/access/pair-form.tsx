'use client';
/** Pairs the television that shows a code: the code, where it hangs, and what it is to show. */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type ScreenRecord, screenSchema } from '../../lib/contracts/access';
import { callServer, type Problem } from '../ui/fetch-json';
import { useAddress } from '../ui/use-address';
import { apart } from './apart';
import { CodeField } from './code-field';
import { type NamedBoard, PlaceFields } from './place-fields';
import { ProblemLine } from './problem-line';
import { type CodeFault, codeFault, NEW_PLACE, pairingOf, withOnlyBoard } from './screen-form';
import { useDeed } from './use-deed';

export interface PairFormProps {
  readonly boards: readonly NamedBoard[];
  readonly onPaired: () => void;
}

/** What is wrong before anything is sent; `place`: something other than the code. */
type Fault = CodeFault | 'place';

export function PairForm({ boards, onPaired }: PairFormProps) {
  const t = useTranslations('screens');
  const [code, setCode] = useState('');
  const [typed, setText] = useState(NEW_PLACE);
  const text = withOnlyBoard(typed, boards);
  const [fault, setFault] = useState<Fault | null>(null);
  const [paired, setPaired] = useState<ScreenRecord | null>(null);
  const { isBusy, problem, run, forget } = useDeed<ScreenRecord>();
  const codeProblem = problem !== null && isOfCode(problem) ? problem : null;
  const codeInput = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (codeProblem !== null) typeAnew(codeInput.current);
  }, [codeProblem]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wish = pairingOf(code, text);
    const found = wish === null ? (codeFault(code) ?? 'place') : null;
    setFault(found);
    setPaired(null);
    if (found !== null && found !== 'place') typeAnew(codeInput.current);
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
  const change = (next: string) => {
    setCode(next);
    setFault(null);
    forget();
  };
  return (
    <form className="panel form" onSubmit={submit} data-form="pair">
      <h2>{t('pair')}</h2>
      <PairNote />
      <CodeField
        input={codeInput}
        code={code}
        fault={fault === 'place' ? null : fault}
        problem={codeProblem}
        onChange={change}
      />
      <PlaceFields text={text} boards={boards} onChange={setText} />
      <p className="form-ways">
        <button type="submit" className="button button-main" aria-disabled={isBusy}>
          {t('pairButton')}
        </button>
      </p>
      {fault === 'place' && (
        <p className="problem" role="alert">
          {t('wrong')}
        </p>
      )}
      {codeProblem === null && <ProblemLine problem={problem} />}
      <p className="form-note" role="status">
        {paired !== null && t.rich('pairedNow', { name: paired.name, n: apart })}
      </p>
    </form>
  );
}

/** What to type on the television's remote control: the whole address. */
function PairNote() {
  const t = useTranslations('screens');
  const address = `${useAddress('host')}/pair`;
  return (
    <p className="form-note">
      {t.rich('pairNote', { b: (chunks) => <b className="form-address">{chunks}</b>, address })}
    </p>
  );
}

function typeAnew(input: HTMLInputElement | null): void {
  input?.focus();
  input?.select();
}

function isOfCode(problem: Problem): boolean {
  return problem.kind === 'refused' && /^pairing\.(code-unknown|tries)$/.test(problem.code);
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

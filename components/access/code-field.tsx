'use client';
/** The code of a television, as people type it. What is wrong with it stands beside it, where it is put right. */
import { type RefObject, useId } from 'react';
import { useTranslations } from 'use-intl';
import type { Problem } from '../ui/fetch-json';
import { ProblemLine, ProblemMark } from './problem-line';
import type { CodeFault } from './screen-form';

/** Six characters, with blanks or dashes wherever people like them. */
const CODE_PATTERN = '[\\s\\-]*([A-Za-z0-9][\\s\\-]*){6}';

export interface CodeFieldProps {
  readonly input: RefObject<HTMLInputElement | null>;
  readonly code: string;
  /** Why it was not sent; `null`: it was, or was not tried. */
  readonly fault: CodeFault | null;
  /** Why the server did not take it. */
  readonly problem: Problem | null;
  readonly onChange: (code: string) => void;
}

export function CodeField({ input, code, fault, problem, onChange }: CodeFieldProps) {
  const t = useTranslations('screens');
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{t('code')}</label>
      <input
        ref={input}
        id={id}
        className="code-input"
        required
        maxLength={16}
        pattern={CODE_PATTERN}
        title={t('codeRule')}
        autoComplete="off"
        autoCapitalize="characters"
        autoCorrect="off"
        spellCheck={false}
        placeholder="ABC 234"
        aria-invalid={fault !== null || problem !== null}
        aria-describedby={`${id}-wrong`}
        value={code}
        onChange={(event) => onChange(event.target.value)}
      />
      <div id={`${id}-wrong`}>
        {fault !== null && (
          <p className="problem" role="alert" data-fault={fault}>
            <ProblemMark />
            {t(fault === 'length' ? 'codeRule' : 'codeLetters')}
          </p>
        )}
        <ProblemLine problem={problem} />
      </div>
    </div>
  );
}

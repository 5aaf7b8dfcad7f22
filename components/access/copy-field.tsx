'use client';
/** A text to be copied as it stands; where the browser forbids it (plain http), it is selected to be copied by hand. */
import { useId, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';

export function CopyField({ label, text }: { label: string; text: string }) {
  const t = useTranslations('machines');
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [outcome, setOutcome] = useState<'copied' | 'selected' | null>(null);
  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      // No clipboard here, or not allowed.
      setOutcome('selected');
    }
  };
  return (
    <div className="field">
      <div className="copy-head">
        <label htmlFor={id}>{label}</label>
        <small role="status">{outcome !== null && t(outcome)}</small>
      </div>
      <span className="copy">
        <input
          ref={field}
          id={id}
          readOnly
          spellCheck={false}
          value={text}
          onFocus={(event) => event.target.select()}
        />
        <button type="button" className="button" onClick={() => void copy()}>
          {t('copy')}
          <span className="unseen">{label}</span>
        </button>
      </span>
    </div>
  );
}

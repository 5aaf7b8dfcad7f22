'use client';
/** The fields of the inspector. What cannot be read as it must be changes nothing, and says so under the field. */
import { type ReactNode, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useEditor } from '../use-editor';

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
}

interface TextProps extends FieldProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly most: number;
  readonly placeholder?: string;
  readonly isRequired?: boolean;
  readonly lines?: number;
}

/** Letters that are typed one after the other are one step back: the step ends where the field is left. */
export function TextField(props: TextProps) {
  const { label, value, onChange, most, placeholder = '', isRequired = false, lines = 1, hint } = props;
  const t = useTranslations('editor');
  const { dispatch } = useEditor();
  const id = useId();
  const isMissing = isRequired && value.trim() === '';
  const shared = {
    ...{ id, value, placeholder, maxLength: most },
    onBlur: () => dispatch({ kind: 'runEnded' }),
    'aria-invalid': isMissing,
    'aria-describedby': isMissing || hint !== undefined ? `${id}-note` : undefined,
  };
  return (
    <p className="field">
      <label htmlFor={id}>{label}</label>
      {lines > 1 ? (
        <textarea {...shared} rows={lines} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input {...shared} onChange={(event) => onChange(event.target.value)} />
      )}
      <Note id={`${id}-note`} fault={isMissing ? t('missing') : null} hint={hint} />
    </p>
  );
}

function Note({ id, fault, hint }: { id: string; fault: string | null; hint: string | undefined }) {
  if (fault !== null) {
    return (
      <small id={id} className="field-fault">
        {fault}
      </small>
    );
  }
  return hint === undefined ? null : (
    <small id={id} className="field-hint">
      {hint}
    </small>
  );
}

interface NumberProps extends FieldProps {
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly least: number;
  readonly most: number;
  /** Also with decimals. */
  readonly isFraction?: boolean;
}

export function NumberField({ label, value, onChange, least, most, isFraction = false, hint }: NumberProps) {
  const t = useTranslations('editor');
  const { dispatch } = useEditor();
  const id = useId();
  const [text, setText] = useState(String(value));
  const read = readNumber(text, { least, most, isFraction });
  // Changed from elsewhere, by undo for one: what is typed and cannot be read stays while it is being typed.
  const [shown, setShown] = useState(value);
  if (shown !== value) {
    setShown(value);
    if (read !== value) setText(String(value));
  }
  const type = (typed: string) => {
    setText(typed);
    const number = readNumber(typed, { least, most, isFraction });
    if (number !== null) onChange(number);
  };
  return (
    <p className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={text}
        inputMode={isFraction ? 'decimal' : 'numeric'}
        aria-invalid={read === null}
        aria-describedby={read === null || hint !== undefined ? `${id}-note` : undefined}
        onChange={(event) => type(event.target.value)}
        onBlur={() => {
          setText(String(value));
          dispatch({ kind: 'runEnded' });
        }}
      />
      <Note id={`${id}-note`} fault={read === null ? t('range', { least, most }) : null} hint={hint} />
    </p>
  );
}

/** `null`: it is no such number. */
export function readNumber(
  text: string,
  {
    least,
    most,
    isFraction,
  }: { readonly least: number; readonly most: number; readonly isFraction: boolean },
): number | null {
  const value = text.trim() === '' ? Number.NaN : Number(text.replace(',', '.'));
  const isOne = isFraction ? Number.isFinite(value) : Number.isInteger(value);
  return isOne && value >= least && value <= most ? value : null;
}

interface ChoiceProps<Value extends string> extends FieldProps {
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
}

export function ChoiceField<Value extends string>(props: ChoiceProps<Value>) {
  const { label, value, choices, onChange, hint } = props;
  const id = useId();
  return (
    <p className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        aria-describedby={hint === undefined ? undefined : `${id}-note`}
        onChange={(event) => {
          const chosen = choices.find((choice) => choice.value === event.target.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
      <Note id={`${id}-note`} fault={null} hint={hint} />
    </p>
  );
}

interface CheckProps extends FieldProps {
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}

export function CheckField({ label, isChecked, onChange, hint }: CheckProps) {
  return (
    <label className="role">
      <input type="checkbox" checked={isChecked} onChange={(event) => onChange(event.target.checked)} />
      <span>{label}</span>
      {hint !== undefined && <small>{hint}</small>}
    </label>
  );
}

/** Fields that belong together, folded away until they are wanted. */
export function FieldGroup({
  title,
  isOpen = false,
  children,
}: {
  title: string;
  isOpen?: boolean;
  children: ReactNode;
}) {
  return (
    <details className="field-group" open={isOpen}>
      <summary>{title}</summary>
      <div className="field-group-inner">{children}</div>
    </details>
  );
}

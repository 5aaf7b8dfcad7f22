'use client';
/** The fields that say where a screen hangs and what it shows; for pairing it and for changing it. */
import { type ReactNode, useId } from 'react';
import { useTranslations } from 'use-intl';
import { useMadeName } from '../ui/made-names';
import type { PlaceText } from './screen-form';

const NAME_LENGTH = 60;

export interface NamedBoard {
  readonly id: string;
  readonly name: string;
}

export interface PlaceFieldsProps {
  readonly text: PlaceText;
  readonly boards: readonly NamedBoard[];
  readonly onChange: (text: PlaceText) => void;
}

export function PlaceFields({ text, boards, onChange }: PlaceFieldsProps) {
  const t = useTranslations('screens');
  const set = (field: keyof PlaceText) => (value: string) => onChange({ ...text, [field]: value });
  return (
    <>
      <Field label={t('name')}>
        {(id) => <TextInput id={id} value={text.name} placeholder={t('nameHint')} onValue={set('name')} />}
      </Field>
      <Field label={t('room')}>
        {(id) => <TextInput id={id} value={text.room} placeholder={t('roomHint')} onValue={set('room')} />}
      </Field>
      <Field label={t('board')}>
        {(id) => (
          <select
            id={id}
            required
            value={text.boardId}
            onChange={(event) => set('boardId')(event.target.value)}
          >
            <BoardOptions boards={boards} chosen={text.boardId} />
          </select>
        )}
      </Field>
      <Field label={t('diagonal')}>
        {(id) => (
          <NumberInput
            id={id}
            value={text.diagonalInches}
            from={5}
            to={200}
            onValue={set('diagonalInches')}
          />
        )}
      </Field>
      <Field label={t('seat')}>
        {(id) => (
          <NumberInput
            id={id}
            value={text.farthestSeatMetres}
            from={0.3}
            to={30}
            onValue={set('farthestSeatMetres')}
          />
        )}
      </Field>
    </>
  );
}

/** A board that is gone stays to be seen, as what the screen was given. */
function BoardOptions({ boards, chosen }: { boards: readonly NamedBoard[]; chosen: string }) {
  const t = useTranslations('screens');
  const madeName = useMadeName();
  const isKnown = boards.some(({ id }) => id === chosen);
  return (
    <>
      {!isKnown && (
        <option value={chosen} disabled={chosen === ''}>
          {chosen === '' ? t('chooseBoard') : t('boardGone', { id: chosen })}
        </option>
      )}
      {boards.map(({ id, name }) => (
        <option key={id} value={id}>
          {madeName(name)}
        </option>
      ))}
    </>
  );
}

export function Field({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}

interface InputProps {
  readonly id: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

export function TextInput({ id, value, placeholder, onValue }: InputProps & { placeholder: string }) {
  return (
    <input
      id={id}
      required
      maxLength={NAME_LENGTH}
      autoComplete="off"
      placeholder={placeholder}
      value={value}
      onChange={(event) => onValue(event.target.value)}
    />
  );
}

function NumberInput({ id, value, from, to, onValue }: InputProps & { from: number; to: number }) {
  return (
    <input
      id={id}
      type="number"
      required
      min={from}
      max={to}
      step="any"
      inputMode="decimal"
      value={value}
      onChange={(event) => onValue(event.target.value)}
    />
  );
}

'use client';
/** Several of many, by check boxes, found by typing; those that are chosen stand first. */
import { useDeferredValue, useState } from 'react';
import { useTranslations } from 'use-intl';

export interface ManyFieldProps {
  readonly label: string;
  readonly chosen: readonly string[];
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** More than this are found by typing. */
const MOST_SHOWN = 60;
const SEARCHED_FROM = 8;

export function ManyField({ label, chosen, choices, onChange }: ManyFieldProps) {
  const t = useTranslations('editor');
  const [wanted, setWanted] = useState('');
  const words = useDeferredValue(wanted).trim().toLocaleLowerCase();
  const isChosen = new Set(chosen);
  const found = choices.filter((choice) => choice.label.toLocaleLowerCase().includes(words));
  const ordered = [
    ...found.filter(({ value }) => isChosen.has(value)),
    ...found.filter(({ value }) => !isChosen.has(value)),
  ];
  const toggle = (value: string) =>
    onChange(isChosen.has(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
  return (
    <fieldset className="field many">
      <legend>{label}</legend>
      {choices.length >= SEARCHED_FROM && (
        <input
          type="search"
          aria-label={t('searchIn', { label })}
          placeholder={t('search')}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
      )}
      <div className="many-list">
        {ordered.slice(0, MOST_SHOWN).map((choice) => (
          <label key={choice.value} className="role">
            <input
              type="checkbox"
              checked={isChosen.has(choice.value)}
              onChange={() => toggle(choice.value)}
            />
            <span>{choice.label}</span>
          </label>
        ))}
      </div>
      {ordered.length > MOST_SHOWN && (
        <small className="field-hint">{t('moreFound', { count: ordered.length - MOST_SHOWN })}</small>
      )}
    </fieldset>
  );
}

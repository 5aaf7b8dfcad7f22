'use client';
/** One of many, found by typing: a field that narrows a list down, and the list, in groups. */
import { useDeferredValue, useId, useState } from 'react';
import { useTranslations } from 'use-intl';

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly group: string;
  /** Found by these words, too. */
  readonly words?: string;
}

export interface SearchListProps<Value extends string> {
  readonly label: string;
  readonly searchLabel: string;
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly onChange: (value: Value) => void;
}

/** A list of more than this is cut: whoever looks for one types a word of it. */
const MOST_SHOWN = 400;

export function SearchList<Value extends string>(props: SearchListProps<Value>) {
  const { label, searchLabel, value, choices, onChange } = props;
  const t = useTranslations('editor');
  const id = useId();
  const [wanted, setWanted] = useState('');
  const found = matching(choices, useDeferredValue(wanted));
  const chosen = choices.find((choice) => choice.value === value);
  const shown = chosen === undefined || found.includes(chosen) ? found : [chosen, ...found];
  return (
    <div className="field search-list">
      <label htmlFor={id}>{label}</label>
      <input
        type="search"
        value={wanted}
        aria-label={searchLabel}
        placeholder={t('search')}
        onChange={(event) => setWanted(event.target.value)}
      />
      <select
        id={id}
        size={5}
        value={value}
        onChange={(event) => {
          const next = choices.find((choice) => choice.value === event.target.value);
          if (next !== undefined) onChange(next.value);
        }}
      >
        {grouped(shown).map(([group, members]) => (
          <optgroup key={group} label={group}>
            {members.map((choice) => (
              <option key={choice.value} value={choice.value}>
                {choice.label}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <small role="status" className="field-hint">
        {wanted === '' ? '' : t('found', { count: found.length })}
      </small>
    </div>
  );
}

/** Those that have each of the words in them, in any case. */
export function matching<Value extends string>(
  choices: readonly Choice<Value>[],
  wanted: string,
): readonly Choice<Value>[] {
  const words = wanted.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const found = choices.filter(({ label, value, words: more = '' }) => {
    const text = `${label} ${value} ${more}`.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
  return found.slice(0, MOST_SHOWN);
}

function grouped<Value extends string>(
  choices: readonly Choice<Value>[],
): readonly [string, Choice<Value>[]][] {
  const groups = new Map<string, Choice<Value>[]>();
  for (const choice of choices) {
    const members = groups.get(choice.group) ?? [];
    groups.set(choice.group, [...members, choice]);
  }
  return [...groups];
}

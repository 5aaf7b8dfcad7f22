'use client';
/** One more rule: its queue, and what a device must be called, made and placed like. */
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { DeviceRule } from '../../lib/contracts/settings';
import type { NamedQueue } from './queue-names';
import { EMPTY_RULE, ruleOf } from './rule-draft';

const LENGTH = 128;

export interface RuleFormProps {
  readonly queues: readonly NamedQueue[];
  readonly onAdd: (rule: DeviceRule) => void;
}

export function RuleForm({ queues, onAdd }: RuleFormProps) {
  const t = useTranslations('rules');
  const [text, setText] = useState(EMPTY_RULE);
  const [isWrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const rule = ruleOf(text);
    setWrong(rule === null);
    if (rule === null) return;
    onAdd(rule);
    setText(EMPTY_RULE);
  };
  return (
    <form className="rule-form" onSubmit={submit} data-form="rule">
      <h3>{t('add')}</h3>
      {(['product', 'site', 'deviceId'] as const).map((name) => (
        <p className="field" key={name}>
          <label htmlFor={`rule-${name}`}>{t(`field.${name}`)}</label>
          <input
            id={`rule-${name}`}
            value={text[name]}
            maxLength={LENGTH}
            placeholder={t(`hint.${name}`)}
            onChange={(event) => setText({ ...text, [name]: event.target.value })}
          />
        </p>
      ))}
      <p className="field">
        <label htmlFor="rule-queue">{t('field.queueId')}</label>
        <select
          id="rule-queue"
          value={text.queueId}
          onChange={(event) => setText({ ...text, queueId: event.target.value })}
        >
          <option value="">{t('chooseQueue')}</option>
          {queues.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </p>
      {isWrong && (
        <p className="problem" role="alert">
          {t('wrong')}
        </p>
      )}
      <p className="form-ways">
        <button type="submit" className="button">
          {t('addButton')}
        </button>
      </p>
    </form>
  );
}

'use client';
/** A new client for a machine: its name and what its tokens may be used for. */
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import {
  createMachineSchema,
  type NewSecret,
  newSecretSchema,
  SCOPES,
  type Scope,
} from '../../lib/contracts/access';
import { callServer } from '../ui/fetch-json';
import { Field, TextInput } from './place-fields';
import { ProblemLine } from './problem-line';
import { useDeed } from './use-deed';

export function MachineForm({ onMade }: { onMade: (made: NewSecret) => void }) {
  const t = useTranslations('machines');
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>([]);
  const [isWrong, setWrong] = useState(false);
  const { isBusy, problem, run } = useDeed<NewSecret>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wish = createMachineSchema.safeParse({ name, scopes });
    setWrong(!wish.success);
    if (!wish.success) return;
    run(
      () => create(wish.data),
      (made) => {
        setName('');
        setScopes([]);
        onMade(made);
      },
    );
  };
  return (
    <form className="panel form" onSubmit={submit} data-form="machine">
      <h2>{t('create')}</h2>
      <p className="form-note">{t('createNote')}</p>
      <Field label={t('name')}>
        {(id) => <TextInput id={id} value={name} placeholder={t('nameHint')} onValue={setName} />}
      </Field>
      <fieldset className="field roles">
        <legend>{t('scopes')}</legend>
        {SCOPES.map((scope) => (
          <label className="role" key={scope}>
            <input
              type="checkbox"
              name={scope}
              checked={scopes.includes(scope)}
              onChange={() => setScopes(toggledScope(scopes, scope))}
            />
            <code>{scope}</code>
            <small>{t(`scope.${scope.replace(':', '-')}`)}</small>
          </label>
        ))}
      </fieldset>
      <p className="form-ways">
        <button type="submit" className="button button-main" aria-disabled={isBusy}>
          {t('createButton')}
        </button>
      </p>
      {isWrong && (
        <p className="problem" role="alert">
          {t('wrong')}
        </p>
      )}
      <ProblemLine problem={problem} />
    </form>
  );
}

/** In the order of the contract. */
export function toggledScope(scopes: readonly Scope[], scope: Scope): readonly Scope[] {
  const isGiven = scopes.includes(scope);
  return SCOPES.filter((one) => (one === scope ? !isGiven : scopes.includes(one)));
}

async function create(wish: object) {
  const said = await callServer({
    path: '/api/v1/machines',
    method: 'POST',
    body: wish,
    schema: newSecretSchema,
  });
  return said.ok ? ({ ok: true, value: said.value.content } as const) : said;
}

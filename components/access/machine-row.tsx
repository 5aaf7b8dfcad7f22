'use client';
/** One machine's client: its scopes and its secrets, of which there are two at most, so that they can be changed. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { z } from 'zod';
import { type Machine, type NewSecret, newSecretSchema } from '../../lib/contracts/access';
import { callServer } from '../ui/fetch-json';
import { apart } from './apart';
import { ConfirmDialog } from './confirm-dialog';
import { Ago, Moment } from './moment';
import { ProblemLine } from './problem-line';
import { useDeed } from './use-deed';

const MOST_SECRETS = 2;

export interface MachineRowProps {
  readonly machine: Machine;
  /** When this was so, by the server's clock. */
  readonly now: number | null;
  readonly onChanged: () => void;
  readonly onMade: (made: NewSecret) => void;
}

/** What is to be removed, once it is confirmed. */
type Removal = { readonly kind: 'machine' } | { readonly kind: 'secret'; readonly secretId: string };

export function MachineRow({ machine, now, onChanged, onMade }: MachineRowProps) {
  const t = useTranslations('machines');
  const [removal, setRemoval] = useState<Removal | null>(null);
  return (
    <tr data-machine={machine.id}>
      <th scope="row">
        <bdi>{machine.name}</bdi>
        <small>
          <code>{machine.id}</code>
        </small>
        <small>
          {t('created')} <Moment at={machine.createdAt} />
        </small>
      </th>
      <td>
        <ul className="scopes">
          {machine.scopes.map((scope) => (
            <li key={scope}>
              <code>{scope}</code>
            </li>
          ))}
        </ul>
      </td>
      <td>
        {machine.secrets.length === 0 && <span className="note-inline">{t('noSecret')}</span>}
        <ul className="sessions">
          {machine.secrets.map(({ id, createdAt, lastUsedAt }) => (
            <li key={id} data-secret={id}>
              <span>
                {t('secretOf')} <Moment at={createdAt} />
                <small>
                  {lastUsedAt === null ? t('neverUsed') : t('lastUsed')}{' '}
                  {lastUsedAt !== null && <Ago at={lastUsedAt} now={now} />}
                </small>
              </span>
              <button
                type="button"
                className="button"
                aria-label={t('removeSecretOf', { name: machine.name })}
                onClick={() => setRemoval({ kind: 'secret', secretId: id })}
              >
                {t('remove')}
              </button>
            </li>
          ))}
        </ul>
      </td>
      <td className="row-ways">
        <AddSecret machine={machine} onMade={onMade} />
        <button
          type="button"
          className="button"
          aria-label={t('removeNamed', { name: machine.name })}
          onClick={() => setRemoval({ kind: 'machine' })}
        >
          {t('removeMachine')}
        </button>
        {removal !== null && (
          <Removing
            machine={machine}
            removal={removal}
            onClose={() => setRemoval(null)}
            onChanged={onChanged}
          />
        )}
      </td>
    </tr>
  );
}

function AddSecret({ machine, onMade }: Pick<MachineRowProps, 'machine' | 'onMade'>) {
  const t = useTranslations('machines');
  const { isBusy, problem, run } = useDeed<NewSecret>();
  const path = `/api/v1/machines/${encodeURIComponent(machine.id)}/secrets`;
  const add = () =>
    run(async () => {
      const said = await callServer({ path, method: 'POST', schema: newSecretSchema });
      return said.ok ? ({ ok: true, value: said.value.content } as const) : said;
    }, onMade);
  return (
    <>
      {machine.secrets.length < MOST_SECRETS && (
        <button
          type="button"
          className="button"
          aria-disabled={isBusy}
          aria-label={t('addSecretTo', { name: machine.name })}
          onClick={add}
        >
          {t('addSecret')}
        </button>
      )}
      <ProblemLine problem={problem} />
    </>
  );
}

interface RemovingProps {
  readonly machine: Machine;
  readonly removal: Removal;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

function Removing({ machine, removal, onClose, onChanged }: RemovingProps) {
  const t = useTranslations('machines');
  const { isBusy, problem, run } = useDeed<unknown>();
  const own = `/api/v1/machines/${encodeURIComponent(machine.id)}`;
  const path = removal.kind === 'machine' ? own : `${own}/secrets/${encodeURIComponent(removal.secretId)}`;
  const remove = () =>
    run(
      () => callServer({ path, method: 'DELETE', schema: z.undefined() }),
      () => {
        onChanged();
        onClose();
      },
    );
  const isMachine = removal.kind === 'machine';
  return (
    <ConfirmDialog
      title={t.rich(isMachine ? 'removeTitle' : 'removeSecretTitle', { name: machine.name, n: apart })}
      text={t(isMachine ? 'removeText' : 'removeSecretText')}
      action={t(isMachine ? 'removeMachine' : 'remove')}
      {...{ isBusy, problem, onClose }}
      onConfirm={remove}
    />
  );
}

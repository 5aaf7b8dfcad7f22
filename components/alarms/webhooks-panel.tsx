'use client';
/**
 * The addresses that are told of alarms: how each is going, and changed: for administrators, since an address may be a
 * secret.
 */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { type SaveWebhooks, type WebhooksResponse, webhooksResponseSchema } from '../../lib/contracts/alarm';
import { ConfirmDialog } from '../access/confirm-dialog';
import { ListState } from '../access/list-state';
import { Moment } from '../access/moment';
import { useDeed } from '../access/use-deed';
import { callServer } from '../ui/fetch-json';
import { usePolled } from '../ui/use-polled';
import { beginHook, type HookEdit, withoutHook } from './webhook-draft';
import { WebhookForm } from './webhook-form';

const PATH = '/api/v1/alarm-webhooks';
const ASK_MS = 5_000;

export function WebhooksPanel() {
  const t = useTranslations('alarms');
  const polled = usePolled(PATH, webhooksResponseSchema, ASK_MS);
  const { answer } = polled;
  return (
    <section className="panel form side" aria-label={t('webhooks')} data-webhooks={answer?.webhooks.length}>
      <h3>{t('webhooks')}</h3>
      <p className="form-note">{t('webhooksNote')}</p>
      <ListState polled={polled} empty={null}>
        {answer !== null && <Hooks answer={answer} refresh={polled.refresh} />}
      </ListState>
    </section>
  );
}

function Hooks({ answer, refresh }: { answer: WebhooksResponse; refresh: () => void }) {
  const t = useTranslations('alarms');
  const [edited, setEdited] = useState<HookEdit | null>(null);
  const { webhooks, dropped } = answer;
  const close = () => {
    setEdited(null);
    refresh();
  };
  return (
    <>
      <ul className="side-list">
        {webhooks.map((hook) => (
          <Hook
            key={hook.id}
            {...{ hook, answer, refresh }}
            onEdit={() => setEdited(beginHook(answer, hook.id))}
          />
        ))}
      </ul>
      {webhooks.length === 0 && <p>{t('noWebhooks')}</p>}
      {dropped > 0 && <p className="side-warn">{t('dropped', { count: dropped })}</p>}
      {edited === null && (
        <p className="form-ways">
          <button type="button" className="button" onClick={() => setEdited(beginHook(answer, null))}>
            {t('addWebhook')}
          </button>
        </p>
      )}
      {edited !== null && <WebhookForm key={edited.text.id} begun={edited} onClose={close} />}
    </>
  );
}

interface HookProps {
  readonly hook: WebhooksResponse['webhooks'][number];
  readonly answer: WebhooksResponse;
  readonly onEdit: () => void;
  readonly refresh: () => void;
}

function Hook({ hook, answer, onEdit, refresh }: HookProps) {
  const t = useTranslations('alarms');
  const [isRemoving, setRemoving] = useState(false);
  const { isBusy, problem, run } = useDeed<unknown>();
  const { id, name, url, format, hasSecret, waiting, lastSentAt, failure } = hook;
  return (
    <li data-webhook={id}>
      <b>{name}</b>
      <small>
        {t(`format.${format}`)}, {new URL(url).host}
        {`, ${t(hasSecret ? 'signed' : 'notSigned')}`}
      </small>
      <small>
        {lastSentAt === null ? (
          t('neverSent')
        ) : (
          <>
            {t('lastSent')} <Moment at={lastSentAt} precision="second" />
          </>
        )}
        {waiting > 0 && `, ${t('waiting', { count: waiting })}`}
      </small>
      {failure !== null && <p className="side-warn">{failure}</p>}
      <p className="form-ways">
        <button type="button" className="button" aria-label={t('editNamed', { name })} onClick={onEdit}>
          {t('edit')}
        </button>
        <button
          type="button"
          className="button"
          aria-label={t('removeNamed', { name })}
          onClick={() => setRemoving(true)}
        >
          {t('remove')}
        </button>
      </p>
      {isRemoving && (
        <ConfirmDialog
          title={t('removeTitle', { name })}
          text={t('removeNote')}
          action={t('remove')}
          {...{ isBusy, problem }}
          onConfirm={() =>
            run(
              () => saveWebhooks(withoutHook(answer, id)),
              () => {
                setRemoving(false);
                refresh();
              },
            )
          }
          onClose={() => setRemoving(false)}
        />
      )}
    </li>
  );
}

export async function saveWebhooks(body: SaveWebhooks) {
  return callServer({ path: PATH, method: 'POST', body, schema: webhooksResponseSchema });
}

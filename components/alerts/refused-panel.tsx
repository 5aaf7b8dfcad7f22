'use client';
/** Messages of devices that were refused: how many by reason, and the newest of them. All they say is text. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { type RefusedMessage, refusedResponseSchema } from '../../lib/contracts/alert';
import { ListState } from '../access/list-state';
import { Moment } from '../access/moment';
import { usePolled } from '../ui/use-polled';

const ASK_MS = 10_000;
const ROWS_AT_ONCE = 5;

export function RefusedPanel() {
  const t = useTranslations('refused');
  const polled = usePolled('/api/v1/alerts/refused', refusedResponseSchema, ASK_MS);
  const [most, setMost] = useState(ROWS_AT_ONCE);
  const { counts = [], messages = [] } = polled.answer ?? {};
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return (
    <section className="panel form side" data-refused={total}>
      <h2>{t('title')}</h2>
      <ListState polled={polled} empty={total === 0 ? t('none') : null}>
        <ul className="side-counts">
          {counts.map(({ reason, count }) => (
            <li key={reason} data-reason={reason}>
              <b>{count}</b> {t(`reason.${reason}`)}
            </li>
          ))}
        </ul>
        <ul className="side-list">
          {messages.slice(0, most).map((message) => (
            <RefusedItem key={message.id} message={message} />
          ))}
        </ul>
        {messages.length > most && (
          <p className="form-ways">
            <button type="button" className="button" onClick={() => setMost(most + 50)}>
              {t('showMore')}
            </button>
          </p>
        )}
      </ListState>
    </section>
  );
}

function RefusedItem({ message: { at, topic, reason, detail, bytes, text } }: { message: RefusedMessage }) {
  const t = useTranslations('refused');
  return (
    <li>
      <b>{topic}</b>
      <small>
        <Moment at={at} precision="second" /> · {t(`reason.${reason}`)} · {t('bytes', { count: bytes })}
      </small>
      <span>{detail}</span>
      {text !== '' && (
        <details>
          <summary>{t('show')}</summary>
          <pre className="command">{text}</pre>
        </details>
      )}
    </li>
  );
}

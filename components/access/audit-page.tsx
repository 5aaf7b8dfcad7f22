'use client';
/** Who did what, newest first, for administrators; and how to verify that nobody has changed it since. */
import { useEffect, useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { type AuditEntry, type AuditResponse, auditResponseSchema } from '../../lib/contracts/access';
import { Desk } from '../supervisor/desk';
import { callServer } from '../ui/fetch-json';
import { usePolled } from '../ui/use-polled';
import { type AuditBook, detailText, hasOlder, withNewest, withOlder } from './audit-book';
import { ListState } from './list-state';
import { Moment } from './moment';
import { formatMoment } from './moments';
import { ProblemLine } from './problem-line';
import { useDeed } from './use-deed';

const ASK_MS = 5_000;
const LIMIT = 50;

export function AuditPage({ theme }: { theme: 'dark' | 'light' }) {
  const t = useTranslations('audit');
  const polled = usePolled(`/api/v1/audit?limit=${LIMIT}`, auditResponseSchema, ASK_MS);
  return (
    <Desk place={{ kind: 'audit' }} theme={theme}>
      <h1 className="desk-title">{t('title')}</h1>
      {polled.answer !== null && polled.answer.head.seq > 0 && <Verify head={polled.answer.head} />}
      <ListState polled={polled} empty={polled.answer?.entries.length === 0 ? t('empty') : null}>
        <Entries newest={polled.answer?.entries ?? []} />
      </ListState>
    </Desk>
  );
}

function Verify({ head }: { head: AuditResponse['head'] }) {
  const t = useTranslations('audit');
  const command = `npm run audit -- verify --head ${head.seq}:${head.hash}`;
  return (
    <section className="panel form verify">
      <p>{t('head', { seq: head.seq })}</p>
      <pre className="command">
        <code data-head={head.seq}>{command}</code>
      </pre>
      <p className="form-note">{t.rich('verify', { c: (part) => <code>{part}</code> })}</p>
    </section>
  );
}

function Entries({ newest }: { newest: readonly AuditEntry[] }) {
  const t = useTranslations('audit');
  const [book, setBook] = useState<AuditBook>(newest);
  useEffect(() => setBook((now) => withNewest(now, newest)), [newest]);
  const { isBusy, problem, run } = useDeed<readonly AuditEntry[]>();
  const older = () =>
    run(
      () => before(book),
      (page) => setBook((now) => withOlder(now, page)),
    );
  return (
    <div className="panel full list list-audit">
      <table>
        <caption className="unseen">{t('caption')}</caption>
        <thead>
          <tr>
            {(['seq', 'at', 'actor', 'action', 'subject', 'outcome', 'details'] as const).map((column) => (
              <th scope="col" key={column}>
                {t(`column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {book.map((entry) => (
            <EntryRow key={entry.seq} entry={entry} />
          ))}
        </tbody>
      </table>
      <ProblemLine problem={problem} />
      {hasOlder(book) && (
        <button type="button" className="full-more" aria-disabled={isBusy} onClick={older}>
          {t('older')}
        </button>
      )}
    </div>
  );
}

function EntryRow({ entry }: { entry: AuditEntry }) {
  const t = useTranslations('audit');
  const locale = useLocale();
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return (
    <tr data-seq={entry.seq} data-outcome={entry.outcome}>
      <td>{entry.seq}</td>
      <td>
        <Moment at={entry.at} precision="second" />
      </td>
      <td>
        <bdi>{entry.actorName}</bdi>
        {entry.actor !== entry.actorName && <small>{entry.actor}</small>}
        {entry.address !== null && <small>{entry.address}</small>}
      </td>
      <td>{entry.action}</td>
      <td data-empty={entry.subject === null}>{entry.subject ?? '–'}</td>
      <td>{t(`result.${entry.outcome}`)}</td>
      <td>
        {detailText(entry.details, (at) => formatMoment(at, { locale, timeZone, precision: 'second' }))}
      </td>
    </tr>
  );
}

async function before(book: AuditBook) {
  const seq = book.at(-1)?.seq ?? 1;
  const path = `/api/v1/audit?before=${seq}&limit=${LIMIT}`;
  const said = await callServer({ path, schema: auditResponseSchema });
  return said.ok ? ({ ok: true, value: said.value.content.entries } as const) : said;
}

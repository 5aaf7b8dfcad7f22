'use client';
/** What there is to say of the board, each with the way to it. Counted for those who hear the page, not read out. */
import { useTranslations } from 'use-intl';
import { ProblemMark } from '../access/problem-line';
import type { Check } from './checks/check';
import { useEditor } from './use-editor';

export function ChecksPanel({ checks }: { checks: readonly Check[] }) {
  const t = useTranslations('editor.checks');
  const count = (severity: Check['severity']) => checks.filter((check) => check.severity === severity).length;
  const [errors, warnings, hints] = [count('error'), count('warning'), count('hint')];
  return (
    <section className="checks" aria-labelledby="checks-title" data-checks={checks.length}>
      <h2 id="checks-title">{t('title')}</h2>
      <p className="checks-sum" role="status">
        {checks.length === 0 ? t('none') : t('counted', { errors, warnings, hints })}
      </p>
      {checks.length > 0 && (
        <ul>
          {checks.map((check) => (
            <CheckLine key={check.id} check={check} />
          ))}
        </ul>
      )}
    </section>
  );
}

function CheckLine({ check }: { check: Check }) {
  const t = useTranslations('editor.checks');
  const { select } = useEditor();
  const { severity, key, values, where } = check;
  return (
    <li data-check={key} data-severity={severity}>
      {severity === 'hint' ? <span className="check-hint" aria-hidden="true" /> : <ProblemMark />}
      <p>
        <b>{t(`severity.${severity}`)}</b> {t(`${key}.what`, { ...values })}{' '}
        <span>{t(`${key}.how`, { ...values })}</span>
      </p>
      <button
        type="button"
        className="button"
        aria-label={t('goNamed', { what: t(`${key}.what`, { ...values }) })}
        onClick={() => select(where)}
      >
        {t('go')}
      </button>
    </li>
  );
}

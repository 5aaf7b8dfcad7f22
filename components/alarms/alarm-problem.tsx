'use client';
/** What went wrong with an alarm, a shelf or a webhook, in words of its own; everything else as everywhere. */
import { useTranslations } from 'use-intl';
import { ProblemLine, ProblemMark } from '../access/problem-line';
import type { Problem } from '../ui/fetch-json';

/** The server's codes that have words here. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['alarm.unknown', 'alarmGone'],
  ['shelf.unknown', 'shelfGone'],
  ['shelves.full', 'shelvesFull'],
  ['webhooks.changed', 'webhooksChanged'],
  ['webhook.refused', 'webhookRefused'],
]);

export function AlarmProblem({ problem }: { problem: Problem | null }) {
  const t = useTranslations('alarms.problem');
  const word = problem?.kind === 'refused' ? WORDS.get(problem.code) : undefined;
  if (word === undefined) return <ProblemLine problem={problem} />;
  return (
    <p className="problem" role="alert" data-problem={word}>
      <ProblemMark />
      {t(word)}
    </p>
  );
}

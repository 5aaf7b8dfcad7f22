'use client';
/** An alarm as its headline: whose figure it is and which, in the reader's language; of devices as the server says it. */
import { useTranslations } from 'use-intl';
import type { Alarm } from '../../lib/contracts/alarm';
import { parseSubject } from '../../lib/ids';
import { usePicture } from '../live/use-live';

export type TitleOf = (alarm: Pick<Alarm, 'subject' | 'kpi' | 'text'>) => string;

export function useAlarmTitle(): TitleOf {
  const t = useTranslations();
  const picture = usePicture();
  return ({ subject, kpi, text }) => {
    if (subject === null || kpi === null) return text;
    const parsed = parseSubject(subject);
    const known = picture?.subjects.get(subject)?.name;
    const name = known ?? (parsed?.kind === 'all' ? t('app.queues') : nameIn(text, parsed?.id ?? subject));
    return t('alarms.figure', { name, figure: t(`kpi.${kpi}.phrase`) });
  };
}

/** The server writes “name: figure”. */
function nameIn(text: string, otherwise: string): string {
  const colon = text.lastIndexOf(': ');
  return colon > 0 ? text.slice(0, colon) : otherwise;
}

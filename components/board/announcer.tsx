'use client';
/** Says changes of state to those who hear the page: a link that went or came, an alarm that began or ended. */
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { formatClock } from '../../lib/format';
import type { LinkState } from '../live/link-state';
import { useLink, usePicture } from '../live/use-live';
import { useMadeName } from '../ui/made-names';
import type { Alarm } from './alarms';
import { useAlarms } from './use-alarms';

export function Announcer() {
  const link = useLink();
  const alarms = useAlarms();
  const speak = useSpeech();
  const locale = useLocale();
  const [heard, setHeard] = useState({ link, alarms, locale, text: '' });
  if (heard.link !== link) setHeard({ link, alarms, locale, text: speak.link(heard.link, link) });
  else if (heard.alarms !== alarms)
    setHeard({ link, alarms, locale, text: speak.alarms(heard.alarms, alarms) });
  // What was said in another language is not said again.
  else if (heard.locale !== locale) setHeard({ ...heard, locale, text: '' });
  return (
    <p className="unseen" role="status" aria-live="polite">
      {heard.text}
    </p>
  );
}

function useSpeech() {
  const t = useTranslations('screen');
  const kpi = useTranslations('kpi');
  const locale = useLocale();
  const picture = usePicture();
  const madeName = useMadeName();
  const words = (alarm: Alarm) => ({
    subject: madeName(picture?.subjects.get(alarm.subject)?.name ?? ''),
    phrase: kpi(`${alarm.kpi}.phrase`),
  });
  const has = (alarms: readonly Alarm[], alarm: Alarm) =>
    alarms.some((a) => a.subject === alarm.subject && a.kpi === alarm.kpi && a.status === alarm.status);
  return {
    link(before: LinkState, after: LinkState): string {
      if (after.state === 'live') return before.state === 'live' ? '' : t('announceLive');
      if (after.state !== 'lost') return '';
      const timeZone = picture?.board.timeZone ?? 'UTC';
      return t('announceLost', { time: formatClock(after.heardAt, { locale, timeZone }) });
    },
    alarms(before: readonly Alarm[], after: readonly Alarm[]): string {
      const begun = after.find((alarm) => !has(before, alarm));
      if (begun !== undefined)
        return t(begun.status === 'critical' ? 'announceCritical' : 'announceWarning', words(begun));
      const ended = before.find((alarm) => !after.some((a) => a.subject === alarm.subject));
      return ended === undefined ? '' : t('announceCleared', words(ended));
    },
  };
}

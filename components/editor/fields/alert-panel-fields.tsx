'use client';
/** The panel of devices' alerts: of which levels and queues. None ticked means all. */
import { useTranslations } from 'use-intl';
import type { AlertPanel } from '../../../lib/contracts/board';
import { parseSubject } from '../../../lib/ids';
import { useEditor } from '../use-editor';
import { CheckField } from './fields';
import { PanelWays } from './item-ways';
import { ManyField } from './many-field';

const LEVELS = ['critical', 'warning', 'info'] as const;

export function AlertPanelFields({ pageId, panel }: { pageId: string; panel: AlertPanel }) {
  const t = useTranslations('editor');
  const { edit, subjects } = useEditor();
  const set = (levels: AlertPanel['levels'], queueIds: AlertPanel['queueIds']) =>
    edit({
      kind: 'panel',
      ...{ pageId, panel: 'alerts' },
      value: {
        id: panel.id,
        ...(levels === undefined || levels.length === LEVELS.length || levels.length === 0 ? {} : { levels }),
        ...(queueIds === undefined || queueIds.length === 0 ? {} : { queueIds }),
      },
    });
  const levels = panel.levels ?? [...LEVELS];
  const queues = subjects.list.flatMap(({ subject, name }) => {
    const parsed = parseSubject(subject);
    return parsed?.kind === 'queue' ? [{ value: parsed.id, label: name }] : [];
  });
  return (
    <>
      <fieldset className="field">
        <legend>{t('levels')}</legend>
        {LEVELS.map((level) => (
          <CheckField
            key={level}
            label={t(`level.${level}`)}
            isChecked={levels.includes(level)}
            onChange={(isChecked) =>
              set(
                LEVELS.filter((one) => (one === level ? isChecked : levels.includes(one))),
                panel.queueIds,
              )
            }
          />
        ))}
      </fieldset>
      <ManyField
        label={t('alertQueues')}
        chosen={panel.queueIds ?? []}
        choices={queues}
        onChange={(queueIds) => set(panel.levels, [...queueIds].slice(0, 200))}
      />
      <PanelWays pageId={pageId} panel="alerts" />
    </>
  );
}

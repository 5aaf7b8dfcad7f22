'use client';
/** Groups of devices' alerts as a panel of a page: the worst first, as many as have room, the rest as a number. */
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { GroupLine } from '../alerts/alert-strip';
import { useAsOfWords } from '../alerts/use-group-words';
import { useAlertStanding, useCalmGroups } from '../alerts/use-shown-alerts';
import { useHeardAlerts } from '../live/use-live';
import { chosenGroups } from './chosen-groups';
import { alertRowU, PANEL_HEAD_U, type PanelPlan, TEXT_PAD_U } from './panel-plan';
import { textWidthEm } from './text-fit';
import { sizeOf } from './text-panel';

/** The line's padding, its shape and the gap after it, in u; the panel's own padding. */
const FRAME_U = 2.3;
const TYPE_U = 0.8;
const WRAPPED_PART = 0.88;
/** The head's padding, in em of its type. */
const HEAD_FRAME_EM = 2;
const MOST_ROWS = 8;

export function AlertPanelView({
  plan,
  portrait,
}: {
  plan: PanelPlan & { kind: 'alerts' };
  portrait: boolean;
}) {
  const t = useTranslations();
  const standing = useAlertStanding();
  const asOfWords = useAsOfWords();
  const heard = useHeardAlerts();
  const frame = standing.kind === 'off' ? null : (heard?.frame ?? null);
  const chosen = useMemo(() => frame && chosenGroups(frame.groups, plan.panel), [frame, plan.panel]);
  const groups = useCalmGroups(chosen);
  const room = Math.floor((plan.heightU - PANEL_HEAD_U - TEXT_PAD_U + 0.08) / alertRowU({ portrait }));
  const shown = groups.slice(0, Math.max(1, Math.min(MOST_ROWS, room)));
  // Those that the frame itself left out may be of other levels or queues: with a choice they are not counted.
  const isAll = plan.panel.levels === undefined && plan.panel.queueIds === undefined;
  const left = groups.length - shown.length + (isAll ? (frame?.more ?? 0) : 0);
  const isStale = standing.kind === 'stale';
  const asOf = isStale ? standing.asOf : null;
  const roomEm = ((plan.widthU - FRAME_U) / TYPE_U) * (portrait ? 2 * WRAPPED_PART : 1);
  const title = t('floor.alerts');
  const beside = isStale ? asOfWords(asOf) : left > 0 ? t('alerts.more', { count: left }) : '';
  const isBroad = textWidthEm(`${title} ${beside}`) + HEAD_FRAME_EM <= plan.widthU / TYPE_U;
  return (
    <section
      aria-label={title}
      className={`panel board-panel ${isStale ? 'is-stale' : ''}`}
      data-panel="alerts"
      data-standing={standing.kind}
      style={sizeOf(plan)}
    >
      <h2 className="board-panel-head">
        <span>{isBroad ? title : beside === '' ? title : beside}</span>
        {isBroad && <small>{beside}</small>}
      </h2>
      {shown.length === 0 ? (
        <p className="board-panel-calm">{t(calmWords(standing.kind, frame === null))}</p>
      ) : (
        <div className="board-panel-lines">
          {shown.map((group, index) => (
            <GroupLine key={group.key} isFirst={index === 0} {...{ group, roomEm, asOf, isStale }} />
          ))}
        </div>
      )}
    </section>
  );
}

function calmWords(standing: 'off' | 'live' | 'stale', isUnheard: boolean) {
  if (standing === 'off') return 'floor.noDevices';
  if (standing === 'stale') return 'floor.unheard';
  return isUnheard ? 'floor.asking' : 'floor.noAlerts';
}

'use client';
/**
 * What devices' alerts are, on a wall: a fault and what it does to the calls, the worst groups of alerts, and how many
 * more there are; where nothing newer is known, hatched and with the time. It is drawn only where there is something.
 */
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { AlertGroup, Fault } from '../../lib/contracts/alert';
import { textWidthEm } from '../board/text-fit';
import { useSecond } from '../live/use-live';
import { FaultMark } from './fault-mark';
import { LevelMark } from './level-mark';
import { groupState, type Wording, wordingThatFits } from './line-words';
import type { StripPlan } from './strip-plan';
import { useAsOfWords, useFaultWordings, useGroupWordings } from './use-group-words';
import { hasNotice, type ShownAlerts } from './use-shown-alerts';

const TYPE_U = 0.8;
/** Padding, the shape and its gap. */
const FRAME_U = 1.6;
/** Lines that break at words are not filled to their ends. */
const WRAPPED_PART = 0.88;
/** Where there is less room than this, “more” is a number. */
const AMPLE_EM = 28;

export interface AlertStripProps {
  readonly shown: ShownAlerts;
  readonly plan: StripPlan;
  readonly widthU: number;
  /** Rows of words in a line. */
  readonly lines: number;
}

export function AlertStrip({ shown, plan, widthU, lines }: AlertStripProps) {
  const t = useTranslations('alerts');
  const { standing, fault, groups } = shown;
  const drawn = groups.slice(0, plan.groups);
  const left = groups.length - drawn.length + shown.more;
  const lineEm = (widthU - FRAME_U) / TYPE_U;
  const more = left === 0 ? '' : t(lineEm < AMPLE_EM ? 'moreShort' : 'more', { count: left });
  const rowsEm = lineEm * (lines === 1 ? 1 : lines * WRAPPED_PART);
  const room = (isLast: boolean) => rowsEm - (isLast && more !== '' ? textWidthEm(more) + 0.9 : 0);
  const asOf = standing.kind === 'stale' ? standing.asOf : null;
  const isStale = standing.kind === 'stale';
  return (
    <section
      className="alert-strip"
      aria-label={t('strip')}
      data-alert-strip={standing.kind}
      data-more={left}
    >
      {plan.hasFault && fault !== null && (
        <FaultLine fault={fault} roomEm={room(drawn.length === 0)} asOf={asOf} isStale={isStale}>
          {drawn.length === 0 && more}
        </FaultLine>
      )}
      {drawn.map((group, index) => (
        <GroupLine
          key={group.key}
          group={group}
          isFirst={index === 0}
          roomEm={room(index === drawn.length - 1)}
          asOf={asOf}
          isStale={isStale}
        >
          {index === drawn.length - 1 && more}
        </GroupLine>
      ))}
      {hasNotice(shown) && !plan.hasFault && <Notice asOf={asOf} roomEm={rowsEm} />}
    </section>
  );
}

interface LineProps {
  readonly roomEm: number;
  readonly asOf: number | null;
  readonly isStale: boolean;
  /** How many more there are, in words; nothing where there are none. */
  readonly children?: ReactNode;
}

export interface GroupLineProps extends LineProps {
  readonly group: AlertGroup;
  /** Only one is filled: the eye finds it from the door. */
  readonly isFirst: boolean;
}

export function GroupLine({ group, roomEm, asOf, isStale, isFirst, children }: GroupLineProps) {
  const t = useTranslations('alerts');
  const now = useSecond();
  const wording = wordingThatFits(useGroupWordings(group, { now, asOf }), roomEm);
  const state = groupState(group);
  return (
    <p
      className={`alert-line ${isStale ? 'is-stale' : `is-${group.level} is-${state}`}`}
      data-first={isFirst}
      data-alert-group={group.key}
      data-level={group.level}
      data-state={state}
      data-devices={group.devices}
      data-alerts={group.alerts}
      data-unacknowledged={group.unacknowledged}
    >
      <LevelMark level={group.level} isHollow={isStale || state !== 'new'} />
      <Words wording={wording} more={children} />
      <span className="unseen">
        , {t(`level.${group.level}`)}, {t(`state.${state}`)}
      </span>
    </p>
  );
}

function FaultLine({ fault, roomEm, asOf, isStale, children }: LineProps & { readonly fault: Fault }) {
  const now = useSecond();
  const wording = wordingThatFits(useFaultWordings(fault, { now, asOf }), roomEm);
  const isOver = fault.endedAt !== null;
  return (
    <p
      className={`alert-line ${isStale ? 'is-stale' : isOver ? 'is-fault is-over' : 'is-fault'}`}
      data-fault={fault.id}
      data-over={isOver}
    >
      <FaultMark />
      <Words wording={wording} more={children} />
    </p>
  );
}

function Words({ wording, more }: { wording: Wording; more?: ReactNode }) {
  return (
    <span className="alert-words">
      {wording.map(({ text, tone }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one wording, always drawn together.
        <span key={index} className={`piece-${tone}`}>
          {text}
        </span>
      ))}
      {more && <span className="alert-more">{more}</span>}
    </span>
  );
}

function Notice({ asOf, roomEm }: { asOf: number | null; roomEm: number }) {
  const t = useTranslations('alerts');
  const asOfWords = useAsOfWords()(asOf);
  const wordings = [[{ text: t('silent'), tone: 'plain' as const }]];
  const dated = [[{ text: `${t('silent')} · ${asOfWords}`, tone: 'plain' as const }]];
  return (
    <p className="alert-line is-stale" data-alert-notice="silent">
      <Words wording={wordingThatFits(asOf === null ? wordings : [...dated, ...wordings], roomEm)} />
    </p>
  );
}

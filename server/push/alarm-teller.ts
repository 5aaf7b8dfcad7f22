/**
 * What screens are told of alarms: their board's frame, with the names that each audience may know, and without what is
 * about figures that it does not get. Whether a figure is withheld changes without the alarms: looked at once a second,
 * while there are any.
 */
import { ALARMS_EVENT, type AlarmsFrame } from '../../lib/contracts/alarm';
import type { Audience } from '../../lib/contracts/board';
import type { SubjectKey } from '../../lib/ids';
import type { AlarmDesk } from '../alarms/desk';
import type { KpiReader } from '../kpi/reader';
import type { Cancel, Clock } from '../runtime/clock';
import type { Place } from './audience/audience-of';
import { alarmsAsTold, alarmsToldWhere, NOT_TOLD, type ToldAlarms } from './audience/told-alarms';
import { type Knowledge, withholds } from './audience/withheld';
import type { Telling } from './whole-teller';

type Content = Omit<AlarmsFrame, 'serverTime'>;

const LOOK_EVERY_MS = 1_000;
const NOTHING: Content = {
  ...{ alarms: [], more: 0, shelved: 0, flood: null, interruption: null, interruptions: 0 },
};

interface Withheld {
  readonly text: string;
  readonly told: Content;
  readonly memory: ToldAlarms;
}

export interface AlarmTellingOptions {
  readonly desk: Pick<AlarmDesk, 'frame' | 'counted' | 'subscribe'>;
  /** What those who sit there may know. */
  readonly audienceAt: (place: Place) => Audience;
  readonly reader: Pick<KpiReader, 'value'>;
  readonly clock: Clock;
}

export function tellingOfAlarms({ desk, audienceAt, reader, clock }: AlarmTellingOptions): Telling {
  /** By the desk's own frame: gone with it. */
  const named = new WeakMap<Content, Map<Audience['names'], Content>>();
  /** By board: what was told last where something is withheld. */
  const withheld = new Map<string, Withheld>();
  let tell = () => {};
  let looking: Cancel | null = null;

  function knowledge(): Knowledge {
    return { now: clock.now(), lookUp: (key) => valueAt(reader, key) };
  }

  function lookAgain(): void {
    looking ??= clock.after(LOOK_EVERY_MS, () => {
      looking = null;
      tell();
    });
  }

  function byNames(frame: Content, audience: Audience): Content {
    const versions = named.get(frame) ?? new Map<Audience['names'], Content>();
    named.set(frame, versions);
    const told = versions.get(audience.names) ?? alarmsAsTold(frame, audience);
    versions.set(audience.names, told);
    return told;
  }

  function withoutWithheld(boardId: string, frame: Content, audience: Audience): Content {
    if (mayChange(frame)) lookAgain();
    const last = withheld.get(boardId);
    const { told: next, memory } = alarmsToldWhere({
      ...{ alarms: frame, counted: desk.counted(boardId), audience, knowledge: knowledge() },
      before: last?.memory ?? NOT_TOLD,
    });
    const text = JSON.stringify(next);
    const told = last?.text === text ? last.told : next;
    withheld.set(boardId, { text, told, memory });
    return told;
  }

  return {
    event: ALARMS_EVENT,
    subscribe(listener) {
      tell = listener;
      const unsubscribe = desk.subscribe(listener);
      return () => {
        unsubscribe();
        looking?.();
        looking = null;
        tell = () => {};
      };
    },
    shown(place) {
      const audience = audienceAt(place);
      const frame = desk.frame(place.boardId) ?? NOTHING;
      if (withholds(audience)) return withoutWithheld(place.boardId, frame, audience);
      return byNames(frame, audience);
    },
  };
}

/** Whether it may be told otherwise without being another. */
function mayChange({ alarms, interruption, flood, more, shelved }: Content): boolean {
  return alarms.length > 0 || interruption !== null || flood !== null || more > 0 || shelved > 0;
}

function valueAt(reader: Pick<KpiReader, 'value'>, key: string): ReturnType<Knowledge['lookUp']> {
  const at = key.lastIndexOf('#');
  // A key of a figure; an unknown subject is one that the reader answers too.
  const [subject, kpi] = [
    key.slice(0, at) as SubjectKey,
    key.slice(at + 1) as Parameters<KpiReader['value']>[1],
  ];
  return reader.value(subject, kpi) ?? undefined;
}

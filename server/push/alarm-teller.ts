/** What screens are told of alarms: their board's frame, with the names that each audience may know. */
import { ALARMS_EVENT, type AlarmsFrame } from '../../lib/contracts/alarm';
import type { Audience } from '../../lib/contracts/board';
import type { AlarmDesk } from '../alarms/desk';
import type { Place } from './audience/audience-of';
import { nameAsTold } from './audience/told-names';
import type { Telling } from './whole-teller';

type Content = Omit<AlarmsFrame, 'serverTime'>;
type Names = Audience['names'];

const NOTHING: Content = {
  ...{ alarms: [], more: 0, shelved: 0, flood: null, interruption: null, interruptions: 0 },
};

/** `audienceAt`: what those who sit there may know. */
export function tellingOfAlarms(
  desk: Pick<AlarmDesk, 'frame' | 'subscribe'>,
  audienceAt: (place: Place) => Audience,
): Telling {
  /** By the desk's own frame: gone with it. */
  const made = new WeakMap<Content, Map<Names, Content>>();
  return {
    event: ALARMS_EVENT,
    subscribe: (listener) => desk.subscribe(listener),
    shown(place) {
      const { names } = audienceAt(place);
      const frame = desk.frame(place.boardId) ?? NOTHING;
      const versions = made.get(frame) ?? new Map<Names, Content>();
      made.set(frame, versions);
      const told = versions.get(names) ?? alarmsAsTold(frame, names);
      versions.set(names, told);
      return told;
    },
  };
}

/** The same object where nobody is named in it. */
export function alarmsAsTold(frame: Content, names: Names): Content {
  const isNamed = frame.alarms.some(({ acknowledgement }) => acknowledgement?.by != null);
  if (names === 'full' || !isNamed) return frame;
  const alarms = frame.alarms.map((alarm) => {
    const { acknowledgement } = alarm;
    if (acknowledgement === null) return alarm;
    return { ...alarm, acknowledgement: { ...acknowledgement, by: nameAsTold(acknowledgement.by, names) } };
  });
  return { ...frame, alarms };
}

/** What screens are told of devices' alerts: the desk's frame, with the names that each audience may know. */
import type { Audience } from '../../lib/contracts/board';
import { ALERTS_EVENT } from '../../lib/contracts/push';
import type { AlertDesk } from '../alerts/desk';
import type { Place } from './audience/audience-of';
import { alertsAsTold } from './audience/told-names';
import type { Telling } from './whole-teller';

type Alerts = ReturnType<AlertDesk['frame']>;

/** `audienceAt`: what those who sit there may know. */
export function tellingOfAlerts(
  desk: Pick<AlertDesk, 'frame' | 'subscribe'>,
  audienceAt: (place: Place) => Audience,
): Telling {
  let made: { readonly of: Alerts; readonly by: Map<Audience['names'], Alerts> } | null = null;
  return {
    event: ALERTS_EVENT,
    subscribe: (listener) => desk.subscribe(listener),
    shown(place) {
      const { names } = audienceAt(place);
      const alerts = desk.frame();
      if (made?.of !== alerts) made = { of: alerts, by: new Map() };
      const told = made.by.get(names) ?? alertsAsTold(alerts, names);
      made.by.set(names, told);
      return told;
    },
  };
}

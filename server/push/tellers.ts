/** What screens are told beside their figures, each as its audience may know it. */
import type { Audience } from '../../lib/contracts/board';
import { tellingOfAlarms } from './alarm-teller';
import { tellingOfAlerts } from './alert-teller';
import { tellingOfAnnouncements } from './announcement-teller';
import { audienceAt, type Place } from './audience/audience-of';
import type { PushServerOptions } from './push-options';
import { SiteTeller } from './site-teller';
import type { Teller } from './teller';
import { type Telling, WholeTeller } from './whole-teller';

export type TellersOptions = Pick<
  PushServerOptions,
  'alerts' | 'alarms' | 'announcements' | 'boards' | 'clock' | 'reader'
>;

export function createTellers(options: TellersOptions): readonly Teller[] {
  const { alerts = null, alarms = null, announcements = null, boards, clock, reader } = options;
  const audience = (place: Place): Audience => audienceAt(boards.board(place.boardId), place.audience);
  /** A board that is changed may have another audience. */
  const whole = (telling: Telling): Teller => {
    const subscribe = (listener: () => void) => {
      const both = [telling.subscribe(listener), boards.subscribe(listener)];
      return () => {
        for (const unsubscribe of both) unsubscribe();
      };
    };
    return new WholeTeller({ ...telling, subscribe }, clock);
  };
  return [
    ...(alerts === null ? [] : [whole(tellingOfAlerts(alerts, audience))]),
    ...(alarms === null
      ? []
      : [whole(tellingOfAlarms({ desk: alarms, audienceAt: audience, reader, clock }))]),
    ...(announcements === null ? [] : [whole(tellingOfAnnouncements(announcements, audience))]),
    new SiteTeller({ desk: alerts, clock, board: (boardId) => boards.board(boardId) }),
  ];
}

/** All that a screen hears beside its figures: each kind a whole frame, each with its own topic and event. */
import { ALARMS_EVENT, type AlarmsFrame, alarmsFrameSchema } from '../../lib/contracts/alarm';
import { type AlertsFrame, alertsFrameSchema } from '../../lib/contracts/alert';
import {
  ANNOUNCEMENTS_EVENT,
  type AnnouncementsFrame,
  announcementsFrameSchema,
} from '../../lib/contracts/announcement';
import { ALERTS_EVENT } from '../../lib/contracts/push';
import { SITES_EVENT, type SitesFrame, sitesFrameSchema } from '../../lib/contracts/site-counts';
import { FrameMemory } from './heard-frame';

/** The names of the events, which are those of their topics too. */
export const BESIDE_EVENTS = [ALERTS_EVENT, ALARMS_EVENT, ANNOUNCEMENTS_EVENT, SITES_EVENT] as const;
export type BesideEvent = (typeof BESIDE_EVENTS)[number];

/** What is kept in the browser with the figures. An alarm of before says nothing about now. */
export interface KeptFrames {
  readonly alerts: AlertsFrame | null;
  readonly announcements: AnnouncementsFrame | null;
}

type Nullish<T> = { [Key in keyof T]: T[Key] | undefined };

export class HeardBeside {
  readonly alerts: FrameMemory<AlertsFrame>;
  readonly alarms: FrameMemory<AlarmsFrame>;
  readonly announcements: FrameMemory<AnnouncementsFrame>;
  readonly sites: FrameMemory<SitesFrame>;

  constructor(tell: (topic: BesideEvent) => void) {
    this.alerts = new FrameMemory(alertsFrameSchema, () => tell(ALERTS_EVENT));
    this.alarms = new FrameMemory(alarmsFrameSchema, () => tell(ALARMS_EVENT));
    this.announcements = new FrameMemory(announcementsFrameSchema, () => tell(ANNOUNCEMENTS_EVENT));
    this.sites = new FrameMemory(sitesFrameSchema, () => tell(SITES_EVENT));
  }

  hear(event: BesideEvent, frame: unknown, heardAt: number | null): void {
    this[event].hear(frame, heardAt);
  }

  kept(): KeptFrames {
    return {
      alerts: this.alerts.now()?.frame ?? null,
      announcements: this.announcements.now()?.frame ?? null,
    };
  }

  restore(kept: Readonly<Partial<Nullish<KeptFrames>>>, heardAt: number): void {
    this.alerts.restore(kept.alerts ?? null, heardAt);
    this.announcements.restore(kept.announcements ?? null, heardAt);
  }

  outdate(heardAt: number | null): void {
    for (const event of BESIDE_EVENTS) this[event].outdate(heardAt);
  }

  forget(): void {
    for (const event of BESIDE_EVENTS) this[event].forget();
  }
}

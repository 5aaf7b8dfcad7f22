/**
 * Devices as counts by site, for boards that have such a panel. Names of sites come from devices: they are text.
 */
import { z } from 'zod';

const count = z.number().int().nonnegative();

export const siteCountsSchema = z.object({
  /** `null`: devices that name no site. */
  site: z.string().nullable(),
  devices: count,
  offline: count,
  /** Of these it is not known whether they are there. */
  unknown: count,
  /** Active alerts. */
  critical: count,
  warning: count,
  info: count,
});
export type SiteCounts = z.infer<typeof siteCountsSchema>;

/** Sent as `sites` to boards with a panel of devices, after the snapshot and when it is another: the whole of it. */
export const SITES_EVENT = 'sites';
export const sitesFrameSchema = z.object({
  serverTime: z.number(),
  /** The troubled first. */
  sites: z.array(siteCountsSchema).max(200),
  /** Sites beyond those listed. */
  more: count,
});
export type SitesFrame = z.infer<typeof sitesFrameSchema>;

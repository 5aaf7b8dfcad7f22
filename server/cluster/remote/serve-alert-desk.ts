/**
 * The owner's side of devices' alerts: answers the other nodes, and sends them the picture, at most once a second and
 * only its parts that are others. The first picture waits until the desk has drawn its own: an empty one would say that
 * all is over.
 */
import { z } from 'zod';
import { acknowledgeSchema, alertsQuerySchema } from '../../../lib/contracts/alert';
import { deviceRulesSchema } from '../../../lib/contracts/settings';
import type { AlertDesk } from '../../alerts/desk';
import type { Clock } from '../../runtime/clock';
import type { NodeCalls } from '../node-calls';
import { ALERTS_DUTY, type AlertPicture, PICTURE } from './alert-picture';

export interface ServeAlertDeskOptions {
  readonly calls: Pick<NodeCalls, 'serve'>;
  readonly desk: AlertDesk;
  readonly clock: Clock;
  readonly isOwner: () => boolean;
}

const TELL_MS = 1_000;
/** The desk draws its first frame within a second of its start. */
export const DRAWN_AFTER_MS = 1_500;

const acknowledging = z.object({ wish: acknowledgeSchema, by: z.string() });
const site = z.object({ site: z.string().optional() });

/** To be called once the desk has started; gives the way to end it. */
export function serveAlertDesk({ calls, desk, clock, isOwner }: ServeAlertDeskOptions): () => void {
  const drawnTick = clock.monotonicNow() + DRAWN_AFTER_MS;
  const methods = {
    find: async (args: unknown) => desk.find(alertsQuerySchema.parse(args)),
    acknowledge: async (args: unknown) => {
      const { wish, by } = acknowledging.parse(args);
      return desk.acknowledge(wish, by);
    },
    refused: async () => desk.refused(),
    deliveries: async () => desk.deliveries(),
    retry: async (args: unknown) => desk.retry(z.array(z.string()).parse(args)),
    devices: async (args: unknown) => desk.devices(site.parse(args).site),
    setRules: async (args: unknown) => {
      await desk.setRules(deviceRulesSchema.parse(args));
      return null;
    },
  };
  const picture = (_: unknown, tell: (parts: unknown) => void) => {
    const told = new Map<string, string>();
    const look = () => {
      if (clock.monotonicNow() < drawnTick) return;
      const others = Object.entries(pictureOf(desk)).filter(([part, value]) => {
        const text = JSON.stringify(value);
        const isOther = told.get(part) !== text;
        told.set(part, text);
        return isOther;
      });
      if (others.length > 0) tell(Object.fromEntries(others));
    };
    look();
    return clock.every(TELL_MS, look);
  };
  return calls.serve(ALERTS_DUTY, methods, { streams: { [PICTURE]: picture }, isOwner });
}

function pictureOf(desk: AlertDesk): { readonly [Part in keyof AlertPicture]: unknown } {
  return {
    frame: desk.frame(),
    groups: desk.groups(),
    known: desk.knownFaults(),
    siteCounts: desk.siteCounts(),
    rules: desk.rules(),
  };
}

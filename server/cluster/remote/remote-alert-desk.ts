/**
 * The desk of devices' alerts at a node that has no devices: it shows the last picture of the node that has the duty,
 * and asks that node for all else. Before any picture it is empty, and says that it is not whole; while the owner is
 * silent the last one stays. What cannot be asked rejects with one plain sentence. Who was told that it took too long
 * does not know whether it was done; asking again is safe: what is taken stays taken, what goes again goes once, and
 * rules are replaced as a whole.
 */
import type { z } from 'zod';
import type { AlertDesk, Unsubscribe } from '../../alerts/desk';
import type { Log } from '../../runtime/log';
import { type NodeCalls, problemOf } from '../node-calls';
import {
  ALERTS_DUTY,
  type AlertPicture,
  alertAnswers,
  alertPartsSchema,
  alertPictureSchema,
  PICTURE,
} from './alert-picture';

export interface RemoteAlertDeskOptions {
  readonly calls: Pick<NodeCalls, 'call' | 'watch'>;
  readonly log: Log;
}

export interface RemoteAlertDesk extends AlertDesk {
  hasPicture(): boolean;
  stop(): void;
}

/** The store's own patience, and the way there and back. */
const ANSWER_MS = 8_000;

const NOTHING: AlertPicture = {
  frame: {
    ...{ groups: [], more: 0, faults: [] },
    forwarding: { state: 'off', since: 0, backlog: 0, oldestAt: null, dead: 0, lastSentAt: null },
  },
  groups: [],
  known: { faults: [], isWhole: false },
  siteCounts: { sites: [], more: 0 },
  rules: [],
};

export function createRemoteAlertDesk({ calls, log }: RemoteAlertDeskOptions): RemoteAlertDesk {
  const frameListeners = new Set<() => void>();
  const groupListeners = new Set<() => void>();
  let picture = NOTHING;

  const stop = calls.watch(ALERTS_DUTY, PICTURE, null, (value, isFirst) => {
    const parts = (isFirst ? alertPictureSchema : alertPartsSchema).safeParse(value);
    if (!parts.success) {
      log.error('the picture of devices that another node sent cannot be read');
      return;
    }
    const before = picture;
    // The same part of a new owner stays the same object: nobody looks again.
    const others = Object.entries(parts.data).filter(
      ([part, own]) => JSON.stringify(before[part as keyof AlertPicture]) !== JSON.stringify(own),
    );
    picture = { ...before, ...Object.fromEntries(others) };
    if (before.groups !== picture.groups) tell(groupListeners);
    if (others.length > 0 || before === NOTHING) tell(frameListeners);
  });

  async function ask<Method extends keyof typeof alertAnswers>(
    method: Method,
    args: unknown,
  ): Promise<z.infer<(typeof alertAnswers)[Method]>> {
    const answer = await calls.call(ALERTS_DUTY, method, args, { timeoutMs: ANSWER_MS });
    if (!answer.ok) throw problemOf(answer.error);
    const parsed = alertAnswers[method].safeParse(answer.value);
    if (!parsed.success) throw new Error('The node that has the devices answered something else.');
    // By the schema of that very method.
    return parsed.data as z.infer<(typeof alertAnswers)[Method]>;
  }

  return {
    frame: () => picture.frame,
    groups: () => picture.groups,
    knownFaults: () => picture.known,
    hasPicture: () => picture !== NOTHING,
    siteCounts: () => picture.siteCounts,
    rules: () => picture.rules,
    subscribe: (listener) => added(frameListeners, listener),
    subscribeGroups: (listener) => added(groupListeners, listener),
    find: (query) => ask('find', query),
    acknowledge: (wish, by) => ask('acknowledge', { wish, by }),
    refused: () => ask('refused', null),
    deliveries: () => ask('deliveries', null),
    retry: (alertIds) => ask('retry', alertIds),
    devices: (site) => ask('devices', { site }),
    async setRules(rules) {
      await ask('setRules', rules);
      // As it will be told within a second.
      picture = { ...picture, rules: [...rules] };
    },
    stop() {
      stop();
      frameListeners.clear();
      groupListeners.clear();
    },
  };
}

function added(listeners: Set<() => void>, listener: () => void): Unsubscribe {
  const own = () => listener();
  listeners.add(own);
  return () => void listeners.delete(own);
}

function tell(listeners: ReadonlySet<() => void>): void {
  for (const listener of [...listeners]) listener();
}

/**
 * The way of an interaction through the made-up centre:
 * waiting ⇄ alerting → talking → gone; out of waiting or alerting it may also be abandoned or flow out.
 * Who is alerting has not been answered and still counts as waiting.
 */
import { must } from '../../../lib/assert';
import type { Random } from '../../runtime/random';
import type { AgentDesk } from './agent-desk';
import type { Books, Leg } from './books';
import { between, exponential, logNormal } from './distributions';
import type { EventHeap } from './event-heap';
import type { CentrePlan, MediaProfile, QueuePlan } from './made-up-plan';
import { createWaitingLine } from './waiting-line';

/** Who follows callers through the centre; told once the books are written. It changes nothing. */
export interface CallWatch {
  /** `from`: the stay in another queue that it was sent on from; `null`: it is new. */
  offered(leg: Leg, at: number, from: Leg | null): void;
  /** `agent`: index in the plan. */
  answered(leg: Leg, agent: number, at: number): void;
  /** Gone out of this queue: hung up, given up, or sent on (then `offered` follows). */
  left(leg: Leg, at: number): void;
}

export interface CallerFlowOptions {
  readonly plan: CentrePlan;
  readonly books: Books;
  readonly heap: EventHeap;
  readonly random: Random;
  /** Asked only once things happen. */
  desk(): AgentDesk;
  readonly watch?: CallWatch | undefined;
}

export interface CallerFlow {
  arrive(queue: number, profile: MediaProfile, at: number): void;
  /** An idle agent takes whoever has waited longest in his queues, if anybody. */
  serve(agent: number, at: number): void;
}

interface Caller {
  readonly leg: Leg;
  readonly profile: MediaProfile;
  readonly offeredAt: number;
  state: 'waiting' | 'alerting' | 'talking' | 'gone';
  agent: number;
  alertedAt: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Hang-ups before this are short abandons. */
const SHORT_ABANDON_MS = 5 * SECOND;
const SHORT_TEMPER = 0.025;
const FLOW_OUT = 0.25;
const FLOW_OUT_AFTER_MS = 4 * MINUTE;
const MISSED_RING = 0.012;
const MISSED_RING_MS = 8 * SECOND;
const TRANSFER = 0.04;
const HOLD = 0.15;
const TALK_SPREAD = 0.55;

export function createCallerFlow(options: CallerFlowOptions): CallerFlow {
  const { plan, books, heap, random, watch } = options;
  const lines = plan.queuePlans.map(() => createWaitingLine<Caller>((caller) => caller.state === 'waiting'));
  let nextId = 1;
  const lineOf = (queue: number) => must(lines[queue], `line ${queue}`);
  const planOf = (queue: number): QueuePlan => must(plan.queuePlans[queue], `queue ${queue}`);

  function arrive(queue: number, profile: MediaProfile, at: number, from: Leg | null = null): void {
    const leg = { id: nextId, queue, media: profile.media };
    nextId += 1;
    const caller: Caller = { leg, profile, offeredAt: at, state: 'waiting', agent: -1, alertedAt: at };
    books.offered(leg, at);
    watch?.offered(leg, at, from);
    const agent = options.desk().findIdle(queue);
    if (agent === null) lineOf(queue).join(caller);
    else ring(caller, agent, at);
    planLeaving(caller, at);
  }
  function planLeaving(caller: Caller, at: number): void {
    const { patienceMeanMs } = caller.profile;
    if (patienceMeanMs === null) return;
    const short = random() < SHORT_TEMPER;
    const patience = short
      ? between(random, SECOND, SHORT_ABANDON_MS)
      : exponential(random, patienceMeanMs) + SECOND;
    const flowsOut = patience > FLOW_OUT_AFTER_MS && random() < FLOW_OUT;
    if (flowsOut) heap.plan(at + FLOW_OUT_AFTER_MS, (when) => flowOut(caller, when));
    else heap.plan(at + Math.round(patience), (when) => leave(caller, 'abandoned', when));
  }
  function leave(caller: Caller, outcome: 'abandoned' | 'flowedOut', at: number): void {
    if (caller.state !== 'waiting' && caller.state !== 'alerting') return;
    const rang = caller.state === 'alerting';
    caller.state = 'gone';
    if (rang) books.alertEnded(caller.leg, at, at - caller.alertedAt, false);
    const waitMs = at - caller.offeredAt;
    const shortAbandon = outcome === 'abandoned' && waitMs <= SHORT_ABANDON_MS;
    books.leftQueue(caller.leg, at, { outcome, waitMs, metTarget: false, shortAbandon });
    watch?.left(caller.leg, at);
    if (rang) options.desk().release(caller.agent, at);
  }
  function flowOut(caller: Caller, at: number): void {
    const { queue } = caller.leg;
    const { neighbour } = planOf(queue);
    if (caller.state !== 'waiting' || neighbour === queue) return;
    leave(caller, 'flowedOut', at);
    arrive(neighbour, caller.profile, at, caller.leg);
  }
  function ring(caller: Caller, agent: number, at: number): void {
    caller.state = 'alerting';
    caller.agent = agent;
    caller.alertedAt = at;
    options.desk().ring(agent);
    books.alertStarted(caller.leg, at);
    const missed = random() < MISSED_RING;
    const ringMs = missed ? MISSED_RING_MS : Math.round(between(random, 1.5 * SECOND, 5 * SECOND));
    heap.plan(at + ringMs, (when) => {
      if (caller.state !== 'alerting' || caller.alertedAt !== at) return;
      if (missed) ringInVain(caller, when);
      else answer(caller, when);
    });
  }
  function ringInVain(caller: Caller, at: number): void {
    books.alertEnded(caller.leg, at, at - caller.alertedAt, true);
    caller.state = 'waiting';
    options.desk().missRing(caller.agent, at);
    const other = options.desk().findIdle(caller.leg.queue);
    if (other === null) lineOf(caller.leg.queue).rejoinFirst(caller);
    else ring(caller, other, at);
  }
  function answer(caller: Caller, at: number): void {
    const { leg, profile } = caller;
    caller.state = 'talking';
    const waitMs = at - caller.offeredAt;
    const metTarget = waitMs <= profile.target.durationMs;
    books.alertEnded(leg, at, at - caller.alertedAt, false);
    books.leftQueue(leg, at, { outcome: 'answered', waitMs, metTarget, shortAbandon: false });
    books.talkStarted(leg, at);
    watch?.answered(leg, caller.agent, at);
    options.desk().talk(caller.agent, at);
    const talkMs = Math.max(5 * SECOND, Math.round(logNormal(random, profile.talkMeanMs, TALK_SPREAD)));
    const heldMs = random() < HOLD ? Math.round(exponential(random, 30 * SECOND)) : 0;
    heap.plan(at + talkMs + heldMs, (when) => hangUp(caller, talkMs, heldMs, when));
  }
  function hangUp(caller: Caller, talkMs: number, heldMs: number, at: number): void {
    const { leg, profile, agent } = caller;
    caller.state = 'gone';
    books.talkEnded(leg, at);
    watch?.left(leg, at);
    const { neighbour } = planOf(leg.queue);
    if (neighbour !== leg.queue && random() < TRANSFER) {
      books.transferred(leg, at);
      arrive(neighbour, profile, at, leg);
    }
    const acwMs = Math.round(exponential(random, profile.acwMeanMs));
    heap.plan(at + acwMs, (when) => {
      books.handled(leg, when, { talkMs, heldMs, acwMs });
      options.desk().release(agent, when);
    });
  }

  return {
    arrive: (queue, profile, at) => arrive(queue, profile, at),
    serve(agent, at) {
      let best: { caller: Caller; queue: number } | null = null;
      for (const queue of options.desk().queuesOf(agent)) {
        const caller = lineOf(queue).front();
        if (caller !== null && (best === null || caller.offeredAt < best.caller.offeredAt))
          best = { caller, queue };
      }
      if (best === null) return;
      lineOf(best.queue).take();
      ring(best.caller, agent, at);
    },
  };
}

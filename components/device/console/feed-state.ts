/**
 * One session as its live view tells it, as a pure reducer: whole pictures of the session, and points of what the
 * device measures. An older frame of the same link never beats a newer one; a frame that cannot be read is left out.
 */
import type {
  LiveEvent,
  MetricKey,
  MetricWindow,
  SessionResponse,
  ThresholdBreach,
} from '../../../lib/contracts/diagnostics';
import { type Series, withSample } from './series';

export interface FeedState {
  readonly link: 'connecting' | 'live' | 'lost' | 'refused';
  /** Failed tries in a row. */
  readonly failures: number;
  /** Of this link; −1: nothing yet. */
  readonly seq: number;
  readonly response: SessionResponse | null;
  readonly series: ReadonlyMap<MetricKey, Series>;
  /** The newest sample of each metric. */
  readonly values: ReadonlyMap<MetricKey, number>;
}

export const FIRST_FEED: FeedState = {
  ...{ link: 'connecting', failures: 0, seq: -1, response: null },
  ...{ series: new Map(), values: new Map() },
};

export type FeedEvent =
  | { readonly kind: 'opened' }
  | { readonly kind: 'heard'; readonly event: LiveEvent }
  | { readonly kind: 'closed' }
  | { readonly kind: 'refused' };

/** A no-op returns the same state. */
export function stepFeed(state: FeedState, event: FeedEvent): FeedState {
  switch (event.kind) {
    case 'opened':
      return { ...state, seq: -1 };
    case 'closed':
      return { ...state, link: 'lost', failures: state.failures + 1 };
    case 'refused':
      // Nobody may see it any more, or there is none.
      return { ...FIRST_FEED, link: 'refused', failures: state.failures + 1 };
    case 'heard':
      return event.event.seq <= state.seq ? state : heard({ ...state, seq: event.event.seq }, event.event);
  }
}

function heard(state: FeedState, event: LiveEvent): FeedState {
  switch (event.kind) {
    case 'session': {
      const { serverTime, session, mayRun } = event;
      return { ...state, link: 'live', failures: 0, response: { serverTime, session, mayRun } };
    }
    case 'window':
      return withSession(state, (session) => ({
        ...session,
        windows: newest(session.windows, event.window),
      }));
    case 'breach':
      return withSession(state, (session) => ({
        ...session,
        breaches: told(session.breaches, event.breach),
      }));
    case 'samples':
      return withSamples(state, event);
    case 'end':
      return { ...FIRST_FEED, link: 'refused', failures: state.failures + 1 };
  }
}

type Session = SessionResponse['session'];

function withSession(state: FeedState, change: (session: Session) => Session): FeedState {
  const { response } = state;
  if (response === null) return state;
  return { ...state, response: { ...response, session: change(response.session) } };
}

function newest(windows: readonly MetricWindow[], window: MetricWindow): MetricWindow[] {
  return [...windows.filter(({ metric }) => metric !== window.metric), window];
}

function told(breaches: readonly ThresholdBreach[], breach: ThresholdBreach): ThresholdBreach[] {
  const others = breaches.filter(({ metric, since }) => metric !== breach.metric || since !== breach.since);
  return [...others, breach].slice(-MOST_BREACHES);
}
const MOST_BREACHES = 50;

function withSamples(state: FeedState, { at, values }: Extract<LiveEvent, { kind: 'samples' }>): FeedState {
  const series = new Map(state.series);
  const newestValues = new Map(state.values);
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) continue;
    // The keys are those of the schema.
    const metric = key as MetricKey;
    series.set(metric, withSample(series.get(metric) ?? [], at, value));
    newestValues.set(metric, value);
  }
  return { ...state, series, values: newestValues };
}

/** What is shown: of the live view and the asking, what the server said later. */
export function laterOf(a: SessionResponse | null, b: SessionResponse | null): SessionResponse | null {
  if (a === null || b === null) return a ?? b;
  return b.serverTime > a.serverTime ? b : a;
}

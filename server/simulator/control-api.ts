/**
 * `/simulator/…`: what a person or a test asks of the simulator itself. No token, no faults, loopback only.
 * GET health · GET truth?since=&queueId= · GET routing?since=: sums of the waits of which listeners were told · POST
 * replay/start · POST, DELETE hold: the world stands still · GET, POST, DELETE faults · DELETE faults/{id} ·
 * GET alerts: what devices have published · GET device-rules: settings for Floorcast to import · GET events?limit=:
 * what came in from outside · GET, POST, DELETE conversations · GET customers · GET cloud: requests to the device cloud ·
 * GET appliances · GET appliance-commands?deviceId= · GET messages?limit=: transcripts
 */
import { EMPTY_SETTINGS, type Settings } from '../../lib/contracts/settings';
import type { CustomerSide } from './customer-side';
import type { DeviceDesk } from './devices/device-desk';
import type { FaultBoard } from './faults/fault-board';
import type { Reply } from './platform/error-body';
import type { EventDesk } from './platform/event-desk';
import type { HttpCall } from './platform/http-server';
import type { Truth, TruthQuestion } from './truth';
import type { Customer } from './world/customers';

export interface ControlApi {
  readonly faults: FaultBoard;
  truth(question: TruthQuestion): Truth;
  /** `null`: there are no devices. */
  readonly devices: Pick<DeviceDesk, 'alerts' | 'rules'> | null;
  readonly events: Pick<EventDesk, 'truth'>;
  readonly side: CustomerSide;
  /** Sums of ended waits by queue, of which somebody was told. */
  routing(since: number): readonly unknown[];
  /** The world, up to now. */
  step(): void;
  /** Lets the world stand still: nobody calls, nobody answers, nothing breaks; or lets it go on, to now at once. */
  hold(isHeld: boolean): void;
  /** `false`: nothing to start. */
  startReplay(): boolean;
}

export function answerControl(api: ControlApi, call: HttpCall): Reply {
  const [, , ...rest] = call.path.split('/');
  const [what = '', id] = rest;
  switch (`${call.method} ${what}`) {
    case 'GET health':
      return { status: 200, body: { ok: true } };
    case 'GET truth':
      return truthReply(api, call.query);
    case 'GET routing':
      return routingReply(api, call.query);
    case 'POST replay':
      if (id !== 'start') return problem(404, 'there is only POST /simulator/replay/start');
      return api.startReplay()
        ? { status: 200, body: { started: true } }
        : problem(409, 'there is no held replay');
    case 'POST hold':
    case 'DELETE hold':
      api.hold(call.method === 'POST');
      return { status: 200, body: { held: call.method === 'POST' } };
    case 'GET alerts':
      return { status: 200, body: { alerts: api.devices?.alerts() ?? [] } };
    case 'GET device-rules':
      return { status: 200, body: settingsWith(api.devices?.rules ?? []) };
    case 'GET events':
      return withLimit(call.query, api.events.truth);
    case 'GET faults':
      return { status: 200, body: { faults: api.faults.list() } };
    case 'POST faults':
      return injectReply(api, call.body);
    case 'DELETE faults':
      return clearReply(api, id);
    default:
      return sideReply(api, call, what, id);
  }
}

function sideReply({ side, step }: ControlApi, call: HttpCall, what: string, id: string | undefined): Reply {
  step();
  if (what === 'conversations') return side.calls.answer(call, id);
  switch (`${call.method} ${what}`) {
    case 'GET customers':
      return { status: 200, body: { customers: side.customers.map(customerEntry) } };
    case 'GET cloud':
      return { status: 200, body: side.cloud?.truth() ?? null };
    case 'GET appliances':
      return { status: 200, body: side.appliances?.truth() ?? null };
    case 'GET appliance-commands': {
      const deviceId = call.query.get('deviceId') ?? undefined;
      return { status: 200, body: { commands: side.appliances?.commands(deviceId) ?? [] } };
    }
    case 'GET messages':
      return withLimit(call.query, side.messages.truth);
    default:
      return problem(
        404,
        'see GET truth, routing, alerts, device-rules, events, conversations, customers, cloud, appliances, appliance-commands, messages, POST replay/start, conversations, POST/DELETE hold, GET/POST/DELETE faults',
      );
  }
}

function customerEntry({ customerId, account, ani, devices }: Customer): unknown {
  const owned = devices.map(({ deviceId, product }) => ({ deviceId, product: product.name }));
  return { customerId, account, ani, devices: owned };
}

function truthReply(api: ControlApi, query: URLSearchParams): Reply {
  const [since, queueId] = [query.get('since'), query.get('queueId')];
  if (since !== null && !/^\d{1,15}$/.test(since)) return problem(400, 'since must be epoch ms');
  const question = {
    ...(since === null ? {} : { since: Number(since) }),
    ...(queueId === null ? {} : { queueId }),
  };
  const truth = api.truth(question);
  if (queueId !== null && truth.queues.length === 0) return problem(404, 'there is no such queue');
  return { status: 200, body: truth };
}

function routingReply(api: ControlApi, query: URLSearchParams): Reply {
  const since = query.get('since') ?? '0';
  if (!/^\d{1,15}$/.test(since)) return problem(400, 'since must be epoch ms');
  return { status: 200, body: { queues: api.routing(Number(since)) } };
}

/** As `npm run settings -- import` reads it. */
function settingsWith(deviceRules: DeviceDesk['rules']): Settings {
  return { ...EMPTY_SETTINGS, deviceRules: [...deviceRules] };
}

const MAX_EVENTS = 20_000;

function withLimit(query: URLSearchParams, truth: (limit: number) => unknown): Reply {
  const limit = query.get('limit') ?? String(MAX_EVENTS);
  if (!/^\d{1,5}$/.test(limit)) return problem(400, 'limit must be a number');
  return { status: 200, body: truth(Number(limit)) };
}

function injectReply(api: ControlApi, text: string): Reply {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return problem(400, 'the body is not JSON');
  }
  const injected = api.faults.injectRaw(raw);
  return injected.ok ? { status: 200, body: injected.value } : problem(400, injected.error);
}

function clearReply(api: ControlApi, id: string | undefined): Reply {
  const cleared = api.faults.clear(id);
  return id !== undefined && cleared === 0
    ? problem(404, 'no such fault is in force')
    : { status: 200, body: { cleared } };
}

function problem(status: number, message: string): Reply {
  return { status, body: { message } };
}

/**
 * `/simulator/…`: what a person or a test asks of the simulator itself. No token, no faults, loopback only.
 * GET health · GET truth?since=&queueId= · POST replay/start · GET, POST, DELETE faults · DELETE faults/{id} ·
 * GET alerts: what devices have published · GET device-rules: settings for Floorcast to import · GET events?limit=:
 * what came in from outside
 */
import { EMPTY_SETTINGS, type Settings } from '../../lib/contracts/settings';
import type { DeviceDesk } from './devices/device-desk';
import type { FaultBoard } from './faults/fault-board';
import type { Reply } from './platform/error-body';
import type { EventDesk } from './platform/event-desk';
import type { HttpCall } from './platform/http-server';
import type { Truth, TruthQuestion } from './truth';

export interface ControlApi {
  readonly faults: FaultBoard;
  truth(question: TruthQuestion): Truth;
  /** `null`: there are no devices. */
  readonly devices: Pick<DeviceDesk, 'alerts' | 'rules'> | null;
  readonly events: Pick<EventDesk, 'truth'>;
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
    case 'POST replay':
      if (id !== 'start') return problem(404, 'there is only POST /simulator/replay/start');
      return api.startReplay()
        ? { status: 200, body: { started: true } }
        : problem(409, 'there is no held replay');
    case 'GET alerts':
      return { status: 200, body: { alerts: api.devices?.alerts() ?? [] } };
    case 'GET device-rules':
      return { status: 200, body: settingsWith(api.devices?.rules ?? []) };
    case 'GET events':
      return eventsReply(api, call.query);
    case 'GET faults':
      return { status: 200, body: { faults: api.faults.list() } };
    case 'POST faults':
      return injectReply(api, call.body);
    case 'DELETE faults':
      return clearReply(api, id);
    default:
      return problem(
        404,
        'see GET truth, alerts, device-rules, events, POST replay/start, GET/POST/DELETE faults',
      );
  }
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

/** As `npm run settings -- import` reads it. */
function settingsWith(deviceRules: DeviceDesk['rules']): Settings {
  return { ...EMPTY_SETTINGS, deviceRules: [...deviceRules] };
}

const MAX_EVENTS = 20_000;

function eventsReply(api: ControlApi, query: URLSearchParams): Reply {
  const limit = query.get('limit') ?? String(MAX_EVENTS);
  if (!/^\d{1,5}$/.test(limit)) return problem(400, 'limit must be a number');
  return { status: 200, body: api.events.truth(Number(limit)) };
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

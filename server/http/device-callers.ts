/**
 * Who asks after a device, as the desks of devices want to know him: how far he reaches, who he is at the platform,
 * and, where he does something, with the roles that he has at this very moment: a body may take ten seconds to come.
 */
import { err, ok, type Result } from '../../lib/result';
import type { Gate } from '../access/gate';
import type { PlatformIdentities } from '../access/people/platform-identity';
import { actorOf, nameOf, rolesOf } from '../access/principal';
import type { Actor } from '../devices/diagnostics-desk';
import type { Viewer } from '../devices/telemetry-desk';
import type { HttpProblem } from './reply';
import type { Exchange } from './route';

export interface DeviceCallersOptions {
  readonly gate: Pick<Gate, 'standing'>;
  readonly platformIdentity: PlatformIdentities;
}

export interface DeviceCallers {
  viewerOf(exchange: Pick<Exchange, 'as' | 'reach'>): Promise<Viewer>;
  /** A problem where he stands no longer. A machine has no roles: it may what nobody needs a role for. */
  actorOf(exchange: Pick<Exchange, 'as' | 'reach' | 'address'>): Promise<Result<Actor, HttpProblem>>;
}

const GONE: HttpProblem = { status: 401, code: 'unauthenticated', message: 'sign in, or send a token' };

export function createDeviceCallers({ gate, platformIdentity }: DeviceCallersOptions): DeviceCallers {
  async function viewerOf({ as, reach }: Pick<Exchange, 'as' | 'reach'>): Promise<Viewer> {
    const { genesysUserId, email } = await platformIdentity(as);
    return { reach, genesysUserId, email };
  }
  return {
    viewerOf,
    async actorOf({ as, reach, address }) {
      const now = await gate.standing(as);
      if (now === null) return err(GONE);
      const viewer = await viewerOf({ as: now, reach });
      return ok({ ...viewer, actor: actorOf(now), name: nameOf(now), roles: rolesOf(now), address });
    },
  };
}

/** Every route of access: signing in, people, machines, screens and the audit log. */
import type { Access } from '../access/access';
import type { AuditLog } from '../audit/audit-log';
import type { Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import { auditRoutes } from './audit-routes';
import { authRoutes } from './auth-routes';
import { machineRoutes } from './machine-routes';
import { meRoutes } from './me-route';
import { oauthTokenRoute } from './oauth-token-route';
import { pairingRoutes } from './pairing-routes';
import { peopleRoutes } from './people-routes';
import type { Route } from './route';
import { screenRoutes } from './screen-routes';

export interface AccessRoutesOptions {
  readonly access: Access;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Log;
  readonly boardExists: (boardId: string) => boolean;
}

export function accessRoutes({
  access,
  audit,
  clock,
  log,
  boardExists,
}: AccessRoutesOptions): readonly Route[] {
  const { mode, sessionMs, signIn, people, sessions, machines, tokens, screens, pairing } = access;
  const screenPath = async ({ screenId }: { readonly screenId: string }) =>
    (await screens.path(screenId)) ?? '/pair';
  return [
    ...authRoutes({ signIn, mode: mode.mode, sessionMs }),
    ...meRoutes({ signIn: mode, screenPath }),
    ...peopleRoutes({ people, sessions }),
    ...machineRoutes(machines),
    oauthTokenRoute({ machines, tokens, audit, log }),
    ...screenRoutes({ screens, pairing, boardExists }),
    ...pairingRoutes({ pairing, screens, clock }),
    ...auditRoutes({ audit }),
  ];
}

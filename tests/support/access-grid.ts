/**
 * Who may do what, as it was decided: written here by hand and independent of the server's table, so that a change
 * there which lets anybody in, or shuts anybody out, fails a test. A new row needs its line here.
 *
 * `+` may, `o` may, his own only, `1` is nobody and could sign in (401), `3` is somebody who may not (403).
 */

import { PERSON_ROLES, SCOPES } from '../../lib/contracts/access';
import type { Reach } from '../../server/access/access-table';
import { ANONYMOUS, LOCAL, type Principal } from '../../server/access/principal';

export type Expected = 'allowed' | 'own' | 'unauthenticated' | 'forbidden';

/** In the order of the columns. */
export const CALLERS = [
  ...['anonymous', 'local', 'display', ...PERSON_ROLES],
  ...[...SCOPES, 'no scope'],
] as const;

// biome-ignore format: a grid is read by columns
const GRID: readonly (readonly [target: string, cells: string])[] = [
  //                                      nobody local display  agent supervisor senior admin   kpis telemetry diagnostics alerts metrics none
  ['GET /healthz',                                  '+ + +  + + + +  + + + + + +'],
  ['GET /readyz',                                   '+ + +  + + + +  + + + + + +'],
  ['GET /readyz details',                           '1 + 3  3 + + +  3 3 3 3 + 3'],
  ['GET /metrics',                                  '1 + 3  3 3 3 +  3 3 3 3 + 3'],
  ['GET /auth/sign-in',                             '+ + +  + + + +  + + + + + +'],
  ['GET /auth/callback',                            '+ + +  + + + +  + + + + + +'],
  ['POST /auth/once',                               '+ + +  + + + +  + + + + + +'],
  ['POST /auth/sign-out',                           '+ + +  + + + +  + + + + + +'],
  ['POST /oauth/token',                             '+ + +  + + + +  + + + + + +'],
  ['GET /api/v1/me',                                '+ + +  + + + +  + + + + + +'],
  ['GET /api/v1/kpis',                              '1 + 3  3 + + +  + 3 3 3 3 3'],
  ['POST /api/v1/kpis',                             '1 + 3  3 + + +  + 3 3 3 3 3'],
  ['GET /api/v1/kpi-parts',                         '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['GET /api/v1/routing',                           '1 + 3  3 + + +  + 3 3 3 3 3'],
  ['GET /api/v1/boards',                            '1 + o  3 + + +  + 3 3 3 3 3'],
  ['GET /api/v1/boards/:id',                        '1 + o  3 + + +  + 3 3 3 3 3'],
  ['GET /api/v1/catalogue',                         '1 + o  3 + + +  + 3 3 3 3 3'],
  ['GET /api/v1/board-desk',                       '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['POST /api/v1/board-desk',                      '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['GET /api/v1/board-desk/subjects',              '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['GET /api/v1/board-desk/:id',                   '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['DELETE /api/v1/board-desk/:id',                '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['GET /api/v1/board-desk/:id/file',              '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['POST /api/v1/board-desk/:id/draft',            '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['DELETE /api/v1/board-desk/:id/draft',          '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['POST /api/v1/board-desk/:id/publish',          '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['POST /api/v1/board-desk/:id/restore',          '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['GET /api/v1/thresholds',                       '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['POST /api/v1/thresholds',                      '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['GET /api/v1/queue-groups',                     '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['POST /api/v1/queue-groups',                    '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['GET /api/v1/announcements',                    '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['POST /api/v1/announcements',                   '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['DELETE /api/v1/announcements/:id',             '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['GET /api/v1/alarms',                           '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['POST /api/v1/alarms/acknowledgements',         '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['POST /api/v1/alarms/shelves',                  '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['DELETE /api/v1/alarms/shelves',                '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['GET /api/v1/alarm-webhooks',                   '1 + 3  3 3 3 +  3 3 3 3 3 3'],
  ['POST /api/v1/alarm-webhooks',                  '1 + 3  3 3 3 +  3 3 3 3 3 3'],
  ['GET /api/v1/replay/:id',                       '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['GET /api/v1/replay/:id/moment',                '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['GET /api/v1/replay/:id/moment.csv',            '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['GET /api/v1/replay/:id/figures.csv',           '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['GET /api/v1/alerts',                            '1 + 3  3 + + +  3 3 3 + 3 3'],
  ['GET /api/v1/alerts/groups',                     '1 + 3  3 + + +  3 3 3 + 3 3'],
  ['POST /api/v1/alerts/acknowledgements',          '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['GET /api/v1/alerts/refused',                    '1 + 3  3 + + +  3 3 3 + 3 3'],
  ['GET /api/v1/alert-deliveries',                  '1 + 3  3 + + +  3 3 3 + 3 3'],
  ['POST /api/v1/alert-deliveries/retries',         '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['GET /api/v1/devices',                           '1 + 3  3 + + +  3 3 3 + 3 3'],
  ['GET /api/v1/device-rules',                      '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['POST /api/v1/device-rules',                     '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['GET /v1/device/status',                         '1 + 3  3 + + +  3 + 3 3 3 3'],
  ['GET /api/v1/agent/device',                      '1 + 3  o + + +  3 3 3 3 3 3'],
  ['POST /api/v1/agent/token',                      '1 + 3  o + + +  3 3 3 3 3 3'],
  ['POST /v1/diagnostics/initiate',                 '1 + 3  o + + +  3 3 + 3 3 3'],
  ['POST /v1/diagnostics/execute',                  '1 + 3  o + + +  3 3 + 3 3 3'],
  ['POST /v1/diagnostics/:id/end',                  '1 + 3  o + + +  3 3 + 3 3 3'],
  ['GET /v1/diagnostics/:id',                       '1 + 3  o + + +  3 3 + 3 3 3'],
  ['GET /v1/diagnostics/:id/stream',                '1 + 3  o + + +  3 3 + 3 3 3'],
  ['GET /v1/diagnostics/:id/bundle',                '1 + 3  o + + +  3 3 3 3 3 3'],
  ['GET /api/v1/diagnostics',                       '1 + 3  o + + +  3 3 3 3 3 3'],
  ['POST /api/v1/pairing',                          '+ + +  + + + +  + + + + + +'],
  ['GET /api/v1/pairing',                           '+ + +  + + + +  + + + + + +'],
  ['POST /api/v1/screen/token',                     '1 3 o  3 3 3 3  3 3 3 3 3 3'],
  ['GET /api/v1/screens',                           '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['POST /api/v1/screens',                          '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['PATCH /api/v1/screens/:id',                     '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['DELETE /api/v1/screens/:id',                    '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['GET /api/v1/people',                            '1 + 3  3 3 3 +  3 3 3 3 3 3'],
  ['PATCH /api/v1/people/:id',                      '1 + 3  3 3 3 +  3 3 3 3 3 3'],
  ['DELETE /api/v1/people/:id/sessions',            '1 + 3  3 3 3 +  3 3 3 3 3 3'],
  ['DELETE /api/v1/sessions/:id',                   '1 + 3  3 3 3 +  3 3 3 3 3 3'],
  ['GET /api/v1/machines',                          '1 + 3  3 3 3 +  3 3 3 3 3 3'],
  ['POST /api/v1/machines',                         '1 + 3  3 3 3 +  3 3 3 3 3 3'],
  ['DELETE /api/v1/machines/:id',                   '1 + 3  3 3 3 +  3 3 3 3 3 3'],
  ['POST /api/v1/machines/:id/secrets',             '1 + 3  3 3 3 +  3 3 3 3 3 3'],
  ['DELETE /api/v1/machines/:id/secrets/:secretId', '1 + 3  3 3 3 +  3 3 3 3 3 3'],
  ['GET /api/v1/audit',                             '1 + 3  3 3 3 +  3 3 3 3 3 3'],
  ['page /_next/static/*',                          '+ + +  + + + +  + + + + + +'],
  ['page /icon.svg',                                '+ + +  + + + +  + + + + + +'],
  ['page /sign-in',                                 '+ + +  + + + +  + + + + + +'],
  ['page /pair',                                    '+ + +  + + + +  + + + + + +'],
  ['page /',                                        '1 + o  o + + +  3 3 3 3 3 3'],
  ['page /screen',                                  '1 + o  3 + + +  3 3 3 3 3 3'],
  ['page /screen/:id',                              '1 + o  3 + + +  3 3 3 3 3 3'],
  ['page /supervisor/boards/:id',                   '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['page /supervisor/boards',                      '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['page /supervisor/boards/:id/edit',             '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['page /supervisor/boards/:id/replay',           '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['page /supervisor/announcements',               '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['page /supervisor/queues',                       '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['page /supervisor/alerts',                       '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['page /supervisor/devices',                      '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['page /supervisor/diagnostics',                  '1 + 3  3 + + +  3 3 3 3 3 3'],
  ['page /agent/device',                            '+ + +  + + + +  + + + + + +'],
  ['page /agent/signed-in',                         '1 + 3  o + + +  3 3 3 3 3 3'],
  ['page /agent/diagnostics',                       '1 + 3  o + + +  3 3 3 3 3 3'],
  ['page /supervisor/screens',                      '1 + 3  3 + 3 +  3 3 3 3 3 3'],
  ['page /admin/people',                            '1 + 3  3 3 3 +  3 3 3 3 3 3'],
  ['page /admin/machines',                          '1 + 3  3 3 3 +  3 3 3 3 3 3'],
  ['page /admin/audit',                             '1 + 3  3 3 3 +  3 3 3 3 3 3'],
  ['socket join',                                   '1 + o  3 + + +  + 3 3 3 3 3'],
  ['socket resync',                                 '1 + o  3 + + +  + 3 3 3 3 3'],
  ['socket report',                                 '1 3 o  3 3 3 3  3 3 3 3 3 3'],
  ['socket device',                                 '1 + 3  o + + +  3 3 3 3 3 3'],
  ['socket diagnostics',                            '1 + 3  o + + +  3 3 + 3 3 3'],
];

const MEANING = new Map<string, Expected>([
  ['+', 'allowed'],
  ['o', 'own'],
  ['1', 'unauthenticated'],
  ['3', 'forbidden'],
]);

/** Target → caller (one of CALLERS) → what is expected. */
export const ACCESS_GRID: ReadonlyMap<string, ReadonlyMap<string, Expected>> = new Map(
  GRID.map(([target, cells]) => [target, columnsOf(target, cells)]),
);

function columnsOf(target: string, text: string): ReadonlyMap<string, Expected> {
  const cells = text.split(/\s+/).map((sign) => MEANING.get(sign));
  if (cells.length !== CALLERS.length) throw new Error(`${target}: ${cells.length} cells`);
  return new Map(
    CALLERS.map((caller, index) => {
      const expected = cells[index];
      if (expected === undefined) throw new Error(`${target}: no meaning for ${caller}`);
      return [caller, expected];
    }),
  );
}

/** The board of the paired screen. */
export const OWN_BOARD = 'own-board';

/** Each caller by his name in CALLERS. */
export function principalOf(caller: string): Principal {
  if (caller === 'anonymous') return ANONYMOUS;
  if (caller === 'local') return LOCAL;
  if (caller === 'display') {
    return { kind: 'screen', screenId: 'screen-1', name: 'Floor 2', boardId: OWN_BOARD };
  }
  const role = PERSON_ROLES.find((known) => known === caller);
  if (role !== undefined) {
    return { kind: 'person', sessionId: `session-${role}`, personId: role, name: role, roles: [role] };
  }
  const scopes = SCOPES.filter((scope) => scope === caller);
  const clientId = caller.replaceAll(/[: ]/g, '-');
  return { kind: 'machine', clientId, name: caller, scopes, secretId: 's1', expiresAt: 1e15 };
}

export function reachOfExpected(expected: Expected): Reach | null {
  if (expected === 'allowed') return 'all';
  return expected === 'own' ? 'own' : null;
}

/**
 * Who may do what: every REST route, every page and every socket event, in one table. What has no row is refused.
 * Roles do not inherit: each row names all that may. `own` is the caller's own thing only (a screen its board).
 * Nothing else in the server decides by role.
 */
import type { Role, Scope } from '../../lib/contracts/access';

export type Reach = 'all' | 'own';

export interface AccessRow {
  /** `GET /api/v1/boards/:id`, `page /supervisor/boards/:id`, `socket join`. `*` at the end of a page: whatever follows. */
  readonly target: string;
  /** Also who is nobody. */
  readonly anyone: boolean;
  readonly roles: ReadonlyMap<Role, Reach>;
  readonly scopes: ReadonlySet<Scope>;
  /** Also for people who come by a token of the widget; all others want the cookie. */
  readonly byAgentToken: boolean;
}

type Grants = Partial<Record<Role, Reach>>;

const AGENT: Grants = { agent: 'own' };
const SCREEN: Grants = { display: 'own' };
/** Who looks at boards. */
const DESK: Grants = { supervisor: 'all', senior_tech: 'all', admin: 'all' };
/** Who looks after screens, and after where alerts belong. */
const KEEPERS: Grants = { supervisor: 'all', admin: 'all' };
const ADMIN: Grants = { admin: 'all' };

function row(target: string, grants: Grants, ...scopes: readonly Scope[]): AccessRow {
  // The keys are those of Grants.
  const roles = new Map(Object.entries(grants) as [Role, Reach][]);
  return { target, anyone: false, roles, scopes: new Set(scopes), byAgentToken: false };
}

function open(target: string): AccessRow {
  return { target, anyone: true, roles: new Map(), scopes: new Set(), byAgentToken: false };
}

/** What the widget needs. */
function widget(row: AccessRow): AccessRow {
  return { ...row, byAgentToken: true };
}

export const ACCESS_TABLE: readonly AccessRow[] = [
  // Health. Details of /readyz are a row of their own.
  open('GET /healthz'),
  open('GET /readyz'),
  row('GET /readyz details', DESK, 'metrics:read'),
  row('GET /metrics', ADMIN, 'metrics:read'),

  // Signing in and out.
  open('GET /auth/sign-in'),
  open('GET /auth/callback'),
  open('POST /auth/once'),
  open('POST /auth/sign-out'),
  open('POST /oauth/token'),
  widget(open('GET /api/v1/me')),

  // Figures and boards.
  row('GET /api/v1/kpis', DESK, 'kpis:read'),
  row('POST /api/v1/kpis', DESK, 'kpis:read'),
  row('GET /api/v1/kpi-parts', DESK),
  row('GET /api/v1/routing', DESK, 'kpis:read'),
  row('GET /api/v1/boards', { ...DESK, ...SCREEN }, 'kpis:read'),
  row('GET /api/v1/boards/:id', { ...DESK, ...SCREEN }, 'kpis:read'),
  row('GET /api/v1/catalogue', { ...DESK, ...SCREEN }, 'kpis:read'),

  // The desk of boards, what the floor is told, alarms.
  row('GET /api/v1/board-desk', DESK),
  row('POST /api/v1/board-desk', KEEPERS),
  row('GET /api/v1/board-desk/subjects', DESK),
  row('GET /api/v1/board-desk/:id', DESK),
  row('DELETE /api/v1/board-desk/:id', KEEPERS),
  row('GET /api/v1/board-desk/:id/file', DESK),
  row('POST /api/v1/board-desk/:id/draft', KEEPERS),
  row('DELETE /api/v1/board-desk/:id/draft', KEEPERS),
  row('POST /api/v1/board-desk/:id/publish', KEEPERS),
  row('POST /api/v1/board-desk/:id/restore', KEEPERS),
  row('GET /api/v1/thresholds', DESK),
  row('POST /api/v1/thresholds', KEEPERS),
  row('GET /api/v1/queue-groups', DESK),
  row('POST /api/v1/queue-groups', KEEPERS),
  row('GET /api/v1/announcements', DESK),
  row('POST /api/v1/announcements', KEEPERS),
  row('DELETE /api/v1/announcements/:id', KEEPERS),
  row('GET /api/v1/alarms', DESK),
  row('POST /api/v1/alarms/acknowledgements', DESK),
  row('POST /api/v1/alarms/shelves', KEEPERS),
  row('DELETE /api/v1/alarms/shelves', KEEPERS),
  // An address of a chat is a secret by itself.
  row('GET /api/v1/alarm-webhooks', ADMIN),
  row('POST /api/v1/alarm-webhooks', ADMIN),

  // Looking back.
  row('GET /api/v1/replay/:id', DESK),
  row('GET /api/v1/replay/:id/moment', DESK),
  row('GET /api/v1/replay/:id/moment.csv', DESK),
  row('GET /api/v1/replay/:id/figures.csv', DESK),

  // Alerts of devices. Boards get theirs by the socket.
  row('GET /api/v1/alerts', DESK, 'alerts:read'),
  row('GET /api/v1/alerts/groups', DESK, 'alerts:read'),
  row('POST /api/v1/alerts/acknowledgements', DESK),
  row('GET /api/v1/alerts/refused', DESK, 'alerts:read'),
  row('GET /api/v1/alert-deliveries', DESK, 'alerts:read'),
  row('POST /api/v1/alert-deliveries/retries', KEEPERS),
  row('GET /api/v1/devices', DESK, 'alerts:read'),
  row('GET /api/v1/device-rules', DESK),
  row('POST /api/v1/device-rules', KEEPERS),

  // The customer's device, and sessions with it. `own`: of the agent's own interactions.
  row('GET /v1/device/status', DESK, 'telemetry:read'),
  widget(row('GET /api/v1/agent/device', { ...DESK, ...AGENT })),
  widget(row('POST /api/v1/agent/token', { ...DESK, ...AGENT })),
  widget(row('POST /v1/diagnostics/initiate', { ...DESK, ...AGENT }, 'diagnostics:run')),
  widget(row('POST /v1/diagnostics/execute', { ...DESK, ...AGENT }, 'diagnostics:run')),
  widget(row('POST /v1/diagnostics/:id/end', { ...DESK, ...AGENT }, 'diagnostics:run')),
  widget(row('GET /v1/diagnostics/:id', { ...DESK, ...AGENT }, 'diagnostics:run')),
  widget(row('GET /v1/diagnostics/:id/stream', { ...DESK, ...AGENT }, 'diagnostics:run')),
  widget(row('GET /v1/diagnostics/:id/bundle', { ...DESK, ...AGENT })),
  widget(row('GET /api/v1/diagnostics', { ...DESK, ...AGENT })),

  // A television that asks to be paired is nobody yet.
  open('POST /api/v1/pairing'),
  open('GET /api/v1/pairing'),
  row('POST /api/v1/screen/token', SCREEN),
  row('GET /api/v1/screens', KEEPERS),
  row('POST /api/v1/screens', KEEPERS),
  row('PATCH /api/v1/screens/:id', KEEPERS),
  row('DELETE /api/v1/screens/:id', KEEPERS),

  // People, machines, the audit log.
  row('GET /api/v1/people', ADMIN),
  row('PATCH /api/v1/people/:id', ADMIN),
  row('DELETE /api/v1/people/:id/sessions', ADMIN),
  row('DELETE /api/v1/sessions/:id', ADMIN),
  row('GET /api/v1/machines', ADMIN),
  row('POST /api/v1/machines', ADMIN),
  row('DELETE /api/v1/machines/:id', ADMIN),
  row('POST /api/v1/machines/:id/secrets', ADMIN),
  row('DELETE /api/v1/machines/:id/secrets/:secretId', ADMIN),
  row('GET /api/v1/audit', ADMIN),

  // Pages. `/_next/static/` are the built scripts and styles: no figure is in them.
  open('page /_next/static/*'),
  open('page /icon.svg'),
  open('page /sign-in'),
  open('page /pair'),
  // In a frame of another site nobody's cookies come along: it signs in by itself, and holds nothing before.
  open('page /agent/device'),
  row('page /', { ...DESK, ...SCREEN, ...AGENT }),
  row('page /screen', { ...DESK, ...SCREEN }),
  row('page /screen/:id', { ...DESK, ...SCREEN }),
  row('page /supervisor/boards/:id', DESK),
  row('page /supervisor/boards', DESK),
  row('page /supervisor/boards/:id/edit', KEEPERS),
  row('page /supervisor/boards/:id/replay', DESK),
  row('page /supervisor/announcements', DESK),
  row('page /supervisor/queues', DESK),
  row('page /supervisor/alerts', DESK),
  row('page /supervisor/devices', DESK),
  row('page /supervisor/diagnostics', DESK),
  row('page /agent/signed-in', { ...DESK, ...AGENT }),
  row('page /agent/diagnostics', { ...DESK, ...AGENT }),
  row('page /supervisor/screens', KEEPERS),
  row('page /admin/people', ADMIN),
  row('page /admin/machines', ADMIN),
  row('page /admin/audit', ADMIN),

  // Socket.IO, namespace /board.
  row('socket join', { ...DESK, ...SCREEN }, 'kpis:read'),
  row('socket resync', { ...DESK, ...SCREEN }, 'kpis:read'),
  // A paired television says of itself what it shows.
  row('socket report', SCREEN),

  // Socket.IO, namespaces /device and /diagnostics.
  widget(row('socket device', { ...DESK, ...AGENT })),
  widget(row('socket diagnostics', { ...DESK, ...AGENT }, 'diagnostics:run')),
];

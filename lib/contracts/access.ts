/**
 * Who may be here and as what: roles of people and screens, scopes of machines, and the REST shapes of sign-in,
 * people, machines, screens and pairing. Ids in these shapes are ours; names come from people and are text only.
 */
import { z } from 'zod';
import { lineSchema } from './line';
import { screenStandingSchema } from './screen-report';

/** `display` is a paired screen; the others are people's. */
export const ROLES = ['display', 'agent', 'supervisor', 'senior_tech', 'admin'] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

/** What a person can be given. `display` is given by pairing a screen, never to a person. */
export const PERSON_ROLES = ['agent', 'supervisor', 'senior_tech', 'admin'] as const;
export const personRoleSchema = z.enum(PERSON_ROLES);
export type PersonRole = z.infer<typeof personRoleSchema>;

/** What a machine's token may be used for. */
export const SCOPES = [
  'kpis:read',
  'telemetry:read',
  'diagnostics:run',
  'alerts:read',
  'metrics:read',
] as const;
export const scopeSchema = z.enum(SCOPES);
export type Scope = z.infer<typeof scopeSchema>;

/** An id that we made: base64url or the like. */
export const accessIdSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/, 'letters, digits, - and _ only');

/** A name that a person gave: one line of text, without what controls a terminal or turns text round. */
export const givenNameSchema = lineSchema(60);

const epochMs = z.number();

/** `GET /api/v1/me`: who asks, as the server sees it. `local`: this server has no accounts (loopback). */
export const meSchema = z.object({
  kind: z.enum(['anonymous', 'local', 'person', 'screen', 'machine']),
  name: z.string(),
  roles: z.array(roleSchema),
  /** The paired screen that this browser is, also where a person is signed in on it. */
  screen: z.object({ id: accessIdSchema, name: z.string(), path: z.string() }).nullable(),
  /** How people sign in here; `label` names the provider on the button. */
  signIn: z.object({ mode: z.enum(['none', 'local', 'oidc', 'genesys']), label: z.string() }),
});
export type Me = z.infer<typeof meSchema>;

/** `POST /auth/once`: the token of a one-time link. Answer: `redirectSchema`. */
export const oneTimeSignInSchema = z.strictObject({ token: z.string().min(1).max(200) });
/** Where the browser goes next: a path here, or, after signing out, an address of the provider. */
export const redirectSchema = z.object({ location: z.string() });

/** `GET /api/v1/people`. */
export const personSchema = z.object({
  id: accessIdSchema,
  name: z.string(),
  email: z.string().nullable(),
  /** By the provider's groups and `ROLE_MAPPING`, at the last sign-in. */
  providerRoles: z.array(personRoleSchema),
  /** Given here by an admin. */
  grantedRoles: z.array(personRoleSchema),
  lastSignInAt: epochMs,
  sessions: z.array(z.object({ id: accessIdSchema, startedAt: epochMs, lastSeenAt: epochMs })),
});
export type Person = z.infer<typeof personSchema>;
export const peopleResponseSchema = z.object({ people: z.array(personSchema) });
export type PeopleResponse = z.infer<typeof peopleResponseSchema>;
/** `PATCH /api/v1/people/:id`: the granted roles, all of them. */
export const grantRolesSchema = z.strictObject({ grantedRoles: z.array(personRoleSchema).max(4) });

/** `GET /api/v1/machines`. A secret itself is shown once, when it is made. */
export const machineSchema = z.object({
  id: accessIdSchema,
  name: z.string(),
  scopes: z.array(scopeSchema),
  createdAt: epochMs,
  /** Two at most, so that they can be changed without a gap. */
  secrets: z.array(z.object({ id: accessIdSchema, createdAt: epochMs, lastUsedAt: epochMs.nullable() })),
});
export type Machine = z.infer<typeof machineSchema>;
export const machinesResponseSchema = z.object({ machines: z.array(machineSchema) });
export type MachinesResponse = z.infer<typeof machinesResponseSchema>;
/** `POST /api/v1/machines` → 201 `newSecretSchema`. */
export const createMachineSchema = z.strictObject({
  name: givenNameSchema,
  scopes: z.array(scopeSchema).min(1).max(SCOPES.length),
});
/** Also the answer to `POST /api/v1/machines/:id/secrets`. */
export const newSecretSchema = z.object({
  machine: machineSchema,
  clientId: accessIdSchema,
  secret: z.string(),
});
export type NewSecret = z.infer<typeof newSecretSchema>;

/** `POST /oauth/token` (RFC 6749, 5.1). */
export const tokenResponseSchema = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  /** Seconds. */
  expires_in: z.number().int().positive(),
  scope: z.string(),
});
export type TokenResponse = z.infer<typeof tokenResponseSchema>;

/**
 * `POST /api/v1/agent/token`, no body: by the cookie of a person who signed in, or by such a token that is still good.
 * A frame of another site gets no cookies: there it is shown as `Authorization: Bearer`, and as `token` of a socket's
 * handshake. It ends with the session that it was made for. 409 `token.needless`: this server has no accounts.
 */
export const agentTokenSchema = z.object({ token: z.string(), expiresAt: epochMs });
export type AgentToken = z.infer<typeof agentTokenSchema>;

/** Six characters that are not taken for each other across a room. */
export const PAIRING_ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
export const PAIRING_CODE_LENGTH = 6;
/** As people type it: any case, with blanks or a dash. */
export const pairingCodeSchema = z
  .string()
  .max(16)
  .transform((text) => text.toUpperCase().replace(/[\s-]/g, ''))
  .refine((code) => code.length === PAIRING_CODE_LENGTH, `a code has ${PAIRING_CODE_LENGTH} characters`);

/** `POST /api/v1/pairing` (the television asks for a code) and `GET /api/v1/pairing` (has somebody entered it?). */
export const pairingStateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('waiting'), code: z.string(), expiresAt: epochMs, serverTime: epochMs }),
  z.object({ state: z.literal('expired') }),
  /** The screen goes to `path` by itself. */
  z.object({ state: z.literal('paired'), path: z.string() }),
]);
export type PairingState = z.infer<typeof pairingStateSchema>;

const placeShape = {
  name: givenNameSchema,
  boardId: accessIdSchema,
  room: givenNameSchema,
  diagonalInches: z.number().min(5).max(200),
  farthestSeatMetres: z.number().min(0.3).max(30),
};
/** `POST /api/v1/screens`: a supervisor pairs the screen that shows `code`. 201 `screenSchema`. */
export const pairScreenSchema = z.strictObject({ code: pairingCodeSchema, ...placeShape });
export type PairScreen = z.infer<typeof pairScreenSchema>;
/** `PATCH /api/v1/screens/:id`: what changes. An open screen follows at once. */
export const changeScreenSchema = z.strictObject(placeShape).partial();
export type ChangeScreen = z.infer<typeof changeScreenSchema>;

export const screenSchema = z.object({
  id: accessIdSchema,
  ...placeShape,
  pairedAt: epochMs,
  /** Who paired it. */
  pairedBy: z.string(),
  /** Whether its socket is open now, and when it last was. */
  connected: z.boolean(),
  lastSeenAt: epochMs.nullable(),
  /** What it says of itself; absent: it is not connected. */
  standing: screenStandingSchema.optional(),
});
export type ScreenRecord = z.infer<typeof screenSchema>;
export const screensResponseSchema = z.object({ screens: z.array(screenSchema) });
export type ScreensResponse = z.infer<typeof screensResponseSchema>;

/** `GET /api/v1/audit?before=<seq>&limit=<n>`: newest first. */
export const auditEntrySchema = z.object({
  seq: z.number().int().positive(),
  at: epochMs,
  /** `person:<id>`, `screen:<id>`, `machine:<id>`, `local`, `anonymous` or `server`. */
  actor: z.string(),
  actorName: z.string(),
  /** Dotted, past tense: `session.started`, `person.roles-changed`, `access.refused`. */
  action: z.string(),
  /** What it was done to, written like an actor; `null` where there is nothing. */
  subject: z.string().nullable(),
  outcome: z.enum(['done', 'refused', 'failed']),
  /** The client's address; `null` where nobody asked from outside. */
  address: z.string().nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  previousHash: z.string(),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
export const auditResponseSchema = z.object({
  entries: z.array(auditEntrySchema),
  head: z.object({ seq: z.number().int().nonnegative(), hash: z.string() }),
});
export type AuditResponse = z.infer<typeof auditResponseSchema>;

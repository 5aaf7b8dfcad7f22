/**
 * The settings of access: how people sign in, what their groups make them, and where the server may listen. Without
 * accounts it stays on loopback, in what it listens on and in what browsers call it.
 */
import { isIP } from 'node:net';
import { z } from 'zod';
import { PERSON_ROLES, type PersonRole, personRoleSchema } from '../../lib/contracts/access';
import type { AccessConfig, SignInConfig } from '../access/access-config';
import { flag, httpUrl, isLoopback, list } from './fields';
import { type GenesysSettings, genesysEndpoints, namesGenesys } from './genesys-settings';
import { isWellKnown, weaknessOf } from './weak-secrets';

const HOUR_MS = 3_600_000;

const proxy = z
  .string()
  .refine(isAddressOrNetwork, { error: 'must be addresses or networks like 10.0.0.5 or 10.0.0.0/24' });

export const accessShape = {
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: httpUrl,
  TRUSTED_PROXIES: list.pipe(z.array(proxy).max(100)),
  SIGN_IN: z.enum(['genesys', 'oidc', 'local'], { error: 'must be genesys, oidc or local' }).optional(),
  SESSION_SECRET: z.string().optional(),
  SESSION_HOURS: z.coerce.number({ error: 'must be a number of hours' }).min(0.25).max(168).default(12),
  ROLE_MAPPING: z.string().optional(),
  OIDC_ISSUER: httpUrl,
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_NAME: z.string().max(60).optional(),
  OIDC_SCOPES: z.string().optional(),
  OIDC_ROLES_CLAIM: z.string().max(200).default('groups'),
  OIDC_HOSTS: list,
  OIDC_ALLOW_LOOPBACK: flag(false),
  GENESYS_SIGN_IN_CLIENT_ID: z.string().optional(),
  GENESYS_SIGN_IN_CLIENT_SECRET: z.string().optional(),
  GENESYS_SIGN_IN_ORGANIZATION_ID: z.string().max(100).optional(),
};
const schema = z.object(accessShape);
export type AccessSettings = z.infer<typeof schema> & GenesysSettings;

export function accessProblems(p: AccessSettings): string[] {
  const signIn = p.SIGN_IN === undefined ? placeWithoutAccounts(p) : signInProblems(p);
  return [...signIn, ...publicUrlProblems(p), ...mappingOf(p).problems];
}

function placeWithoutAccounts(p: AccessSettings): string[] {
  const problems: string[] = [];
  const remedy = 'set SIGN_IN (genesys, oidc or local), SESSION_SECRET and an https: PUBLIC_URL';
  if (!isLoopback(p.HOST))
    problems.push(`HOST ${p.HOST} is not loopback, and nobody could sign in: ${remedy}`);
  if (p.PUBLIC_URL !== undefined && !isLoopback(new URL(p.PUBLIC_URL).hostname)) {
    problems.push(`PUBLIC_URL ${p.PUBLIC_URL} is not this machine, and nobody could sign in: ${remedy}`);
  }
  if (p.SESSION_SECRET !== undefined) problems.push('SESSION_SECRET is set, but SIGN_IN is not');
  return problems;
}

function signInProblems(p: AccessSettings): string[] {
  const problems: string[] = [];
  const weakness = p.SESSION_SECRET === undefined ? 'is missing' : weaknessOf(p.SESSION_SECRET);
  if (weakness !== null) problems.push(`SESSION_SECRET ${weakness}: try openssl rand -base64 48`);
  if (!isLoopback(p.HOST) && p.PUBLIC_URL === undefined) {
    problems.push(`PUBLIC_URL is missing: with HOST ${p.HOST} browsers must know an https: address`);
  }
  if (p.SIGN_IN === 'oidc') problems.push(...oidcProblems(p));
  if (p.SIGN_IN === 'genesys') problems.push(...genesysSignInProblems(p));
  return problems;
}

/** Browsers keep our cookies over https, and over http on loopback only. */
function publicUrlProblems(p: AccessSettings): string[] {
  if (p.PUBLIC_URL === undefined) return [];
  const { protocol, hostname, pathname, search } = new URL(p.PUBLIC_URL);
  const problems: string[] = [];
  if (protocol === 'http:' && !isLoopback(hostname))
    problems.push(`PUBLIC_URL ${p.PUBLIC_URL} must be https:`);
  if (pathname !== '/' || search !== '') problems.push(`PUBLIC_URL ${p.PUBLIC_URL} must have no path`);
  return problems;
}

function oidcProblems(p: AccessSettings): string[] {
  const problems: string[] = [];
  if (p.OIDC_ISSUER === undefined) problems.push('OIDC_ISSUER is missing');
  else problems.push(...plainProblems(p.OIDC_ISSUER, p.OIDC_ALLOW_LOOPBACK, 'OIDC_ALLOW_LOOPBACK'));
  if (p.OIDC_CLIENT_ID === undefined) problems.push('OIDC_CLIENT_ID is missing');
  problems.push(...defaultSecret('OIDC_CLIENT_SECRET', p.OIDC_CLIENT_SECRET));
  return problems;
}

function genesysSignInProblems(p: AccessSettings): string[] {
  const problems: string[] = [];
  if (!namesGenesys(p)) problems.push('SIGN_IN is genesys: GENESYS_REGION is missing (e.g. mypurecloud.ie)');
  if (p.GENESYS_SIGN_IN_CLIENT_ID === undefined) problems.push('GENESYS_SIGN_IN_CLIENT_ID is missing');
  if (p.GENESYS_SIGN_IN_ORGANIZATION_ID === undefined) {
    problems.push('GENESYS_SIGN_IN_ORGANIZATION_ID is missing: whose people may sign in');
  }
  problems.push(...defaultSecret('GENESYS_SIGN_IN_CLIENT_SECRET', p.GENESYS_SIGN_IN_CLIENT_SECRET));
  return problems;
}

function defaultSecret(name: string, value: string | undefined): string[] {
  return value !== undefined && isWellKnown(value) ? [`${name} is a default that everybody knows`] : [];
}

function plainProblems(address: string, allowed: boolean, setting: string): string[] {
  const { protocol, hostname } = new URL(address);
  if (protocol === 'https:') return [];
  if (!isLoopback(hostname)) return [`${address} is not encrypted: only https:, or http: to this machine`];
  return allowed ? [] : [`${address} needs ${setting}=true`];
}

/** `role=name` pairs between semicolons; a name may hold anything but a semicolon. */
function mappingOf(p: AccessSettings): {
  readonly mapping: ReadonlyMap<string, readonly PersonRole[]>;
  readonly problems: readonly string[];
} {
  const mapping = new Map<string, PersonRole[]>();
  const problems: string[] = [];
  for (const pair of (p.ROLE_MAPPING ?? '').split(';').map((part) => part.trim())) {
    if (pair === '') continue;
    const [role, name] = [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1).trim()];
    const known = personRoleSchema.safeParse(role);
    if (!pair.includes('=') || name === '') problems.push(`ROLE_MAPPING “${pair}” is not role=group`);
    else if (role === 'display')
      problems.push('ROLE_MAPPING display: a screen gets it by pairing, not a person');
    else if (!known.success) {
      problems.push(`ROLE_MAPPING “${role}” is no role; known: ${PERSON_ROLES.join(', ')}`);
    } else mapping.set(name, [...(mapping.get(name) ?? []), known.data]);
  }
  return { mapping, problems };
}

export function accessConfig(p: AccessSettings): AccessConfig {
  if (p.SIGN_IN === undefined) return { kind: 'open' };
  return {
    kind: 'guarded',
    secret: p.SESSION_SECRET ?? '',
    signIn: signInOf(p, p.SIGN_IN),
    roleMapping: mappingOf(p).mapping,
    sessionMs: p.SESSION_HOURS * HOUR_MS,
  };
}

function signInOf(p: AccessSettings, mode: SignInConfig['mode']): SignInConfig {
  switch (mode) {
    case 'local':
      return { mode };
    case 'genesys':
      return {
        mode,
        ...genesysEndpoints(p),
        organizationId: p.GENESYS_SIGN_IN_ORGANIZATION_ID ?? '',
        clientId: p.GENESYS_SIGN_IN_CLIENT_ID ?? '',
        clientSecret: p.GENESYS_SIGN_IN_CLIENT_SECRET ?? null,
        allowLoopback: p.GENESYS_ALLOW_LOOPBACK,
      };
    case 'oidc':
      return {
        mode,
        issuer: p.OIDC_ISSUER ?? '',
        clientId: p.OIDC_CLIENT_ID ?? '',
        clientSecret: p.OIDC_CLIENT_SECRET ?? null,
        extraScopes: (p.OIDC_SCOPES ?? '').split(/[\s,]+/).filter((scope) => scope !== ''),
        rolesClaim: p.OIDC_ROLES_CLAIM,
        label: p.OIDC_NAME ?? (p.OIDC_ISSUER === undefined ? '' : new URL(p.OIDC_ISSUER).host),
        extraHosts: p.OIDC_HOSTS,
        allowLoopback: p.OIDC_ALLOW_LOOPBACK,
      };
  }
}

function isAddressOrNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

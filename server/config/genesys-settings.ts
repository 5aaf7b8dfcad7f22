/** The settings of the collector: which Genesys Cloud, as which clients, for which queues. */
import { z } from 'zod';
import { endpointsOf, REGIONS } from '../genesys/regions';
import { flag, httpUrl, isLoopback, LOOPBACK_HOSTS, list } from './fields';

export interface GenesysConfig {
  readonly apiUrl: string;
  readonly loginUrl: string;
  /** One or more OAuth clients (client credentials). */
  readonly clients: readonly { readonly id: string; readonly secret: string }[];
  /** Empty: all queues that the clients may see. */
  readonly queueIds: readonly string[];
  readonly activityTopics: boolean;
  /** Hosts to which plain `ws:` may go; loopback only. */
  readonly allowPlainSocketsTo: readonly string[];
}

export const genesysShape = {
  GENESYS_REGION: z
    .string()
    .refine((name) => REGIONS.has(name), {
      error: () => `is not a region; known: ${[...REGIONS.keys()].join(', ')}`,
    })
    .optional(),
  GENESYS_API_URL: httpUrl,
  GENESYS_LOGIN_URL: httpUrl,
  GENESYS_CLIENT_ID: list,
  GENESYS_CLIENT_SECRET: list,
  GENESYS_ALLOW_LOOPBACK: flag(false),
  GENESYS_ACTIVITY_TOPICS: flag(true),
  QUEUE_IDS: list,
};
const schema = z.object(genesysShape);
export type GenesysSettings = z.infer<typeof schema>;

/** Whether the settings say at all which Genesys Cloud it is. */
export function namesGenesys(p: GenesysSettings): boolean {
  return p.GENESYS_REGION !== undefined || addressesOf(p).length > 0;
}

function addressesOf(p: GenesysSettings): string[] {
  return [p.GENESYS_API_URL, p.GENESYS_LOGIN_URL].filter((address) => address !== undefined);
}

export function genesysProblems(p: GenesysSettings): string[] {
  return [...placeProblems(p), ...clientProblems(p)];
}

function placeProblems(p: GenesysSettings): string[] {
  const problems: string[] = [];
  const addresses = addressesOf(p);
  if (addresses.length === 1) {
    problems.push('GENESYS_API_URL and GENESYS_LOGIN_URL go together: give both, or GENESYS_REGION');
  }
  if (p.GENESYS_REGION !== undefined && addresses.length > 0) {
    problems.push('GENESYS_REGION and the two addresses exclude each other');
  }
  for (const address of addresses.filter((a) => a.startsWith('http:'))) {
    const loopback = isLoopback(new URL(address).hostname);
    if (!loopback) problems.push(`${address} is not encrypted: only https:, or http: to this machine`);
    else if (!p.GENESYS_ALLOW_LOOPBACK) problems.push(`${address} needs GENESYS_ALLOW_LOOPBACK=true`);
  }
  return problems;
}

function clientProblems(p: GenesysSettings): string[] {
  const [ids, secrets] = [p.GENESYS_CLIENT_ID.length, p.GENESYS_CLIENT_SECRET.length];
  // A place alone may be there for signing in only.
  if (ids === 0 && secrets === 0) return [];
  const problems: string[] = [];
  if (!namesGenesys(p)) problems.push('GENESYS_REGION is missing (e.g. mypurecloud.ie)');
  if (ids === 0) problems.push('GENESYS_CLIENT_ID is missing');
  if (secrets === 0) problems.push('GENESYS_CLIENT_SECRET is missing');
  if (ids > 0 && secrets > 0 && ids !== secrets) {
    problems.push(
      `GENESYS_CLIENT_ID has ${ids} clients, GENESYS_CLIENT_SECRET ${secrets}: same number, same order`,
    );
  }
  return problems;
}

/** The two addresses; empty where `genesysProblems` has something to say. */
export function genesysEndpoints(p: GenesysSettings): { readonly apiUrl: string; readonly loginUrl: string } {
  const given = { apiUrl: p.GENESYS_API_URL ?? '', loginUrl: p.GENESYS_LOGIN_URL ?? '' };
  return endpointsOf(p.GENESYS_REGION ?? '') ?? given;
}

/** `null`: the collector is off. */
export function genesysConfig(p: GenesysSettings): GenesysConfig | null {
  if (p.GENESYS_CLIENT_ID.length === 0) return null;
  return {
    ...genesysEndpoints(p),
    clients: p.GENESYS_CLIENT_ID.map((id, i) => ({ id, secret: p.GENESYS_CLIENT_SECRET[i] ?? '' })),
    queueIds: p.QUEUE_IDS,
    activityTopics: p.GENESYS_ACTIVITY_TOPICS,
    allowPlainSocketsTo: p.GENESYS_ALLOW_LOOPBACK ? LOOPBACK_HOSTS : [],
  };
}

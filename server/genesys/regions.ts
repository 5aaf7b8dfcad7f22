/** Genesys Cloud's regions and their two hosts, from the official SDK's list of environments. */

export interface Endpoints {
  /** `https://api.{region}`, no slash at the end. */
  readonly apiUrl: string;
  /** `https://login.{region}`, no slash at the end. */
  readonly loginUrl: string;
}

const REGION_NAMES = [
  'mypurecloud.com',
  'usw2.pure.cloud',
  'use2.us-gov-pure.cloud',
  'cac1.pure.cloud',
  'mxc1.pure.cloud',
  'mypurecloud.ie',
  'euw2.pure.cloud',
  'mypurecloud.de',
  'euc2.pure.cloud',
  'edee1.eusc-pure.cloud',
  'sae1.pure.cloud',
  'mec1.pure.cloud',
  'aps1.pure.cloud',
  'apse1.pure.cloud',
  'mypurecloud.com.au',
  'mypurecloud.jp',
  'apne2.pure.cloud',
  'apne3.pure.cloud',
] as const;

/** Region name → endpoints. */
export const REGIONS: ReadonlyMap<string, Endpoints> = new Map(
  REGION_NAMES.map((name) => [name, { apiUrl: `https://api.${name}`, loginUrl: `https://login.${name}` }]),
);

/** The endpoints of a region; `null` for a name that is none. */
export function endpointsOf(region: string): Endpoints | null {
  return REGIONS.get(region) ?? null;
}

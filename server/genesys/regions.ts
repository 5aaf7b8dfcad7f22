/** The regions of Genesys Cloud, and where each one's API and login are (official SDK). */
export interface GenesysEndpoints {
  readonly apiUrl: string;
  readonly loginUrl: string;
}

const DOMAINS = [
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

export const REGIONS: ReadonlyMap<string, GenesysEndpoints> = new Map(
  DOMAINS.map((domain) => [domain, endpointsOf(domain)]),
);

/** Where a region's API and login are; the name is not checked (see REGIONS). */
export function endpointsOf(region: string): GenesysEndpoints {
  return { apiUrl: `https://api.${region}`, loginUrl: `https://login.${region}` };
}

/** Which sites a panel of devices shows, and what is left over. Pure. */
import type { SiteCounts, SitesFrame } from '../../lib/contracts/site-counts';

export interface SiteRows {
  readonly rows: readonly SiteCounts[];
  /** Sites that have no row. */
  readonly more: number;
  /** Of these, with something wrong; what the frame itself left out is not known. */
  readonly moreTroubled: number;
}

/** `most`: lines that have room, that of the rest among them. */
export function siteRows(
  { sites, more }: Pick<SitesFrame, 'sites' | 'more'>,
  wanted: readonly string[] | undefined,
  most: number,
): SiteRows {
  const chosen =
    wanted === undefined ? sites : sites.filter(({ site }) => site !== null && wanted.includes(site));
  const beyond = wanted === undefined ? more : 0;
  const isCut = chosen.length > most || beyond > 0;
  const rows = chosen.slice(0, isCut ? Math.max(1, most - 1) : most);
  const rest = chosen.slice(rows.length);
  return { rows, more: rest.length + beyond, moreTroubled: rest.filter(isTroubled).length };
}

export function alertsAt({ critical, warning, info }: SiteCounts): number {
  return critical + warning + info;
}

function isTroubled(counts: SiteCounts): boolean {
  return counts.offline > 0 || alertsAt(counts) > 0;
}

/** What stands before a site's name: of its active alerts the worst. */
export function siteStatus({ critical, warning }: SiteCounts): 'critical' | 'warning' | 'normal' {
  if (critical > 0) return 'critical';
  return warning > 0 ? 'warning' : 'normal';
}

/**
 * A zone whose midnight is about twelve hours away: a sped-up day, which is sent with real timestamps, must not be cut
 * in two by a real midnight (docs/decisions/0003).
 */
export function zoneAtNoon(now: number): string {
  const ahead = 12 - new Date(now).getUTCHours();
  // Etc/GMT zones are named the other way round: Etc/GMT-3 is three hours ahead of UTC.
  if (ahead === 0) return 'Etc/GMT';
  return ahead > 0 ? `Etc/GMT-${ahead}` : `Etc/GMT+${-ahead}`;
}

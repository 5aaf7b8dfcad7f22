/**
 * From whom the widget takes messages: the origins that may hold it in a frame, as the policy of the page itself names
 * them (`frame-ancestors`). Compared as a whole; where the policy says `https://*.host`, any one below that host. Pure.
 */

/** `policy`: the page's Content-Security-Policy; what is none of an origin is left out. */
export function framingOrigins(policy: string): readonly string[] {
  const directive = policy.split(';').find((part) => part.trim().startsWith('frame-ancestors '));
  return (directive ?? '')
    .trim()
    .split(/\s+/)
    .slice(1)
    .filter((source) => SOURCE.test(source));
}

const SOURCE = /^https?:\/\/(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?$/;

export function isAllowedOrigin(origin: string, allowed: readonly string[]): boolean {
  return allowed.some((source) => {
    const [protocol = '', host = ''] = source.split('//');
    if (!host.startsWith('*.')) return origin === source;
    // Below the host, not the host: the dot stays. The label before it must be a name, not an address part.
    const [head, tail] = [`${protocol}//`, host.slice(1)];
    if (!origin.startsWith(head) || !origin.endsWith(tail)) return false;
    return /^[A-Za-z0-9.-]+$/.test(origin.slice(head.length, origin.length - tail.length));
  });
}

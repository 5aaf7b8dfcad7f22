/**
 * A browser without a window: follows redirects from host to host and keeps cookies as browsers do, by the host without
 * its port. What it asks for like a page of `origin` says so.
 */
export interface Arrival {
  /** Where the redirects ended. */
  readonly url: string;
  readonly status: number;
  readonly text: string;
  /** All addresses on the way, the first and the last included. */
  readonly way: readonly string[];
}

const MAX_HOPS = 15;

export class CookieBrowser {
  readonly #jars = new Map<string, Map<string, string>>();

  /** One question, no redirect followed. */
  async ask(address: string, init: RequestInit = {}): Promise<Response> {
    const { hostname } = new URL(address);
    const headers = new Headers(init.headers);
    const cookie = this.header(hostname);
    if (cookie !== '') headers.set('cookie', cookie);
    const response = await fetch(address, { redirect: 'manual', ...init, headers });
    for (const line of response.headers.getSetCookie()) this.#keep(hostname, line);
    return response;
  }

  /** As a click on a link, or on a form's button where there is a form. */
  async go(address: string, form?: URLSearchParams): Promise<Arrival> {
    const way = [address];
    let response = await this.ask(address, form === undefined ? {} : { method: 'POST', body: form });
    for (
      let next = response.headers.get('location');
      next !== null;
      next = response.headers.get('location')
    ) {
      await response.body?.cancel();
      if (way.length > MAX_HOPS) throw new Error(`led in a circle: ${way.join(' → ')}`);
      const url = new URL(next, way.at(-1)).href;
      way.push(url);
      response = await this.ask(url);
    }
    return { url: way.at(-1) ?? address, status: response.status, text: await response.text(), way };
  }

  /** As a page of that origin calls its own server. */
  async call(address: string, method: string, body?: unknown): Promise<Response> {
    const { origin } = new URL(address);
    const headers = { origin, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' };
    return this.ask(address, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** The `Cookie` header for that host; empty where it has none. */
  header(hostname = '127.0.0.1'): string {
    return [...(this.#jars.get(hostname) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  names(hostname = '127.0.0.1'): string[] {
    return [...(this.#jars.get(hostname)?.keys() ?? [])];
  }

  #keep(hostname: string, line: string): void {
    const jar = this.#jars.get(hostname) ?? new Map<string, string>();
    this.#jars.set(hostname, jar);
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    const expires = /;\s*expires=([^;]+)/i.exec(line)?.[1];
    const isGone =
      /;\s*max-age=0\b/i.test(line) || (expires !== undefined && Date.parse(expires) < Date.now());
    if (isGone) jar.delete(name);
    else jar.set(name, value);
  }
}

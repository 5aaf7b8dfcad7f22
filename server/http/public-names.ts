/** What browsers may call us by. Exact: with a public address it is that one, else this machine's own names. */

export interface PublicNamesOptions {
  readonly host: string;
  readonly publicUrl: string | null;
  /** Origins, as configured. */
  readonly allowedOrigins: readonly string[];
  readonly isLoopback: (hostname: string) => boolean;
}

export interface PublicNames {
  /** Origins from which browsers may come; they grow once it is known what we listen on. */
  readonly allowedOrigins: readonly string[];
  /** Pages and the API answer under our own names only: a foreign one that was turned to this machine is none. */
  readonly allowedHosts: readonly string[];
  baseUrl(): string;
  listening(port: number): void;
}

export function publicNames(options: PublicNamesOptions): PublicNames {
  const { host, publicUrl, isLoopback } = options;
  const allowedOrigins = [...options.allowedOrigins];
  const allowedHosts = allowedOrigins.map((origin) => new URL(origin).host);
  return {
    allowedOrigins,
    allowedHosts,
    baseUrl: () => allowedOrigins[0] ?? '',
    listening(port) {
      if (publicUrl !== null && !isLoopback(new URL(publicUrl).hostname)) return;
      // What it listens on is what it calls itself.
      const names = new Set([urlHost(host), '127.0.0.1', 'localhost', '[::1]']);
      const own = [...names].filter(isLoopback).map((name) => `http://${name}:${port}`);
      allowedOrigins.push(...own);
      allowedHosts.push(...own.map((origin) => new URL(origin).host));
    },
  };
}

/** A host as addresses write it. */
export function urlHost(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

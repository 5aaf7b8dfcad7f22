/**
 * Where Redis is, as one address: `redis://user:password@host:6379/0` (alone), `redis+sentinel://…@host:26379,host:26379/name/0`
 * (watched by sentinels that know it by that name), `redis+cluster://…@host:6379,host:6379`. `rediss` in place of `redis`
 * is encrypted. Pure; what is wrong is said without repeating the address, which may hold a password.
 */
import { err, ok, type Result } from '../../lib/result';

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

export interface RedisAddress {
  readonly kind: 'alone' | 'sentinel' | 'cluster';
  /** One where it is alone, else those that are asked first. */
  readonly nodes: readonly RedisNode[];
  /** What sentinels call it; empty otherwise. */
  readonly name: string;
  readonly database: number;
  /** `null`: the default user, or none. */
  readonly username: string | null;
  readonly password: string | null;
  readonly tls: boolean;
}

const SCHEME = /^redis(s?)(\+sentinel|\+cluster)?:\/\/(.*)$/;
const PORT = 6379;
const SENTINEL_PORT = 26379;
const MOST_NODES = 100;
const MOST_DATABASES = 16_384;

export function parseRedisAddress(text: string): Result<RedisAddress, string> {
  const parts = SCHEME.exec(text);
  if (parts === null)
    return err('must begin with redis://, rediss://, redis+sentinel:// or redis+cluster://');
  const [, secure, form = '', rest = ''] = parts;
  const kind = form === '+sentinel' ? 'sentinel' : form === '+cluster' ? 'cluster' : 'alone';
  const { credentials, hosts, path } = split(rest);
  const user = readCredentials(credentials);
  if (user === null) return err('user and password must be written as in an address (percent-encoded)');
  const nodes = hosts.split(',').map((host) => readNode(host, kind === 'sentinel' ? SENTINEL_PORT : PORT));
  if (nodes.some((node) => node === null) || nodes.length > MOST_NODES)
    return err('must name its hosts as host:port');
  if (kind === 'alone' && nodes.length !== 1)
    return err('names several hosts: that is redis+cluster:// or redis+sentinel://');
  const [name, database] = kind === 'sentinel' ? [path[0] ?? '', path[1] ?? ''] : ['', path[0] ?? ''];
  if (kind === 'sentinel' && name === '')
    return err('must end with the name that sentinels know it by: …/mymaster');
  if (path.length > (kind === 'sentinel' ? 2 : 1)) return err('has more parts than host and database');
  if (!/^\d{0,5}$/.test(database) || Number(database) >= MOST_DATABASES)
    return err('names no database by its number');
  if (kind === 'cluster' && Number(database) > 0)
    return err('names a database: a cluster has only the first');
  return ok({
    ...{ kind, name, database: Number(database), tls: secure === 's', ...user },
    nodes: nodes.filter((node) => node !== null),
  });
}

function split(rest: string): { credentials: string | null; hosts: string; path: readonly string[] } {
  const slash = rest.indexOf('/');
  const authority = slash === -1 ? rest : rest.slice(0, slash);
  const path = slash === -1 ? [] : rest.slice(slash + 1).split('/');
  const at = authority.lastIndexOf('@');
  return {
    credentials: at === -1 ? null : authority.slice(0, at),
    hosts: authority.slice(at + 1),
    path: path.length === 1 && path[0] === '' ? [] : path,
  };
}

function readCredentials(text: string | null): Pick<RedisAddress, 'username' | 'password'> | null {
  if (text === null) return { username: null, password: null };
  const colon = text.indexOf(':');
  try {
    const username = decodeURIComponent(colon === -1 ? text : text.slice(0, colon));
    const password = colon === -1 ? '' : decodeURIComponent(text.slice(colon + 1));
    return { username: username === '' ? null : username, password: password === '' ? null : password };
  } catch {
    // A percent sign that begins no character.
    return null;
  }
}

function readNode(text: string, usualPort: number): RedisNode | null {
  const parts = /^(\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/.exec(text);
  const host = parts?.[1];
  const port = Number(parts?.[2] ?? usualPort);
  if (host === undefined || port < 1 || port > 65_535) return null;
  return { host: host.startsWith('[') ? host.slice(1, -1) : host, port };
}

/** Tokens as a forger would write them, beside a real one to begin from. */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { createMachineStage, KEY, madeMachine, tokenOf } from './machines-stage';

export type Json = Readonly<Record<string, unknown>>;
/** What stands behind the second dot. */
export type Signer = (input: string) => Buffer;

export const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' });

export function hmac(hash: string, key: string | Buffer): Signer {
  return (input) => createHmac(hash, key).update(input).digest();
}
/** As the server itself signs. */
export const ours = hmac('sha256', KEY);
export const unsigned: Signer = () => Buffer.alloc(0);
export const byRsa: Signer = (input) => sign('sha256', Buffer.from(input), RSA.privateKey);
export const byEc: Signer = (input) =>
  sign('sha256', Buffer.from(input), { key: EC.privateKey, dsaEncoding: 'ieee-p1363' });

/** A token with whatever header and payload; text is taken as it is. */
export function forged(header: Json | string, payload: Json | string, signer: Signer = ours): string {
  const part = (content: Json | string) =>
    Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)).toString('base64url');
  const input = `${part(header)}.${part(payload)}`;
  return `${input}.${signer(input).toString('base64url')}`;
}

/** A machine with a good token, and what is in that. */
export async function prepared() {
  const stage = createMachineStage();
  const machine = await madeMachine(stage);
  const token = await tokenOf(stage, machine);
  const [head = '', body = '', signature = ''] = token.split('.');
  // The server itself wrote both just now, as objects.
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Json;
  return { ...stage, machine, token, head, body, signature, header: read(head), payload: read(body) };
}
export type Prepared = Awaited<ReturnType<typeof prepared>>;

export function without(content: Json, ...names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(content).filter(([name]) => !names.includes(name)));
}

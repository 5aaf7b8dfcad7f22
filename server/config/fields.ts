/** How single settings are read from text. An empty one never gets here: it counts as not set. */
import { z } from 'zod';

export const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', '::1', '[::1]', 'localhost'];

export function isLoopback(host: string): boolean {
  return LOOPBACK_HOSTS.includes(host);
}

export const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .optional()
    .transform((text) => (text === undefined ? fallback : text === 'true'));

/** Parts between commas. */
export const list = z
  .string()
  .optional()
  .transform((text) =>
    (text ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );

export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an address like https://api.mypurecloud.ie' })
  .refine(hasNoUser, 'must have no user name or password in it: addresses are shown and logged')
  .optional();

function hasNoUser(address: string): boolean {
  if (!URL.canParse(address)) return true;
  const { username, password } = new URL(address);
  return username === '' && password === '';
}

/**
 * The address of one appliance, from DEVICE_LINK_URL: the device stands for `{deviceId}`, or is added as the last part
 * of the path. A device's name comes from outside: it is one part of the path or of the query, and never changes the
 * host or climbs in the path.
 */
import { err, ok, type Result } from '../../../lib/result';

const PLACE = '{deviceId}';
/** Nothing, a step in the path, however it is written, or a half of a surrogate pair. */
const NO_PART = /^\.{0,2}$|\p{Cs}/u;
const UNFIT = 'a device of such a name cannot be addressed';

/** An error is a sentence for people, without the name. */
export function linkAddress(template: string, deviceId: string): Result<string, string> {
  if (NO_PART.test(deviceId)) return err(UNFIT);
  const device = encodeURIComponent(deviceId);
  const filled = template.includes(PLACE) ? template.replaceAll(PLACE, device) : appended(template, device);
  if (filled === null || !URL.canParse(filled)) return err(UNFIT);
  const [url, sample] = [new URL(filled), new URL(template.replaceAll(PLACE, 'x'))];
  const isThere = url.protocol === sample.protocol && url.host === sample.host && url.hash === '';
  const hasUser = url.username !== '' || url.password !== '';
  return isThere && !hasUser ? ok(url.href) : err(UNFIT);
}

function appended(template: string, device: string): string | null {
  if (!URL.canParse(template)) return null;
  const url = new URL(template);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${device}`;
  return url.href;
}

/** What stands in for the pages until they have started. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Locale } from '../../lib/contracts/locale';
import { gateWords } from './gate-words';

/** A television that was switched on together with us must not stay with these words: it asks again by itself. */
export function stillStarting(locale: Locale): (_: IncomingMessage, response: ServerResponse) => void {
  return (_, response) => {
    const type = { 'content-type': 'text/plain; charset=utf-8', 'content-language': locale };
    response.writeHead(503, { ...type, 'retry-after': '2', refresh: '2' });
    response.end(`${gateWords('starting', locale)}\n`);
  };
}

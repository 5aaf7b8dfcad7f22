'use client';
/**
 * Names that the server gives itself, until people give others: on the wire they are English, whoever reads them reads
 * his own language. A name of anybody else's is left as it is.
 */
import { useTranslations } from 'use-intl';

/** By the server's name the key under `made` in the catalogue. */
export const MADE_NAMES: ReadonlyMap<string, string> = new Map([
  ['All queues', 'allQueues'],
  ['Every queue', 'everyQueue'],
  ['Unnamed division', 'unnamedDivision'],
  ['Now', 'now'],
  ['Queues', 'queues'],
  ['Today', 'today'],
  ['Devices', 'devices'],
  ['Sessions', 'sessions'],
]);

/** Of boards, their pages, and what stands for all queues. */
export function useMadeName(): (name: string) => string {
  const t = useTranslations('made');
  return (name) => {
    const key = MADE_NAMES.get(name);
    return key === undefined ? name : t(key);
  };
}

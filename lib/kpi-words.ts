/** A KPI as a word of an English phrase: for chats, webhooks and the log. Pure. */
import type { KpiKey } from './contracts/kpi';

/** Where the key alone would be no word. */
const WORDS: ReadonlyMap<KpiKey, string> = new Map([
  ['longestWaitSince', 'longest wait'],
  ['alertsCritical', 'critical device alerts'],
  ['alertsActive', 'active device alerts'],
  ['sessionsDisconnected', 'devices lost in the middle of a session'],
]);

/** `agentsAvailable` as “agents available”. */
export function kpiWords(kpi: KpiKey): string {
  return WORDS.get(kpi) ?? kpi.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

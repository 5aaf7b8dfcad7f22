/**
 * Sees that somebody imported settings beside a running server, and takes up what can be: asked every few seconds, by one
 * small document. Where the store cannot be read, what was known stays.
 */
import type { Settings } from '../../lib/contracts/settings';
import type { Cancel, Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import { Trouble } from '../runtime/trouble';
import type { DocumentStore } from '../store/ports';
import { readSettings } from '../store/settings';
import { readPart } from '../store/settings-main';

const ASK_MS = 5_000;

export interface ImportWatchOptions {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly takeUp: (settings: Settings) => void;
}

/** What was imported before is known already. Rejects where the store cannot be read now. */
export async function watchImports({ store, clock, log, takeUp }: ImportWatchOptions): Promise<Cancel> {
  const trouble = new Trouble('imported settings cannot be taken up', clock, log);
  let { revision: known } = await readPart(store, 'import');
  let isAsking = false;

  async function ask(): Promise<void> {
    const { revision } = await readPart(store, 'import');
    if (revision === known) return;
    const settings = await readSettings(store, (id, problem) => {
      log.error('an imported board cannot be read, and is left out', { kind: 'board', id, problem });
    });
    known = revision;
    takeUp(settings);
  }

  return clock.every(ASK_MS, () => {
    if (isAsking) return;
    isAsking = true;
    ask()
      .catch((thrown: unknown) => trouble.note(thrown))
      .finally(() => {
        isAsking = false;
      });
  });
}

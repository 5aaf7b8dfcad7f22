/**
 * Thresholds and queue groups: settings that hold on all boards, each replaced as a whole on top of the revision that
 * was read. What is written is taken up by what runs at once.
 */
import type { QueueGroups, Thresholds } from '../../lib/contracts/board-desk';
import type { Settings } from '../../lib/contracts/settings';
import { err, ok, type Result } from '../../lib/result';
import type { Clock } from '../runtime/clock';
import type { DocumentStore } from '../store/ports';
import { mainWrite, type Part, partWrite, readMain, readPart } from '../store/settings-main';
import type { DeskProblem, Editor, SettingsDesk } from './board-desk';
import type { ChangeStore } from './change-store';

export interface SettingsDeskOptions {
  readonly store: DocumentStore;
  readonly change: ChangeStore;
  readonly clock: Clock;
  /** Told once it is written: what holds from now on. */
  readonly changed: (part: Partial<Pick<Settings, Part>>) => void;
}

/** Each of them is tried on every subject; one that names its subject is looked up. */
const MAX_PATTERNS = 200;

export function createSettingsDesk(options: SettingsDeskOptions): SettingsDesk {
  const { store, change, clock, changed } = options;

  async function held<P extends Part>(part: P): Promise<{ revision: number; items: Settings[P] }> {
    const [{ revision }, { content }] = await Promise.all([readPart(store, part), readMain(store)]);
    // As the schema of all settings has read it at the start, and as `replace` writes it.
    return { revision, items: (content[part] ?? []) as Settings[P] };
  }

  function replace<P extends Part>(
    part: P,
    wish: { readonly revision: number; readonly items: Settings[P] },
    by: Editor,
  ): Promise<Result<{ revision: number; items: Settings[P] }, DeskProblem>> {
    return change(by, async () => {
      const before = await readPart(store, part);
      const { items } = wish;
      const saved = { at: clock.now(), by: by.name };
      if (wish.revision !== before.revision) return err({ kind: 'changed', ...(before.saved ?? saved) });
      const main = await readMain(store);
      const counts = [
        ['before', (await held(part)).items.length],
        ['after', items.length],
      ] as const;
      return ok({
        deed: { action: `${NAMES[part]}.changed`, subject: NAMES[part], details: counts },
        writes: [mainWrite(main, { [part]: items }), partWrite(part, before, saved)],
        done: () => {
          changed({ [part]: items });
          return { revision: before.revision + 1, items };
        },
      });
    });
  }

  return {
    async thresholds() {
      const { revision, items } = await held('thresholds');
      return { revision, rules: items };
    },
    async setThresholds({ revision, rules }, by) {
      const problems = thresholdProblems(rules);
      if (problems.length > 0) return err({ kind: 'invalid', problems });
      const set = await replace('thresholds', { revision, items: rules }, by);
      return set.ok ? ok({ revision: set.value.revision, rules: set.value.items }) : set;
    },
    async queueGroups() {
      const { revision, items } = await held('groups');
      return { revision, groups: items };
    },
    async setQueueGroups({ revision, groups }, by) {
      const problems = groupProblems(groups);
      if (problems.length > 0) return err({ kind: 'invalid', problems });
      const set = await replace('groups', { revision, items: groups }, by);
      return set.ok ? ok({ revision: set.value.revision, groups: set.value.items }) : set;
    },
  };
}

/** As the audit log and people call them. */
const NAMES: Readonly<Record<Part, string>> = { thresholds: 'thresholds', groups: 'queue-groups' };

function thresholdProblems(rules: Thresholds['rules']): readonly string[] {
  const patterns = rules.filter(({ subject }) => subject?.includes('*')).length;
  return patterns <= MAX_PATTERNS ? [] : [`rules: more than ${MAX_PATTERNS} have a pattern with *`];
}

function groupProblems(groups: QueueGroups['groups']): readonly string[] {
  const seen = new Set<string>();
  return groups.flatMap(({ id }, index) => {
    const isTwin = seen.has(id);
    seen.add(id);
    return isTwin ? [`groups[${index}].id: “${id}” occurs twice`] : [];
  });
}

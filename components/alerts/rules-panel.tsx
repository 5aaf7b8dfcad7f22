'use client';
/** Which queue a device belongs to: rules that are tried in their order, edited here and saved as a whole. */
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { z } from 'zod';
import { type DeviceRule, deviceRulesSchema } from '../../lib/contracts/settings';
import { keepsDevices } from '../access/desk-links';
import { ListState } from '../access/list-state';
import { ProblemLine } from '../access/problem-line';
import { useDeed } from '../access/use-deed';
import { useMe } from '../access/use-me';
import { callServer } from '../ui/fetch-json';
import { usePolled } from '../ui/use-polled';
import type { NamedQueue } from './queue-names';
import {
  draftOf,
  followed,
  isChanged,
  isSameRules,
  movedRule,
  type RuleDraft,
  withoutRule,
  withRule,
} from './rule-draft';
import { RuleFiles } from './rule-files';
import { RuleForm } from './rule-form';
import { RuleList } from './rule-list';

const PATH = '/api/v1/device-rules';
const ASK_MS = 10_000;
const responseSchema = z.object({ rules: deviceRulesSchema });

export function RulesPanel({ queues }: { queues: readonly NamedQueue[] }) {
  const t = useTranslations('rules');
  const polled = usePolled(PATH, responseSchema, ASK_MS);
  const { answer } = polled;
  return (
    <section className="panel form rules" data-rules={answer?.rules.length ?? ''}>
      <h2>{t('title')}</h2>
      <p className="form-note">{t('note')}</p>
      <ListState polled={polled} empty={null}>
        {answer !== null && <Rules current={answer.rules} queues={queues} refresh={polled.refresh} />}
      </ListState>
    </section>
  );
}

interface RulesProps {
  /** As the server has them. */
  readonly current: readonly DeviceRule[];
  readonly queues: readonly NamedQueue[];
  readonly refresh: () => void;
}

function Rules({ current, queues, refresh }: RulesProps) {
  const t = useTranslations('rules');
  const mayEdit = keepsDevices(useMe());
  const [draft, setDraft] = useState<RuleDraft>(() => draftOf(current));
  useEffect(() => setDraft((now) => followed(now, current)), [current]);
  const hasChanged = isChanged(draft);
  if (!mayEdit) {
    return (
      <>
        <RuleList rules={draft.rules} queues={queues} edit={null} />
        <p className="form-note">{t('readOnly')}</p>
        <RuleFiles rules={draft.rules} onImport={null} />
      </>
    );
  }
  return (
    <>
      <RuleList
        rules={draft.rules}
        queues={queues}
        edit={{
          move: (index, by) => setDraft(movedRule(draft, index, by)),
          remove: (index) => setDraft(withoutRule(draft, index)),
        }}
      />
      {hasChanged && (
        <Saving
          draft={draft}
          isOvertaken={!isSameRules(draft.base, current)}
          onSaved={(rules) => {
            setDraft(draftOf(rules));
            refresh();
          }}
          onDiscarded={() => setDraft(draftOf(current))}
        />
      )}
      <RuleForm queues={queues} onAdd={(rule) => setDraft(withRule(draft, rule))} />
      <RuleFiles rules={draft.rules} onImport={(rules) => setDraft({ ...draft, rules })} />
    </>
  );
}

interface SavingProps {
  readonly draft: RuleDraft;
  /** Somebody else saved other rules since. */
  readonly isOvertaken: boolean;
  readonly onSaved: (rules: readonly DeviceRule[]) => void;
  readonly onDiscarded: () => void;
}

function Saving({ draft, isOvertaken, onSaved, onDiscarded }: SavingProps) {
  const t = useTranslations('rules');
  const { isBusy, problem, run } = useDeed<readonly DeviceRule[]>();
  return (
    <div className="rules-saving" data-unsaved>
      <p className="side-warn">{t(isOvertaken ? 'overtaken' : 'unsaved')}</p>
      <ProblemLine problem={problem} />
      <p className="form-ways">
        <button
          type="button"
          className="button button-main"
          aria-disabled={isBusy}
          onClick={() => run(() => save(draft.rules), onSaved)}
        >
          {t('save')}
        </button>
        <button type="button" className="button" onClick={onDiscarded}>
          {t('discard')}
        </button>
      </p>
    </div>
  );
}

async function save(rules: readonly DeviceRule[]) {
  const said = await callServer({ path: PATH, method: 'POST', body: rules, schema: responseSchema });
  return said.ok ? ({ ok: true, value: said.value.content.rules } as const) : said;
}

'use client';
/** The rules as a JSON file: out, and in again. What is read is shown first and saved by hand. */
import { type ChangeEvent, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { DeviceRule } from '../../lib/contracts/settings';
import { type FileProblem, fileOfRules, rulesOfFile } from './rule-draft';

const FILE_NAME = 'floorcast-device-rules.json';
/** More than the most rules take. */
const MOST_BYTES = 2_000_000;

export interface RuleFilesProps {
  readonly rules: readonly DeviceRule[];
  /** `null`: only out. */
  readonly onImport: ((rules: readonly DeviceRule[]) => void) | null;
}

export function RuleFiles({ rules, onImport }: RuleFilesProps) {
  const t = useTranslations('rules');
  const id = useId();
  const [problem, setProblem] = useState<FileProblem | null>(null);
  const read = async (event: ChangeEvent<HTMLInputElement>) => {
    const input = event.currentTarget;
    const file = input.files?.[0];
    if (file === undefined || onImport === null) return;
    const read = file.size > MOST_BYTES ? TOO_MANY : rulesOfFile(await file.text());
    // The same file may be chosen again, mended.
    input.value = '';
    setProblem(read.ok ? null : read.error);
    if (read.ok) onImport(read.value);
  };
  return (
    <div className="rule-files">
      <p className="form-ways">
        <button type="button" className="button" onClick={() => download(fileOfRules(rules))}>
          {t('export')}
        </button>
        {onImport !== null && (
          <label className="button file-button" htmlFor={id}>
            {t('import')}
            <input id={id} className="unseen" type="file" accept=".json,application/json" onChange={read} />
          </label>
        )}
      </p>
      {problem !== null && (
        <p className="problem" role="alert">
          {t(`file.${problem.kind}`, { rule: problem.kind === 'wrongRule' ? problem.rule : 0 })}
        </p>
      )}
    </div>
  );
}

const TOO_MANY = { ok: false, error: { kind: 'tooMany' } } as const;

function download(text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = FILE_NAME;
  link.click();
  URL.revokeObjectURL(address);
}

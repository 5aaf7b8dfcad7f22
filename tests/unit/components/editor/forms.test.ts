import { describe, expect, it } from 'vitest';
import { boardOfFile, type NewBoardText, newBoardOf } from '../../../../components/editor/board-file';
import { readNumber } from '../../../../components/editor/fields/fields';
import { matching } from '../../../../components/editor/fields/search-list';
import {
  ruleOf,
  type ThresholdText,
  thresholdText,
  withoutThreshold,
  withThreshold,
} from '../../../../components/editor/threshold-draft';
import { newBoardSchema } from '../../../../lib/contracts/board-desk';
import type { ThresholdRule } from '../../../../lib/contracts/settings';
import { BOARD } from './any-edits';

const RULE: ThresholdRule = {
  ...{ kpi: 'longestWaitSince', warning: 60_000, critical: 120_000, deadBand: 5_000 },
  ...{ onDelayMs: 5_000, offDelayMs: 10_000, minimumCount: 0 },
};
const OWN: ThresholdRule = { ...RULE, subject: 'queue:a', warning: 30_000 };
const OTHER: ThresholdRule = { ...RULE, kpi: 'waiting', warning: 5, critical: 10, deadBand: 0 };
const FIGURE = { subject: 'queue:a', kpi: 'longestWaitSince' } as const;

describe('thresholds', () => {
  it('UI-136 of a figure are its own rule, else the one for all', () => {
    expect(ruleOf([RULE, OWN], FIGURE)).toBe(OWN);
    expect(ruleOf([RULE, OWN], { ...FIGURE, subject: 'all' })).toBe(RULE);
    expect(ruleOf([OTHER], FIGURE)).toBeNull();
  });

  it.each([
    ['longestWaitSince', OWN, { scope: 'own', warning: '30', critical: '120', deadBand: '5' }],
    [
      'serviceLevel',
      { ...RULE, kpi: 'serviceLevel', warning: 0.8, critical: 0.07, deadBand: 0.02 },
      { scope: 'all', warning: '80', critical: '7', deadBand: '2' },
    ],
    ['waiting', { ...OTHER, critical: null }, { scope: 'all', warning: '5', critical: '' }],
  ] as const)(
    'UI-136 of %s are written in the units of people, and read back as they were',
    (kpi, rule, text) => {
      const written = thresholdText(rule as ThresholdRule, { subject: 'queue:a', kpi });
      expect(written).toMatchObject({ ...text, onDelay: '5', offDelay: '10' });
      expect(withThreshold([], { subject: 'queue:a', kpi }, written)).toEqual([rule]);
    },
  );

  it('UI-136 take the place of their like and leave all others', () => {
    const text = { ...thresholdText(OWN, FIGURE), warning: '45' };
    expect(withThreshold([RULE, OWN, OTHER], FIGURE, text)).toEqual([
      RULE,
      OTHER,
      { ...OWN, warning: 45_000 },
    ]);
    expect(withThreshold([RULE, OWN, OTHER], FIGURE, { ...text, scope: 'all' })).toEqual([
      OWN,
      OTHER,
      { ...RULE, warning: 45_000 },
    ]);
    expect(withoutThreshold([RULE, OWN, OTHER], FIGURE, 'own')).toEqual([RULE, OTHER]);
  });

  it.each<[Partial<ThresholdText>, string]>([
    [{ warning: 'soon' }, 'number'],
    [{ onDelay: '-1' }, 'number'],
    [{ warning: '', critical: ' ' }, 'none'],
    [{ warning: '130' }, 'order'],
  ])('UI-136 like %o are not sent: %s', (wrong, fault) => {
    expect(withThreshold([], FIGURE, { ...thresholdText(RULE, FIGURE), ...wrong })).toBe(fault);
  });

  it('UI-136 of what is better when higher are critical below the warning', () => {
    const text = { ...thresholdText(null, FIGURE), warning: '80', critical: '70' };
    expect(withThreshold([], { subject: 'all', kpi: 'serviceLevel' }, text)).toHaveLength(1);
    expect(withThreshold([], { subject: 'all', kpi: 'serviceLevel' }, { ...text, critical: '90' })).toBe(
      'order',
    );
  });
});

describe('the fields', () => {
  it.each([
    ['8', 8],
    ['8,5', 8.5],
    [' 8.5 ', 8.5],
    ['', null],
    ['0.2', null],
    ['31', null],
    ['far', null],
    ['1e99', null],
  ])('UI-138 read %j as %s', (text, value) => {
    expect(readNumber(text, { least: 0.3, most: 30, isFraction: true })).toBe(value);
  });

  it('UI-138 take whole numbers where only those are meant', () => {
    expect(readNumber('8.5', { least: 1, most: 30, isFraction: false })).toBeNull();
  });

  const choices = [
    { value: 'waiting', label: 'Waiting', group: 'now', words: 'Interactions waiting now' },
    { value: 'offered', label: 'Offered today', group: 'today', words: 'nOffered' },
    { value: 'maxWaitMs', label: 'Longest today', group: 'today', words: 'longest wait' },
  ];
  it.each([
    ['wait', ['waiting', 'maxWaitMs']],
    ['WAIT today', ['maxWaitMs']],
    ['noff', ['offered']],
    ['  ', ['waiting', 'offered', 'maxWaitMs']],
    ['(', []],
  ])('UI-138 find by %j', (wanted, found) => {
    expect(matching(choices, wanted).map(({ value }) => value)).toEqual(found);
  });
});

describe('a new board', () => {
  const text: NewBoardText = {
    ...{ name: 'Hall', kind: 'template', template: 'floor', subject: '', boardId: '', file: null },
  };

  it.each<[string, Partial<NewBoardText>, boolean]>([
    ['of a template', {}, true],
    ['without a name', { name: ' ' }, false],
    ['of one queue that was not chosen', { template: 'one-queue' }, false],
    ['of one queue', { template: 'one-queue', subject: 'queue:a' }, true],
    ['copied from none', { kind: 'copy' }, false],
    ['copied', { kind: 'copy', boardId: 'main' }, true],
    ['of no file', { kind: 'file' }, false],
    ['of a file', { kind: 'file', file: { name: 'B', board: BOARD } }, true],
  ])('UI-120 %s is sent or not as the contract takes it', (_, more, isTaken) => {
    expect(newBoardSchema.safeParse(newBoardOf({ ...text, ...more })).success).toBe(isTaken);
  });

  it.each([
    ['{', 'fileNoJson'],
    ['[]', 'fileNoBoard'],
    ['{"name":"x","pages":[]}', 'fileNoBoard'],
    ['{"board":{"name":"x","pages":[{}]}}', 'fileNoBoard'],
  ])('UI-139 is not made of %j', (written, problem) => {
    expect(boardOfFile(written)).toEqual({ ok: false, error: problem });
  });

  it.each([
    ['a board', JSON.stringify(BOARD)],
    ['a file that holds one', JSON.stringify({ board: BOARD, version: 3 })],
  ])('UI-139 is read from %s before anything is sent', (_, written) => {
    expect(boardOfFile(written)).toEqual({ ok: true, value: { name: 'Board', board: BOARD } });
  });
});

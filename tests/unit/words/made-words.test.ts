/** What the server says in English to machines has words in each language for people: figures, roll-ups, names. */
import { describe, expect, it } from 'vitest';
import { rollupKey } from '../../../components/supervisor/rollup-words';
import { MADE_NAMES } from '../../../components/ui/made-names';
import { saidIn } from '../../../components/ui/server-sentences';
import { KPI_CATALOGUE } from '../../../lib/contracts/kpi';
import de from '../../../messages/de.json';
import en from '../../../messages/en.json';
import { defaultBoards, everyQueueBoard } from '../../../server/boards/default-board';
import { noticeOf, REASONS, transitionLine } from '../../../server/devices/sessions/session-sentences';
import { unknownBoard } from '../../../server/push/handshake';
import { sentencesOf } from '../../support/catalogue-keys';
import { sentencesLeft } from '../../support/wall-words';

const english = sentencesOf(en);
const german = sentencesOf(de);

describe('what the server says in English', () => {
  const sentences = [
    ...Object.values(REASONS),
    ...[noticeOf('DISCONNECTED', null), noticeOf('ERROR', null), noticeOf('ERROR', 'refused')],
    ...[transitionLine('DISCONNECTED', 'RUNNING', null), unknownBoard().message],
    `${REASONS.lostMeanwhile} ${REASONS.mayHaveRun}`,
  ].filter((said) => said !== null);

  it('UI-243 about sessions and boards is said in German where people read it', () => {
    for (const said of sentences) {
      expect(saidIn(said, en.said)).toBe(said);
      expect([said, sentencesLeft([saidIn(said, de.said)], en, de)]).toEqual([said, []]);
      expect(saidIn(said, de.said)).not.toBe(said);
    }
    expect(saidIn(`${REASONS.noAnswer} ${REASONS.mayHaveRun}`, de.said)).toBe(
      `${de.said.noAnswer} ${de.said.mayHaveRun}`,
    );
  });

  it('UI-243 and what a device says itself is left as it is', () => {
    expect(saidIn('Overheated {what} $&', de.said)).toBe('Overheated {what} $&');
    expect(saidIn('The device could not do it: $& {what}', de.said)).toBe(
      'Das Gerät konnte es nicht: $& {what}',
    );
    expect(saidIn('', de.said)).toBe('');
  });
});

describe('what the server calls things', () => {
  it.each(KPI_CATALOGUE)(
    'UI-243 the formula of $key is the same on the page as in the API',
    ({ key, formula }) => {
      expect(english.get(`kpi.${key}.formula`)).toBe(formula);
      expect(german.get(`kpi.${key}.formula`)).not.toBe(formula);
    },
  );

  it('UI-243 each way to roll up has words', () => {
    for (const { rollup } of KPI_CATALOGUE) {
      const said = english.get(`rollup.${rollupKey(rollup)}`) ?? '';
      expect(said.toLowerCase()).toBe(rollup.toLowerCase());
    }
    expect(rollupKey('another')).toBeNull();
  });

  it('UI-243 boards and pages that it makes have names in each language', () => {
    const options = { timeZone: 'UTC', hasDevices: true, hasSessions: true };
    const queues = ['', 'North'].map((divisionName, i) => ({
      ...{ id: `q${i}`, name: `Queue ${i}`, divisionId: `d${i}`, divisionName },
    }));
    const boards = [...defaultBoards(queues, options), everyQueueBoard(options)];
    const names = boards.flatMap(({ name, pages }) => [name, ...pages.map(({ title }) => title)]);
    expect(new Set(names)).toEqual(new Set([...MADE_NAMES.keys(), 'North']));
    for (const [name, key] of MADE_NAMES) {
      expect(english.get(`made.${key}`)).toBe(name);
      expect(german.get(`made.${key}`)).toBeTruthy();
    }
  });
});

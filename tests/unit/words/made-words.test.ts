/** What the server says in English to machines has words in each language for people: figures, roll-ups, names. */
import { describe, expect, it } from 'vitest';
import { rollupKey } from '../../../components/supervisor/rollup-words';
import { MADE_NAMES } from '../../../components/ui/made-names';
import { KPI_CATALOGUE } from '../../../lib/contracts/kpi';
import de from '../../../messages/de.json';
import en from '../../../messages/en.json';
import { defaultBoards, everyQueueBoard } from '../../../server/boards/default-board';
import { sentencesOf } from '../../support/catalogue-keys';

const english = sentencesOf(en);
const german = sentencesOf(de);

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

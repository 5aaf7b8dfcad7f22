/** Every sentence in every language: none missing, none too many, none that cannot be read, none left in English. */
import { createTranslator } from 'use-intl';
import { describe, expect, it } from 'vitest';
import { type LANGUAGES, LOCALES } from '../../../lib/contracts/locale';
import { languageOf } from '../../../lib/locale';
import de from '../../../messages/de.json';
import en from '../../../messages/en.json';
import { argumentsOf, samplesFor, sentencesOf, type Words } from '../../support/catalogue-keys';
import { sourceFiles, syntaxOf, walk } from '../../support/repository';
import { isUsed, namingsOf } from '../../support/used-words';

const CATALOGUES: Readonly<Record<(typeof LANGUAGES)[number], Words>> = { en, de };
const english = sentencesOf(en);
const german = sentencesOf(de);

/** The same in both by intention: names, signs, and what German has taken over. */
const SHARED =
  /^(Floorcast|Genesys|Boards?|Name|Code|Filter|Person|Agent|Supervisor|Info|Online|Offline|Firmware|Diagnose|Signal|Version|Status|normal|live|On Queue|Off Queue|Normal|Chat|Text|Information|JSON|Slack|Microsoft Teams|Neues Board|MB|English.*|Deutsch.*|https:\/\/…|Build|Protanopia|Version \{version\}|Signal \{value\} dBm|Thermo\*|thermo-\*|″, {2}m|dBm|s|[×/]|−? ?s|[^a-zA-Z]*)$/;
const ENGLISH =
  /\b(the|and|of|are|not|with|this|that|from|your|you|has|have|does|nobody|until|while|please|again|queues?|screens?|devices?|alerts?|waiting|today|sign in|signed|loading|answer(ed|s)?|save|cancel|close|show|remove|undo|publish(ed)?|draft|page|tile|settings)\b/i;

describe('the catalogues of words', () => {
  it('UI-230 have the same sentences in each language', () => {
    expect(english.size).toBeGreaterThan(500);
    expect([...english.keys()].filter((path) => !german.has(path))).toEqual([]);
    expect([...german.keys()].filter((path) => !english.has(path))).toEqual([]);
  });

  it('UI-230 ask for the same in each language', () => {
    const differing = [...english].flatMap(([path, sentence]) => {
      const [wanted, found] = [argumentsOf(sentence), argumentsOf(german.get(path) ?? '')];
      return wanted.join() === found.join() ? [] : [`${path}: ${wanted.join(', ')} / ${found.join(', ')}`];
    });
    expect(differing).toEqual([]);
  });

  it.each(LOCALES)('UI-230 are read without a fault in %s, for one and for many', (locale) => {
    const language = languageOf(locale);
    const sentences = language === 'de' ? german : english;
    const faults: string[] = [];
    const t = createTranslator({
      ...{ locale, messages: CATALOGUES[language] },
      onError: (error) => faults.push(error.message),
    });
    for (const [path, sentence] of sentences) {
      for (const count of [0, 1, 1_234]) {
        // The paths are those of this very catalogue.
        const said = String(t.rich(path as never, samplesFor(sentence, count) as never));
        if (said === '' || /[{}]|undefined|NaN|‹\w*\.\w*›/.test(said)) faults.push(`${path}: ${said}`);
      }
    }
    expect(faults).toEqual([]);
  });

  it('UI-231 leave nothing in English', () => {
    const same = [...german].filter(([path, said]) => said === english.get(path));
    const words = (said: string) =>
      said
        .replace(/\{[^{}]*\}/g, '')
        .replace(/<\/?\w+>/g, '')
        .trim();
    expect(same.filter(([, said]) => !SHARED.test(said) && !SHARED.test(words(said)))).toEqual([]);
    // As the platform calls it in German too.
    const bare = (said: string) =>
      said.replace(/\{\w+(, \w+)?|\b[\w.]+\/[\w./-]+|npm run [\w -]+|<c>.*?<\/c>|O(?:n|ff) Queue/g, '');
    expect([...german].filter(([, said]) => ENGLISH.test(bare(said)))).toEqual([]);
  });

  it('UI-231 address people in German as Sie, with German quotation marks and dashes', () => {
    const informal = /\b(du|dich|dir|dein(e[rmns]?)?|euch|euer)\b/i;
    const sentences = [...german].filter(([, said]) => informal.test(said) || /["“][^“”„]*["”]/.test(said));
    expect(sentences).toEqual([]);
  });

  it('UI-232 hold nothing that no page says', () => {
    const files = sourceFiles()
      .filter((path) => /^(app|components|lib|server\/http\/)/.test(path))
      .map((path) => namingsOf(syntaxOf(path), walk));
    // `said` is looked up by its English, which the server says: made-words.test.ts.
    const unused = [...english.keys()].filter((path) => !path.startsWith('said.') && !isUsed(path, files));
    expect(unused).toEqual([]);
  }, 60_000);
});

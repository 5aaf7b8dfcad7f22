import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { differencesAtTheEnd, type PlayedDay, playToTheEnd, setDay } from '../../support/played-day';

const SUPPORT = path.resolve(import.meta.dirname ?? '', '../../support');

function file(folder: string, name: string): string {
  return readFileSync(path.join(folder, name), 'utf8');
}
const sampleCsv = () => file(SUPPORT, 'sample-day.csv');
const sampleTruth = () => file(SUPPORT, 'sample-day.truth.json');

let day: PlayedDay | null = null;
afterEach(async () => {
  await day?.stop();
  day = null;
});

describe('a day of call records, played to its end', () => {
  it('RUN-30 ends with the figures of its file, and is right within a second all the way', async () => {
    day = await setDay({ csv: sampleCsv(), speed: 3_000 });
    const watch = await playToTheEnd(day);
    expect(watch.wrong).toEqual([]);
    expect(watch.compared).toBeGreaterThan(50);
    expect(await differencesAtTheEnd(day, sampleTruth())).toEqual([]);
  });

  it('RUN-31 loses nothing when the sockets are cut five times on the way', async () => {
    day = await setDay({ csv: sampleCsv(), speed: 1_500 });
    const watch = await playToTheEnd(day, [0.1, 0.3, 0.5, 0.7, 0.9]);
    expect(watch.wrong).toEqual([]);
    expect(await differencesAtTheEnd(day, sampleTruth())).toEqual([]);
  });

  it('RUN-32 is the same when the platform’s half hour ends in the middle of it', async () => {
    day = await setDay({ csv: sampleCsv(), speed: 3_000, startAt: Date.UTC(2026, 10, 20, 9, 29, 50) });
    const watch = await playToTheEnd(day, [0.5]);
    expect(watch.wrong).toEqual([]);
    expect(await differencesAtTheEnd(day, sampleTruth())).toEqual([]);
  });
});

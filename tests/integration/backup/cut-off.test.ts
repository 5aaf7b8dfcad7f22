/** Restores that are cut off, at every step and by kill -9 at any moment: old or new, never half of each. */

import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { saveFiles } from '../../../server/backup/save-files';
import { STORE_FILE_NAMES } from '../../../server/store/file-names';
import { lockRestore } from '../../../server/store/pending-restore';
import { openSqliteStore } from '../../../server/store/sqlite';
import { ROOT } from '../../support/repository';
import { createSandbox, type Sandbox } from '../../support/sandbox';
import { makeStore, storeIn } from '../../support/stored-samples';

const RESTORER = path.join(ROOT, 'tests', 'support', 'restorer.ts');
/** Of renamings: the first decides, four or more take old files away, one is between, four bring new ones, one ends it. */
const STEPS = [1, 2, 4, 7, 11];
/** By its address: the sandbox has no packages of its own. */
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

let house: Sandbox;
let target = '';
beforeEach(() => {
  house = createSandbox([]);
  target = path.join(house.folder, 'target');
});
afterEach(() => house.remove());

const place = (name: string) => path.join(house.folder, name);

/** Two stores; what is in each. */
async function oldAndNew() {
  await makeStore(place('old'), 1);
  await makeStore(place('new'), 2);
  return [await storeIn(place('old')), await storeIn(place('new'))] as const;
}

/** A folder in which a restore got so far: `away` files of the old one, then `there` files of the new one. */
function cutOff(state: 'partial' | 'ready' | 'moving', away: number, there: number): void {
  rmSync(target, { recursive: true, force: true });
  cpSync(place('old'), target, { recursive: true });
  const incoming = path.join(target, `restore-1.${state}`);
  cpSync(place('new'), incoming, { recursive: true });
  for (const name of STORE_FILE_NAMES.slice(0, away)) {
    mkdirSync(path.join(target, 'before-restore-1'), { recursive: true });
    renameSync(path.join(target, name), path.join(target, 'before-restore-1', name));
  }
  for (const name of STORE_FILE_NAMES.slice(0, there)) {
    renameSync(path.join(incoming, name), path.join(target, name));
  }
}

describe('a restore that is cut off', () => {
  it('BACKUP-8 leaves the old store until it is decided on, and from then on the new one', async () => {
    const [before, after] = await oldAndNew();
    cutOff('partial', 0, 0);
    expect(await storeIn(target)).toEqual(before);
    for (const away of [0, 1, 2, 3, 4]) {
      cutOff('ready', away, 0);
      expect(await storeIn(target), `${away} away`).toEqual(after);
      expect(await storeIn(path.join(target, 'before-restore-1')), `${away} away`).toEqual(before);
    }
    for (const there of [0, 1, 2, 3, 4]) {
      cutOff('moving', 4, there);
      expect(await storeIn(target), `${there} there`).toEqual(after);
      expect(readdirSync(target).filter((name) => /^restore-1/.test(name))).toEqual([]);
    }
  });

  it('BACKUP-8 goes on where somebody was about to open the store meanwhile', async () => {
    const [before, after] = await oldAndNew();
    cutOff('ready', 4, 0);
    for (const name of STORE_FILE_NAMES) writeFileSync(path.join(target, name), '');
    expect(await storeIn(target)).toEqual(after);
    expect(await storeIn(path.join(target, 'before-restore-1'))).toEqual(before);
  });

  it('BACKUP-8 is finished by nobody else while the one that does it lives', async () => {
    await oldAndNew();
    cutOff('ready', 2, 0);
    const release = lockRestore(target);
    try {
      expect(() => openSqliteStore(target)).toThrow(`another restore is under way in ${target}`);
    } finally {
      release();
    }
  }, 30_000);

  it('BACKUP-8 by kill -9 at any step leaves one whole store, and the next restore goes on', async () => {
    const [before, after] = await oldAndNew();
    await saveFiles(place('new'), { file: place('new.tar.gz'), version: '0', now: 0 });
    const restore = (step: number) =>
      house.node(['--import', TSX, RESTORER, target, place('new.tar.gz'), `${step}`]);
    for (const step of STEPS) {
      rmSync(target, { recursive: true, force: true });
      cpSync(place('old'), target, { recursive: true });
      expect(restore(step), `step ${step}`).toMatchObject({ status: null });
      cpSync(target, place(`look-${step}`), { recursive: true });
      const found = await storeIn(place(`look-${step}`));
      expect(found, `step ${step}`).toEqual(step === 1 ? before : after);
    }
    expect(restore(0)).toMatchObject({ status: 0 });
    expect(await storeIn(target)).toEqual(after);
  }, 120_000);
});

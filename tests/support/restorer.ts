/**
 * A process of its own that restores a backup into a folder, and kills itself (SIGKILL) before it renames or removes a
 * folder for the n-th time: `restorer.ts FOLDER FILE N`; 0: never.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { restoreFiles } from '../../server/backup/restore-files';

const [folder = '', file = '', killAt = '0'] = process.argv.slice(2);

const { renameSync, rmdirSync } = fs;
let steps = 0;
function step(): void {
  steps += 1;
  if (steps === Number(killAt)) process.kill(process.pid, 'SIGKILL');
}
fs.renameSync = (from, to) => {
  step();
  renameSync(from, to);
};
fs.rmdirSync = (path, options) => {
  step();
  rmdirSync(path, options);
};
syncBuiltinESMExports();

void restoreFiles(folder, { file, stamp: `n${killAt}`, replace: true, brokenAudit: false });

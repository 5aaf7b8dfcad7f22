/** Programs that tests start: where they are. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** In the folders of PATH, and in the `sbin` beside each: Debian keeps servers there. */
export function programFile(name: string, debianPackage: string): string {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const all = folders.flatMap((folder) => [folder, path.join(folder, '..', 'sbin')]);
  const found = [...all, '/usr/sbin', '/usr/local/sbin']
    .map((folder) => path.join(folder, name))
    .find(isProgram);
  if (found === undefined) throw new Error(`${name} is not there: install Debian's package ${debianPackage}`);
  return found;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Not there, or not to be run.
    return false;
  }
}

/**
 * Puts in place the Debian packages that the tests need. It installs what is missing where it may (root, or sudo
 * without a password, with apt-get); elsewhere it says what to install and fails, so that nothing is skipped
 * in silence.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

/** Each package and the command that shows that it is there. */
const NEEDED = [
  { package: 'chromium', command: 'chromium', for: 'the browser tests' },
  { package: 'mosquitto', command: 'mosquitto', for: 'the tests with a real broker' },
  { package: 'redis-server', command: 'redis-server', for: 'the tests with a real Redis' },
  { package: 'prometheus', command: 'promtool', for: 'the check of the alert rules' },
];

const missing = NEEDED.filter((need) => !isOnPath(need.command));
if (missing.length > 0) {
  const install = installer();
  if (install === null || !install(missing.map((need) => need.package))) giveUp();
  if (missing.some((need) => !isOnPath(need.command))) giveUp();
}

/** How to install packages here; `null` where it is not possible or not allowed. */
function installer() {
  if (!isOnPath('apt-get')) return null;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !(isOnPath('sudo') && runs('sudo', ['-n', 'true']))) return null;
  // sudo drops the environment: the variable goes in by env.
  const prefix = [...(isRoot ? [] : ['sudo', '-n']), 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  const [command, ...lead] = prefix;
  const apt = (...args) => runs(command, [...lead, '-o', 'Acquire::Retries=3', '-q', ...args]);
  return (packages) => {
    console.log(`Installing ${packages.join(', ')} …`);
    return apt('update') && apt('install', '-y', '--no-install-recommends', ...packages);
  };
}

function giveUp() {
  for (const need of missing)
    console.error(`Missing: ${need.command} (Debian package ${need.package}), needed by ${need.for}.`);
  console.error(
    `Install it and run again: sudo apt-get install ${missing.map((need) => need.package).join(' ')}`,
  );
  process.exit(1);
}

function runs(command, args) {
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

/** Also beside the folders of programs: daemons are in `sbin`, which is not on everybody's path. */
function isOnPath(command) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders
    .flatMap((folder) => [folder, join(folder, '..', 'sbin')])
    .some((folder) => {
      try {
        accessSync(join(folder, command), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

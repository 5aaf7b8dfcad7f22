import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../../support/repository';
import { createSandbox, type Sandbox } from '../../support/sandbox';

const SCRIPT = join(ROOT, 'scripts', 'set-up.mjs');
/** Stands in for apt-get and sudo: writes down how it was called, and may bring a command along. */
const RECORD = '#!/bin/sh\necho "$(basename "$0") $*" >>"$CALLS"\n';
const SUDO = `${RECORD}shift\nexec "$@"\n`;

let machine: Sandbox;
beforeEach(() => {
  machine = createSandbox([]);
  // env and the shell's own tools are in the folders of the system; the commands looked for are not.
  machine.write('tools/env', '#!/bin/sh\nexec /usr/bin/env "$@"\n', 0o755);
  machine.write('tools/basename', '#!/bin/sh\nexec /usr/bin/basename "$1"\n', 0o755);
  machine.write('tools/sudo', SUDO, 0o755);
});
afterEach(() => machine.remove());

function setUp(...folders: string[]) {
  const PATH = ['tools', ...folders].map((folder) => join(machine.folder, folder)).join(delimiter);
  const calls = join(machine.folder, 'calls');
  return machine.node([SCRIPT], { PATH, CALLS: calls });
}

describe('set-up', () => {
  it('RUN-14 does nothing where all is there', () => {
    machine.write('there/chromium', '#!/bin/sh\n', 0o755);
    // Daemons are beside the programs, on nobody's path but root's.
    for (const server of ['mosquitto', 'redis-server']) machine.write(`sbin/${server}`, '#!/bin/sh\n', 0o755);
    machine.write('there/promtool', '#!/bin/sh\n', 0o755);
    expect(setUp('there')).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('RUN-14 installs what is missing, without asking', () => {
    const here = '"$(/usr/bin/dirname "$0")';
    const bring = ['chromium', 'mosquitto', 'redis-server', 'promtool']
      .map((name) => `/bin/cp "$0" ${here}/${name}"`)
      .join('; ');
    const installing = `${RECORD}case "$*" in *install*) ${bring};; esac\n`;
    machine.write('apt/apt-get', installing, 0o755);
    const { status, stdout } = setUp('apt');
    expect(stdout).toContain('Installing chromium, mosquitto, redis-server, prometheus');
    expect(status).toBe(0);
    expect(setUp('apt')).toMatchObject({ status: 0, stdout: '' });
  });

  it('RUN-14 says what to install and fails where it cannot', () => {
    const { status, stderr } = setUp();
    expect(status).toBe(1);
    expect(stderr).toContain('Missing: chromium');
    expect(stderr).toContain('Missing: mosquitto');
    expect(stderr).toContain('apt-get install chromium mosquitto redis-server prometheus');
  });

  it('RUN-14 fails where installing failed, and where it brought nothing', () => {
    machine.write('broken/apt-get', '#!/bin/sh\nexit 100\n', 0o755);
    machine.write('useless/apt-get', '#!/bin/sh\nexit 0\n', 0o755);
    expect(setUp('broken')).toMatchObject({ status: 1 });
    expect(setUp('useless')).toMatchObject({ status: 1 });
  });
});

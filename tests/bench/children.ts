/** The processes of a benchmark: started from their bundles, asked over IPC, ended by closing it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ANSWER_WITHIN_MS = 60_000;

export function start(file: string, ...args: string[]): ChildProcess {
  const execArgv = ['--expose-gc'];
  return fork(join(import.meta.dirname, file), args, {
    execArgv,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** The child's next message. */
export async function answer<T>(child: ChildProcess): Promise<T> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const died = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${code}`);
  });
  // Each child says what its caller waits for: delivery-messages.ts, node-messages.ts.
  const said = once(child, 'message', { signal }).then(([message]) => message as T);
  died.catch(() => {});
  return Promise.race([said, died]);
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}

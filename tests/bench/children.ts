/** The processes of a benchmark: started from their bundles, asked over IPC, ended by closing it. */
import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ANSWER_WITHIN_MS = 60_000;

/** With these settings as its environment. */
export function startWith(file: string, env: NodeJS.ProcessEnv): ChildProcess {
  return fork(join(import.meta.dirname, file), [], {
    execArgv: ['--expose-gc'],
    ...{ env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  });
}

export function start(file: string, ...args: string[]): ChildProcess {
  const execArgv = ['--expose-gc'];
  return fork(join(import.meta.dirname, file), args, {
    execArgv,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** The child's next message. */
export async function answer<T>(child: ChildProcess): Promise<T> {
  const done = new AbortController();
  const signal = AbortSignal.any([done.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  const died = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${code}`);
  });
  // Each child says what its caller waits for: delivery-messages.ts, node-messages.ts.
  const said = once(child, 'message', { signal }).then(([message]) => message as T);
  died.catch(() => {});
  said.catch(() => {});
  try {
    return await Promise.race([said, died]);
  } finally {
    done.abort();
  }
}

/** Asks a child something, and waits for what it says. */
export async function asked<T>(child: ChildProcess, request: Serializable): Promise<T> {
  const said = answer<T>(child);
  child.send(request);
  return said;
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}

/**
 * The window in which somebody signs in for a widget in a foreign frame, where no cookies come along. It hands a token
 * to this page alone; what comes from elsewhere is ignored.
 */
import { type AgentToken, readHandedToken } from './reading';

const PATH = '/agent/signed-in';
const LOOK = 'popup,width=520,height=680';

/** What is here of the browser's window. */
export interface Opener {
  readonly origin: string;
  open(path: string, name: string, look: string): object | null;
  onMessage(listener: (event: { origin: string; source: unknown; data: unknown }) => void): () => void;
}

export interface SignInWindow {
  /** Within a press of a button, else browsers forbid it. False: the browser opened none. */
  open(): boolean;
  stop(): void;
}

export function createSignInWindow(opener: Opener, onToken: (token: AgentToken) => void): SignInWindow {
  let opened: object | null = null;
  const stop = opener.onMessage(({ origin, source, data }) => {
    if (opened === null || source !== opened || origin !== opener.origin) return;
    const token = readHandedToken(data);
    if (token === null) return;
    opened = null;
    onToken(token);
  });
  return {
    open() {
      opened = opener.open(PATH, 'floorcast-sign-in', LOOK);
      return opened !== null;
    },
    stop,
  };
}

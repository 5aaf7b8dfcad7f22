/** The transcript where none is configured: everything is said to nobody, and so it says of itself. */
import type { Transcript } from './ports';

/** Of its windows, as if there were one. */
const WINDOW_MS = 5_000;

export const SILENT_TRANSCRIPT: Transcript = {
  say: () => {},
  measured: () => {},
  windowMs: () => WINDOW_MS,
  status: () => ({ state: 'off', backlog: 0, lastSentAt: null }),
  subscribe: () => () => {},
  end: () => {},
  stop: async () => {},
};

import { MemorySessionStore } from '../../../support/memory-session-store';
import { sessionStoreSuite } from '../../../support/session-store-suite';

// The stand-in must be as strict as what it stands for.
sessionStoreSuite('memory', async () => {
  const store = new MemorySessionStore();
  return { store, reopen: async () => store.reopened(), cleanUp: async () => {} };
});

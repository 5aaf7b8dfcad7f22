import { documentStoreSuite } from '../../support/document-store-suite';
import { MemoryStore } from '../../support/memory-store';

// The stand-in must be as strict as what it stands for.
documentStoreSuite('memory', async () => {
  const store = new MemoryStore();
  return { store, reopen: async () => store, cleanUp: async () => {} };
});

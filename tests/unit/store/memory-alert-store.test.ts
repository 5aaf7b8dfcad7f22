import { alertStoreSuite } from '../../support/alert-store-suite';
import { MemoryAlertStore } from '../../support/memory-alert-store';

// The stand-in must be as strict as what it stands for.
alertStoreSuite('memory', async () => {
  const store = new MemoryAlertStore();
  return { store, reopen: async () => store.reopen(), cleanUp: async () => {} };
});

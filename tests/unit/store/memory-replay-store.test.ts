import { MemoryReplayStore } from '../../support/memory-replay-store';
import { replayStoreSuite } from '../../support/replay-store-suite';

replayStoreSuite('memory', async () => {
  const store = new MemoryReplayStore();
  return {
    store,
    async reopen() {
      store.isClosed = false;
      return store;
    },
    cleanUp: async () => {},
  };
});

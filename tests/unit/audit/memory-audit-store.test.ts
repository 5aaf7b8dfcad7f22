import { auditStoreSuite } from '../../support/audit-store-suite';
import { MemoryAuditStore } from '../../support/memory-audit-store';

// The stand-in must be as strict as what it stands for.
auditStoreSuite('memory', async () => {
  const store = new MemoryAuditStore();
  return { store, secondDoor: async () => store, reopen: async () => store, cleanUp: async () => {} };
});

/** A document store that tells when something was written through it. */
import type { DocumentStore } from '../store/ports';

/** `wrote`: after each write that changed something, or may have. */
export function tellWrites<Store extends DocumentStore>(store: Store, wrote: () => void): Store {
  const write: DocumentStore['write'] = async (batch) => {
    try {
      const written = await store.write(batch);
      if (written.ok) wrote();
      return written;
    } catch (thrown) {
      // Nobody knows whether it was done.
      wrote();
      throw thrown;
    }
  };
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'write') return write;
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/**
 * A process of its own that writes units to the alert store of a folder: `alert-writer.ts FOLDER COUNT NAME`. It prints
 * the number of each unit once that is written; where one cannot be, `refused` and how many alerts can still be read.
 */
import { openAlertStore } from '../../server/store/alert-store-sqlite';
import { writerUnit } from './alert-writer-units';

const [folder = '', count = '0', name = ''] = process.argv.slice(2);

async function write(): Promise<void> {
  const store = openAlertStore(folder);
  for (let n = 1; n <= Number(count); n += 1) {
    try {
      await store.write(writerUnit(name, n));
    } catch (thrown) {
      process.stdout.write(`refused: ${String(thrown)}\nreadable: ${await store.count()}\n`);
      process.exit(3);
    }
    process.stdout.write(`${n}\n`);
  }
  await store.close();
}

void write();

/** A process of its own that opens a database file whose last step takes for ever: `migrator.ts FILE`. Made to be killed. */
import { openDatabaseFile } from '../../server/store/database-file';
import { MAIN_MIGRATIONS } from '../../server/store/sqlite';

const ENDLESS = `
  CREATE TABLE rows AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
    SELECT i, hex(randomblob(100)) AS text FROM n;
  UPDATE documents SET content = '"half"';
  CREATE TABLE more AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n LIMIT 1000000000;`;

process.stdout.write('opening\n', () => {
  openDatabaseFile(process.argv[2] ?? '', [...MAIN_MIGRATIONS, ENDLESS]);
});

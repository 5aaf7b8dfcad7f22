/**
 * Builds what runs: the pages (`next build` → .next) and the processes (esbuild → dist/<name>.js, packages left
 * outside the bundles). `--if-needed` builds only the part whose sources changed since its last build that
 * succeeded, decided by a hash of their content; `--servers` leaves the pages out.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const SHARED_SOURCES = ['lib', 'package-lock.json', 'tsconfig.json'];
const PARTS = {
  pages: {
    sources: ['app', 'components', 'messages', 'public', 'next.config.js', ...SHARED_SOURCES],
    product: '.next/BUILD_ID',
    build: buildPages,
  },
  servers: {
    sources: ['server', 'scripts', 'messages', ...SHARED_SOURCES],
    product: 'dist/main.js',
    build: buildServers,
  },
};

/** Builds the named parts (`pages`, `servers`). Throws where one does not build. */
export async function build(names, { ifNeeded }) {
  for (const name of names) {
    const part = PARTS[name];
    const stamp = join(root, 'dist', `${name}.hash`);
    const hash = hashOf(part.sources);
    if (ifNeeded && existsSync(join(root, part.product)) && readIfThere(stamp) === hash) continue;
    rmSync(stamp, { force: true });
    await part.build();
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, hash);
  }
}

/** The widget's script and style are made first: their names, with a hash of their content, go into its page. */
async function buildPages() {
  const widget = await bundleWidget();
  const next = join(root, 'node_modules', 'next', 'dist', 'bin', 'next');
  const env = {
    ...process.env,
    ...{ NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
    ...{ WIDGET_SCRIPT: widget.addressOf('.js'), WIDGET_STYLE: widget.addressOf('.css') },
  };
  const { status } = spawnSync(process.execPath, [next, 'build'], { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) throw new Error('next build failed');
  for (const { path, contents } of widget.files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
}

/** Among the static files of the pages, which are served as they are and kept by browsers. */
const WIDGET_DIR = '.next/static/agent';
const WIDGET_URL = '/_next/static/agent';

/** Not by the framework's bundler: its own scripts would come along. */
async function bundleWidget() {
  const { build: bundle } = await import('esbuild');
  const { outputFiles } = await bundle({
    absWorkingDir: root,
    entryPoints: ['components/device/widget/start.ts', 'components/device/widget/widget.css'],
    ...{ outdir: WIDGET_DIR, publicPath: WIDGET_URL, write: false },
    ...{ entryNames: '[name]-[hash]', assetNames: '[name]-[hash]', loader: { '.woff2': 'file' } },
    ...{ bundle: true, minify: true, platform: 'browser', format: 'esm', target: ['es2022', 'chrome105'] },
    logLevel: 'warning',
  });
  const addressOf = (ending) =>
    `${WIDGET_URL}/${basename(outputFiles.find(({ path }) => path.endsWith(ending)).path)}`;
  return { files: outputFiles, addressOf };
}

async function buildServers() {
  const { build: bundle } = await import('esbuild');
  await bundle({
    absWorkingDir: root,
    entryPoints: entryPoints(),
    outdir: 'dist',
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    logLevel: 'warning',
  });
}

/** dist name → source: the two servers that stand, and every script. */
function entryPoints() {
  const named = { main: 'server/main.ts', simulator: 'server/simulator/main.ts' };
  const servers = Object.entries(named).filter(([, path]) => existsSync(join(root, path)));
  const scripts = readdirSync(join(root, 'scripts'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [basename(file, '.ts'), `scripts/${file}`]);
  return Object.fromEntries([...servers, ...scripts]);
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesUnder).sort()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesUnder(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full).flatMap((name) => filesUnder(`${path}/${name}`));
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.includes('--servers') ? ['servers'] : ['pages', 'servers'];
  try {
    await build(names, { ifNeeded: process.argv.includes('--if-needed') });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

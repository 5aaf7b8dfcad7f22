/**
 * A site of several nodes as it runs: a simulated Genesys Cloud, a real Redis, collectors and gateways, each a process of
 * its own, and screens that count what they are told and say what they show. All of them end by their process ids.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { WebSocket } from 'ws';
import { applyDelta, fromSnapshot, type LiveState, valueKey } from '../../../lib/apply-delta';
import type { Board } from '../../../lib/contracts/board';
import type { KpiKey } from '../../../lib/contracts/kpi';
import { EMPTY_SETTINGS } from '../../../lib/contracts/settings';
import { parseRedisAddress } from '../../../server/redis/redis-address';
import { openRedisLink } from '../../../server/redis/redis-link';
import { systemClock } from '../../../server/runtime/clock';
import { silentLog } from '../../../server/runtime/log';
import type { Truth } from '../../../server/simulator/truth';
import { openRedisStore } from '../../../server/store/redis/redis-store';
import { importSettings } from '../../../server/store/settings';
import { startRedis, type TestRedis } from '../../support/redis';

/** Tests and benchmarks run there. */
const ROOT = process.cwd();
const TABLE: readonly KpiKey[] = ['waiting', 'interacting', 'offered', 'answered', 'abandoned'];

export interface NodeUsage {
  readonly maxMs: number;
  readonly p99Ms: number;
  readonly cpuMs: number;
  readonly rssBytes: number;
}

export interface NodeOfSite {
  readonly role: string;
  readonly url: string;
  readonly child: ChildProcess;
  /** Since it was asked last. */
  loop(): Promise<NodeUsage>;
  log(): string;
}

export class ScreenOfSite {
  state: LiveState | null = null;
  snapshots = 0;
  readonly boardId: string;
  #socket: WebSocket | null = null;
  #isOver = false;
  readonly #urls: readonly string[];
  #next: number;

  constructor(urls: readonly string[], at: number, boardId: string) {
    this.#urls = urls;
    this.#next = at;
    this.boardId = boardId;
    this.#open();
  }

  close(): void {
    this.#isOver = true;
    this.#socket?.terminate();
  }

  #open(): void {
    if (this.#isOver) return;
    const url = this.#urls[this.#next % this.#urls.length] ?? '';
    const address = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
    const socket = new WebSocket(address, { perMessageDeflate: false, origin: url });
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('close', () => void setTimeout(() => this.#open(), 500).unref());
    socket.on('message', (bytes: Buffer) => this.#hear(socket, bytes.toString('utf8')));
  }

  #hear(socket: WebSocket, text: string): void {
    if (text.startsWith('0')) socket.send(`40/board,${JSON.stringify({ boardId: this.boardId })}`);
    else if (text === '2') socket.send('3');
    else if (text.startsWith('42/board,')) this.#take(socket, JSON.parse(text.slice('42/board,'.length)));
  }

  #take(socket: WebSocket, [name, frame]: [string, never]): void {
    if (name === 'snapshot') {
      this.state = fromSnapshot(frame);
      this.snapshots += 1;
    }
    if (name !== 'delta' || this.state === null) return;
    const applied = applyDelta(this.state, frame);
    if (applied.kind === 'applied') this.state = applied.state;
    if (applied.kind === 'gap') socket.send('42/board,["resync"]');
  }
}

export interface SiteShape {
  readonly queues: number;
  readonly screens: number;
  readonly boards: number;
}

export class NodeSite {
  readonly shape: SiteShape;
  readonly nodes: NodeOfSite[] = [];
  screens: readonly ScreenOfSite[] = [];
  redis!: TestRedis;
  simulatorUrl = '';
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'floorcast-site-'));
  #simulator: ChildProcess | null = null;

  constructor(shape: SiteShape) {
    this.shape = shape;
  }

  async start(): Promise<void> {
    await this.#bundle();
    this.redis = await startRedis({ isKept: true });
    await this.#startSimulator();
    await this.#writeBoards();
    await Promise.all(['collector', 'collector', 'gateway', 'gateway'].map((role) => this.startNode(role)));
    const gateways = this.nodes.filter(({ role }) => role === 'gateway').map(({ url }) => url);
    this.screens = Array.from(
      { length: this.shape.screens },
      (_, at) => new ScreenOfSite([gateways[at % gateways.length] ?? ''], 0, `b${at % this.shape.boards}`),
    );
  }

  async startNode(role: string): Promise<NodeOfSite> {
    const child = fork(path.join(this.#folder, 'node-process.mjs'), [], {
      execArgv: ['--enable-source-maps'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: {
        // Next's types want it in every environment.
        ...{ NODE_ENV: 'test', PATH: process.env.PATH ?? '', PORT: '0', LOG_LEVEL: 'info', TIME_ZONE: 'UTC' },
        ...{ DATA_DIR: mkdtempSync(path.join(this.#folder, 'data-')), REDIS_URL: this.redis.url },
        ...{ FLOORCAST_ROLE: role, GENESYS_API_URL: this.simulatorUrl, GENESYS_LOGIN_URL: this.simulatorUrl },
        ...{ GENESYS_CLIENT_ID: 'floorcast-demo', GENESYS_CLIENT_SECRET: 'floorcast-demo-secret' },
        GENESYS_ALLOW_LOOPBACK: 'true',
      },
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-200_000);
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.once('message', (message) => resolve((message as { url: string }).url));
      child.once('exit', (code) => reject(new Error(`a node ended with ${code}: ${said}`)));
    });
    const node: NodeOfSite = {
      ...{ role, url, child, log: () => said },
      async loop() {
        const answer = once(child, 'message');
        child.send('loop');
        const [message] = await answer;
        return message as NodeUsage;
      },
    };
    this.nodes.push(node);
    return node;
  }

  async endNode(node: NodeOfSite, signal: NodeJS.Signals): Promise<void> {
    this.nodes.splice(this.nodes.indexOf(node), 1);
    const ended = once(node.child, 'exit');
    node.child.kill(signal);
    await ended;
  }

  /** The collector that carries the most shards, by its own word. */
  async leader(): Promise<NodeOfSite> {
    const collectors = this.nodes.filter(({ role }) => role === 'collector');
    const shards = await Promise.all(collectors.map((node) => this.metric(node, 'floorcast_node_shards')));
    const best = collectors[shards.indexOf(Math.max(...shards))];
    if (best === undefined) throw new Error('there is no collector');
    return best;
  }

  async metric(node: NodeOfSite, name: string): Promise<number> {
    const response = await fetch(`${node.url}/metrics`, { signal: AbortSignal.timeout(20_000) });
    const line = (await response.text()).split('\n').find((text) => text.startsWith(`${name} `));
    return Number(line?.split(' ')[1] ?? Number.NaN);
  }

  /** What the nodes say of themselves, for whoever looks for a fault. */
  async report(): Promise<string> {
    const nodes = await Promise.all(
      this.nodes.map(async ({ role, url, log }) => {
        const said = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(20_000) })
          .then((response) => response.text())
          .catch((thrown: unknown) => String(thrown));
        const own = said
          .split('\n')
          .filter((line) => /^floorcast_(node|redis|queues|kpi|genesys|backfill)/.test(line));
        return [`== ${role} ${url}`, ...own, ...log().split('\n').slice(-40)].join('\n');
      }),
    );
    return `${nodes.join('\n')}\n`;
  }

  async hold(isHeld: boolean): Promise<void> {
    await fetch(`${this.simulatorUrl}/simulator/hold`, { method: isHeld ? 'POST' : 'DELETE' });
  }

  /** Figures on screens that are not what the books say, or are marked stale. The world is to stand still. */
  async differences(): Promise<readonly string[]> {
    const response = await fetch(`${this.simulatorUrl}/simulator/truth`);
    const right = rightFigures((await response.json()) as Truth);
    const wrong: string[] = [];
    let compared = 0;
    for (const [at, { state, boardId }] of this.screens.entries()) {
      if (state === null) wrong.push(`screen ${at} shows nothing`);
      for (const { subject } of state?.subjects.values() ?? []) {
        for (const kpi of TABLE) {
          const shown = state?.values.get(valueKey(subject, kpi));
          const rightly = right.get(valueKey(subject, kpi));
          if (rightly === undefined || shown === undefined) continue;
          compared += 1;
          if (shown.stale) wrong.push(`screen ${at} (${boardId}): ${subject} ${kpi} is stale`);
          else if (shown.value !== rightly)
            wrong.push(`screen ${at} (${boardId}): ${subject} ${kpi} is ${shown.value}, right is ${rightly}`);
        }
      }
    }
    // Each queue of its board in each column, and two figures of all.
    const all = this.screens.length * (this.#queuesABoard() * TABLE.length + 2);
    if (compared !== all) wrong.push(`${compared} figures were compared, not ${all}`);
    return wrong;
  }

  #queuesABoard(): number {
    return Math.min(40, Math.ceil(this.shape.queues / this.shape.boards));
  }

  compared(): number {
    return this.screens.reduce((sum, { state }) => sum + (state?.values.size ?? 0), 0);
  }

  stale(): number {
    let stale = 0;
    for (const { state } of this.screens)
      for (const value of state?.values.values() ?? []) stale += Number(value.stale);
    return stale;
  }

  async stop(): Promise<void> {
    for (const screen of this.screens) screen.close();
    for (const { child } of this.nodes) child.kill('SIGCONT');
    await Promise.all(this.nodes.slice().map((node) => this.endNode(node, 'SIGKILL')));
    const simulator = this.#simulator;
    if (simulator !== null && simulator.exitCode === null) {
      const ended = once(simulator, 'exit');
      simulator.kill('SIGKILL');
      await ended;
    }
    await this.redis?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #bundle(): Promise<void> {
    await build({
      absWorkingDir: ROOT,
      entryPoints: { 'node-process': 'tests/support/node-process.ts', simulator: 'server/simulator/main.ts' },
      outdir: this.#folder,
      outExtension: { '.js': '.mjs' },
      ...{ bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20' },
      ...{ sourcemap: true, logLevel: 'warning', nodePaths: [path.join(ROOT, 'node_modules')] },
    });
    // What is not bundled is found beside it.
    const { symlinkSync } = await import('node:fs');
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(this.#folder, 'node_modules'));
  }

  async #startSimulator(): Promise<void> {
    const words = [
      '--port',
      '0',
      '--queues',
      String(this.shape.queues),
      '--calls-per-hour',
      '60',
      '--no-warm-up',
    ];
    const child = spawn(process.execPath, [path.join(this.#folder, 'simulator.mjs'), ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { NODE_ENV: 'test', PATH: process.env.PATH ?? '' },
    });
    this.#simulator = child;
    let said = '';
    for await (const chunk of child.stdout ?? []) {
      said += String(chunk);
      const url = /simulator: (http:\S+)/.exec(said)?.[1];
      if (url === undefined) continue;
      this.simulatorUrl = url;
      break;
    }
  }

  async #writeBoards(): Promise<void> {
    const truth = (await (await fetch(`${this.simulatorUrl}/simulator/truth`)).json()) as Truth;
    const ids = truth.queues.map(({ id }) => `queue:${id}`);
    const each = this.#queuesABoard();
    const boards = Array.from(
      { length: this.shape.boards },
      (_, at): Board => ({
        ...{ id: `b${at}`, name: `Board ${at}`, timeZone: 'UTC', cadenceMs: 250 },
        screen: { diagonalInches: 55, distanceMetres: 8 },
        strip: [
          { id: 's1', subject: 'all', kpi: 'waiting' },
          { id: 's2', subject: 'all', kpi: 'offered' },
        ],
        pages: [
          {
            ...{ id: 'p1', title: 'Queues', seconds: 20, tiles: [], trends: [] },
            table: { id: 'q', subjects: ids.slice(at * each, (at + 1) * each), columns: [...TABLE] },
          },
        ],
      }),
    );
    const address = parseRedisAddress(this.redis.url);
    if (!address.ok) throw new Error(address.error);
    const link = openRedisLink({
      ...{ address: address.value, ca: null, clock: systemClock, random: () => 0.5, log: silentLog },
    });
    try {
      await new Promise<void>((resolve) => {
        link.subscribe(() => link.status().state === 'live' && resolve());
      });
      const store = openRedisStore(link);
      const json = JSON.stringify({ ...EMPTY_SETTINGS, boards });
      const imported = await importSettings(store, json, Date.now());
      if (!imported.ok) throw new Error(imported.error.join('\n'));
    } finally {
      link.stop();
    }
  }
}

/** By subject and KPI, what a board should show. */
function rightFigures(truth: Truth): ReadonlyMap<string, number> {
  const right = new Map<string, number>();
  const add = (subject: string, kpi: KpiKey, value: number) => {
    const key = valueKey(subject, kpi);
    right.set(key, (right.get(key) ?? 0) + value);
  };
  for (const { id, media } of truth.queues) {
    for (const subject of [`queue:${id}`, 'all']) {
      for (const kpi of TABLE) add(subject, kpi, 0);
      for (const { now, today } of media) {
        add(subject, 'waiting', now.waiting);
        add(subject, 'interacting', now.interacting);
        add(subject, 'offered', today.offered);
        add(subject, 'answered', today.answered);
        add(subject, 'abandoned', today.abandoned);
      }
    }
  }
  return right;
}

/**
 * The floors of the house: main · wire · push, http, app · the sources, kpi, boards, access, components side by side ·
 * store, lib, runtime on the ground. No arrow runs up. A room names all that it may reach; whatever else of ours it
 * imports is an error. Run by scripts/check-imports.mjs, which also makes sure that something was read.
 */
const OURS = '^(app|components|lib|server|scripts|tests)/';

/** Files under `from` may import, of our own code, nothing but `mayReach`. */
function floor(name, from, mayReach, comment) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: from },
    to: { path: OURS, pathNot: mayReach },
  };
}

const LIB = '^lib/';
const RUNTIME = '^server/runtime/';
const STORE = '^server/store/';
const REDIS = '^server/redis/';
const AUDIT = '^server/audit/';
const KPI_DOOR = '^server/kpi/events\\.ts$';
const KPI_READER = '^server/kpi/reader\\.ts$';
const ALERT_DESK = '^server/alerts/desk\\.ts$';
const ALARM_DESK = '^server/alarms/desk\\.ts$';
const ANNOUNCEMENT_DESK = '^server/announcements/desk\\.ts$';
const ROUTING_DESK = '^server/routing/routing-desk\\.ts$';
/** Its window, and how a moment is written as a table. */
const REPLAY_DESK = '^server/replay/(replay-desk|csv)\\.ts$';
/** What a screen is: the recorder is one. */
const SCREENS = '^server/push/(screen|frame)\\.ts$';
const DEVICE_DESKS = '^server/devices/((telemetry|diagnostics)-desk|live-feed)\\.ts$';
/** Types only: what the devices' room needs of the platform, which genesys/ implements. */
const DEVICE_PORTS = '^server/devices/ports\\.ts$';
const rooms = (...names) => `^server/(${names.join('|')})/`;

/** Sources: each knows itself, the door of the KPI engine and the ground. */
const SOURCES = ['genesys', 'alerts', 'devices'];

module.exports = {
  forbidden: [
    {
      name: 'lib-imports-zod-only',
      comment: 'lib is shared by the pages and the server: zod is all it needs.',
      severity: 'error',
      from: { path: LIB },
      to: { pathNot: [LIB, '(^|/)node_modules/zod/'] },
    },
    floor('components-reach-lib', '^components/', ['^components/', LIB], 'Components draw finished values.'),
    floor('app-reaches-components', '^app/', ['^app/', '^components/', LIB], 'Routes render one component.'),
    floor('runtime-is-ground', RUNTIME, [RUNTIME, LIB], 'The ground floor knows nobody above.'),
    floor(
      'store-is-ground',
      STORE,
      [STORE, REDIS, RUNTIME, LIB],
      'Of the ground floor, it may keep things in Redis.',
    ),
    floor('redis-is-ground', REDIS, [REDIS, RUNTIME, LIB], 'The ground floor knows nobody above.'),
    floor(
      'routing-stands-on-ground',
      rooms('routing'),
      [rooms('routing'), REDIS, RUNTIME, LIB],
      'It is told of events, and writes what they add up to.',
    ),
    floor(
      'cluster-knows-doors-and-desks',
      rooms('cluster'),
      [
        rooms('cluster'),
        KPI_DOOR,
        ALERT_DESK,
        DEVICE_DESKS,
        '^server/devices/sessions/command-policy\\.ts$',
        REDIS,
        STORE,
        RUNTIME,
        LIB,
      ],
      'What nodes tell each other are events of the door; rooms elsewhere it knows by their desks.',
    ),
    floor(
      'audit-is-ground',
      AUDIT,
      [AUDIT, STORE, RUNTIME, LIB],
      'Whoever acts records it; it knows nobody.',
    ),
    floor(
      'backup-stands-on-ground',
      rooms('backup'),
      [rooms('backup'), AUDIT, STORE, REDIS, RUNTIME, LIB],
      'It saves and puts back what stores hold, and knows nothing of what it means.',
    ),
    floor(
      'kpi-knows-no-source',
      rooms('kpi'),
      [rooms('kpi'), STORE, RUNTIME, LIB],
      'The engine learns all through its door, kpi/events.ts.',
    ),
    ...SOURCES.map((source) =>
      floor(
        `${source}-tells-the-door-only`,
        rooms(source),
        [
          rooms(source),
          KPI_DOOR,
          ...(source === 'genesys' ? [DEVICE_PORTS] : []),
          AUDIT,
          STORE,
          RUNTIME,
          LIB,
        ],
        'A source imports kpi/events.ts, the ground, and nothing of another source.',
      ),
    ),
    ...['boards', 'announcements', 'access'].map((room) =>
      floor(
        `${room}-stands-on-ground`,
        rooms(room),
        [rooms(room), AUDIT, STORE, RUNTIME, LIB],
        'Beside the sources.',
      ),
    ),
    floor(
      'alarms-read-and-tell',
      rooms('alarms'),
      [
        rooms('alarms'),
        KPI_READER,
        ALERT_DESK,
        '^server/boards/board-provider\\.ts$',
        AUDIT,
        STORE,
        RUNTIME,
        LIB,
      ],
      'It follows figures, devices and boards through their windows, and knows no screen.',
    ),
    ...['push', 'http'].map((room) =>
      floor(
        `${room}-reads-only`,
        rooms(room),
        [
          rooms(room, 'boards', 'access'),
          KPI_READER,
          ALERT_DESK,
          ALARM_DESK,
          ANNOUNCEMENT_DESK,
          DEVICE_DESKS,
          REPLAY_DESK,
          ROUTING_DESK,
          AUDIT,
          STORE,
          RUNTIME,
          LIB,
        ],
        'What serves screens reads KPIs through kpi/reader.ts, alerts and devices through their desks, and knows no source.',
      ),
    ),
    floor(
      'replay-is-a-screen',
      rooms('replay'),
      [rooms('replay'), SCREENS, '^server/boards/board-provider\\.ts$', STORE, RUNTIME, LIB],
      'It sits in the rooms of boards as a screen, and knows of them no more than a screen does.',
    ),
    floor(
      'simulator-imports-nothing-it-tests',
      rooms('simulator'),
      [rooms('simulator'), RUNTIME, LIB],
      'Its own books would be worth nothing otherwise.',
    ),
    floor(
      'config-stands-on-ground',
      '^server/config(\\.ts$|/)',
      [
        '^server/config/',
        '^server/genesys/regions\\.ts$',
        '^server/redis/redis-address\\.ts$',
        '^server/access/access-config\\.ts$',
        RUNTIME,
        LIB,
      ],
      'Settings are data; the list of regions is where the platform is described.',
    ),
    floor(
      'pages-stand-on-ground',
      '^server/pages\\.ts$',
      [RUNTIME, LIB],
      'It serves the built pages, unseen.',
    ),
    floor(
      'main-starts-wire',
      '^server/main\\.ts$',
      ['^server/(wire|config|pages)\\.ts$', RUNTIME, LIB],
      'Only wire.ts knows everyone.',
    ),
    {
      name: 'wire-knows-the-product',
      comment: 'Everyone but those above it and the simulator.',
      severity: 'error',
      from: { path: '^server/(wire\\.ts$|wiring/)' },
      to: { path: ['^server/(main\\.ts|simulator/)', '^(app|components|scripts|tests)/'] },
    },
    {
      name: 'server-has-no-other-files',
      comment: 'A file at the top of server/ other than these stands on no floor.',
      severity: 'error',
      from: {
        path: '^server/[^/]+$',
        pathNot: '^server/(main|wire|config|pages|zones)\\.ts$',
      },
      to: {},
    },
    {
      name: 'server-rooms-are-known',
      comment: 'A new room gets its floor here first.',
      severity: 'error',
      from: {
        path: '^server/[^/]+/',
        pathNot: rooms(
          'config',
          'runtime',
          'store',
          'redis',
          'routing',
          'cluster',
          'audit',
          'backup',
          'kpi',
          ...SOURCES,
          'boards',
          'announcements',
          'access',
          'push',
          'http',
          'alarms',
          'replay',
          'simulator',
          'wiring',
        ),
      },
      to: {},
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-barrels',
      severity: 'error',
      from: {},
      to: { path: '/index\\.tsx?$', pathNot: 'node_modules/' },
    },
    {
      name: 'no-missing-modules',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'product-runs-without-dev-packages',
      comment:
        'The broker of the demo is none of the product: it is loaded when a simulator is asked for one.',
      severity: 'error',
      from: {
        path: '^(app|components|lib|server)/',
        pathNot: '^server/simulator/devices/embedded-broker\\.ts$',
      },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: 'node_modules/@types/' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^\\.next/', '^dist/'] },
    // Type-only imports are imports too: a type ties two rooms together.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};

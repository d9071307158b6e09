/** The floors of the house: a room knows only rooms below it (shared/design/ARCHITECTURE.md). */
const GROUND = ['clock', 'log', 'events', 'result', 'ids', 'zone', 'reading', 'page-files', 'tensorflow'];
const FLOORS = [
  ['store'],
  ['telemetry', 'feeds', 'devices', 'messengers'],
  ['planning', 'learning', 'control'],
  ['advisor', 'health', 'flows', 'automation'],
  ['desktop', 'gateway'],
];
const folder = (rooms) => `^main/(${rooms.join('|')})/`;

const upwards = FLOORS.slice(0, -1).map((rooms, level) => ({
  name: `floor-${level + 1}-knows-nothing-above`,
  comment: `${rooms.join(', ')} may only use the rooms below.`,
  severity: 'error',
  from: { path: folder(rooms) },
  to: { path: `${folder(FLOORS.slice(level + 1).flat())}|^main/(index|serve|cli|center)` },
}));
const neighbours = FLOORS.flat()
  .map((room) => ({
    name: `${room}-keeps-out-of-its-neighbours`,
    comment: 'Rooms on one floor meet through a types.ts, through the center, or through the event bus.',
    severity: 'error',
    from: { path: `^main/${room}/` },
    to: {
      path: folder(FLOORS.find((floor) => floor.includes(room)).filter((other) => other !== room)),
      pathNot: '/types\\.ts$',
    },
  }))
  .filter((rule) => rule.to.path !== folder([]));

module.exports = {
  forbidden: [
    ...upwards,
    ...neighbours,
    {
      name: 'ground-knows-no-room',
      severity: 'error',
      from: { path: `^main/(${GROUND.join('|')})\\.ts$` },
      to: { path: '^main/[^/]+/' },
    },
    {
      name: 'http-is-ground',
      comment: 'Feeds and devices share it; it knows neither.',
      severity: 'error',
      from: { path: '^main/http/' },
      to: { path: '^main/[^/]+/', pathNot: '^main/http/' },
    },
    {
      name: 'devices-know-no-database',
      severity: 'error',
      from: { path: '^main/devices/' },
      to: { path: '^main/store/' },
    },
    {
      name: 'models-are-pure',
      severity: 'error',
      from: { path: '^models/' },
      to: { path: '^(main|renderer)/|^(node:)?(fs|net|http|https|worker_threads)$|better-sqlite3' },
    },
    {
      name: 'contract-imports-nothing-of-main',
      severity: 'error',
      from: { path: '^preload/contract' },
      to: { path: '^(main|renderer|models)/' },
    },
    {
      name: 'preload-is-tiny',
      severity: 'error',
      from: { path: '^preload/index' },
      to: { pathNot: '^electron$|^preload/contract|node_modules/electron/' },
    },
    { name: 'renderer-only-asks', severity: 'error', from: { path: '^renderer/' }, to: { path: '^main/' } },
    {
      name: 'only-desktop-imports-electron',
      severity: 'error',
      from: { path: '^(main|models|renderer)/', pathNot: '^main/desktop/' },
      to: { path: '(^|/)electron(/|$)', pathNot: 'electron-store' },
    },
    {
      name: 'actuators-only-in-commander',
      comment:
        'Rule 1 of the house: one way to hardware. Only control/commander may take an actuator out of its vault.',
      severity: 'error',
      from: { path: '^main/', pathNot: '^main/(control/commander|devices/|center)' },
      to: { path: '^main/devices/actuator-vault' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    parser: 'swc',
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.json'] },
  },
};

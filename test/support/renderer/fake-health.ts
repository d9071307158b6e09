import type { Backup, FlowRun, FlowView, HealthView } from '../../../preload/contract/house.ts';
import { SITE_ID } from './fake-house.ts';

const run = (
  now: number,
  part: Partial<FlowRun> & Pick<FlowRun, 'id' | 'flow'>,
  ageMs: number,
  tookMs: number,
): FlowRun => ({
  siteId: SITE_ID,
  startedAt: now - ageMs,
  finishedAt: now - ageMs + tookMs,
  trigger: 'schedule',
  state: 'succeeded',
  attempt: 1,
  report: [
    { step: 'read', state: 'done', sentence: 'Read 8,760 hours of one year.', tookMs: 310 },
    {
      step: 'fit',
      state: 'done',
      sentence: 'Fitted in 24 rounds, error 0.58 kW against 1.02 kW of naive.',
      tookMs: 21_400,
    },
    { step: 'promote', state: 'done', sentence: 'Version 14 serves from now on.', tookMs: 12 },
  ],
  ...part,
});

export const fakeRuns = (now: number): FlowRun[] => [
  run(now, { id: 'r-1', flow: 'forecast' }, 2_500_000, 820),
  run(
    now,
    {
      id: 'r-2',
      flow: 'weather',
      state: 'failed',
      attempt: 3,
      report: [
        {
          step: 'fetch',
          state: 'failed',
          sentence: 'The provider answered 503 three times; yesterday’s run is used.',
          tookMs: 9100,
        },
      ],
    },
    5_100_000,
    9300,
  ),
  run(now, { id: 'r-3', flow: 'training' }, 42_000_000, 31_000),
  run(now, { id: 'r-4', flow: 'backup', trigger: 'hand' }, 50_000_000, 940),
];

export const fakeFlows = (now: number): FlowView[] => [
  {
    name: 'forecast',
    label: 'Forecasts',
    description: 'Solar and load for 48 h, with bands.',
    schedule: 'every hour',
    nextAt: now + 1_080_000,
    running: null,
    last: fakeRuns(now)[0] ?? null,
  },
  {
    name: 'training',
    label: 'Training',
    description: 'Fits the models anew and compares them with naive.',
    schedule: 'daily at 02:00',
    nextAt: now + 44_000_000,
    running: {
      ...run(now, { id: 'r-8', flow: 'training' }, 12_000, 0),
      state: 'running',
      finishedAt: null,
      report: [
        { step: 'read', state: 'done', sentence: 'Read 8,760 hours of one year.', tookMs: 310 },
        { step: 'fit', state: 'running', sentence: 'Fitting, round 9 of 24.', tookMs: null },
      ],
    },
    last: fakeRuns(now)[2] ?? null,
  },
  {
    name: 'weather',
    label: 'Weather',
    description: 'Fetches the weather forecast.',
    schedule: 'every hour',
    nextAt: now + 600_000,
    running: null,
    last: fakeRuns(now)[1] ?? null,
  },
  {
    name: 'backup',
    label: 'Backup',
    description: 'Copies the database, opens the copy and checks it.',
    schedule: 'daily at 03:00',
    nextAt: now + 48_000_000,
    running: null,
    last: fakeRuns(now)[3] ?? null,
  },
];

export const fakeHealth = (now: number): HealthView => ({
  at: now,
  quality: [
    {
      source: 'device/gx',
      name: 'Cerbo GX',
      kind: 'device',
      todayPct: 99.8,
      weekPct: 99.6,
      good: 48_120,
      suspect: 31,
      rejected: 4,
      missing: 60,
    },
    {
      source: 'device/plug',
      name: 'Miner B',
      kind: 'device',
      todayPct: 84.2,
      weekPct: 97.1,
      good: 8_020,
      suspect: 2,
      rejected: 0,
      missing: 1_503,
    },
  ],
  rejected: [
    {
      name: 'Cerbo GX',
      channelId: 'battery',
      metric: 'socPct',
      at: now - 3_900_000,
      value: 655.35,
      reason: 'no device of this kind can show it',
    },
  ],
  components: [
    { name: 'Store', state: 'ok', sentence: 'Writes in 0.05 ms, WAL 1.2 MB.', since: now - 3_600_000 },
    { name: 'Telemetry', state: 'degraded', sentence: 'One of 9 devices does not answer.', since: now - 840_000 },
    { name: 'Commander', state: 'ok', sentence: '42 commands today, 41 confirmed.', since: now - 3_600_000 },
    { name: 'Forecaster', state: 'ok', sentence: 'Last run took 0.8 s.', since: now - 3_600_000 },
    {
      name: 'Weather feed',
      state: 'failed',
      sentence: 'The provider answers 503; yesterday’s run is used.',
      since: now - 5_100_000,
    },
  ],
  pollers: ['Miner A', 'Water heater', 'Heat pump', 'Garage socket', 'Workshop plug', 'Inverter', 'Battery'].map(
    (name, index) => ({
      deviceId: name,
      name,
      periodMs: index > 4 ? 5000 : 10_000,
      lastOkAt: index === 4 ? now - 840_000 : now - 2000 - index * 400,
      lastError: index === 4 ? 'No answer within 3 s on 192.168.1.77:80' : null,
      consecutiveFailures: index === 4 ? 28 : 0,
      nextAt: now + 4000,
      polls24h: 8640 - index * 13,
      errors24h: index === 4 ? 84 : index,
      rejected24h: index === 6 ? 2 : 0,
      medianMs: 18 + index * 7,
    }),
  ),
  eventLoop: { p50Ms: 1.2, p99Ms: 8.4, maxMs: 31, windowMs: 60_000 },
  database: {
    path: '/home/mara/.config/CommandCenter/house.sqlite',
    bytes: 8_412_000,
    readings: 1_204_311,
    schemaVersion: 3,
    lastBackupAt: now - 50_000_000,
    lastBackupOk: true,
    oldestReadingAt: now - 190 * 86_400_000,
  },
  memoryBytes: 181_000_000,
  uptimeMs: 3_700_000,
  errors24h: 91,
  missing: ['No keychain here: secrets are kept in an encrypted file.', 'No tray in this desktop.'],
});

export const fakeBackups = (now: number): Backup[] => [
  { file: 'house-2026-06-17T23-48.sqlite', at: now - 50_000_000, bytes: 8_211_000, ok: true, reason: 'by hand, Mara' },
  { file: 'house-2026-06-17T01-00.sqlite', at: now - 132_000_000, bytes: 8_190_000, ok: true, reason: 'daily' },
  { file: 'house-2026-06-16T01-00.sqlite', at: now - 218_000_000, bytes: 0, ok: false, reason: 'the disk was full' },
];

// What planning costs the main thread, in its own processor time: the demo home over 48 h with four loads, one of them a tank.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DEMO_SITE } from '../../../main/center/demo-site.ts';
import { systemClock } from '../../../main/clock.ts';
import { loadDemoData } from '../../../main/devices/simulator/demo-profile.ts';
import { channelId, deviceId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { createDecisionRows } from '../../../main/planning/live/decision-rows.ts';
import { createPlanMaker } from '../../../main/planning/live/plan-maker.ts';
import { createPlanClient } from '../../../main/planning/plan-client.ts';
import { createPastPeaks } from '../../../main/planning/site/past-peaks.ts';
import { pictureOf, planViewOf } from '../../../main/planning/site/plan-view.ts';
import { siteProblemInPieces } from '../../../main/planning/site/site-problem.ts';
import type { AnsweredProblem, SiteDeps, SiteProblem } from '../../../main/planning/site/types.ts';
import { validatePlan } from '../../../main/planning/validate.ts';
import { openStore } from '../../../main/store/store.ts';
import { demoPrices, fillDemoHistory } from '../../../main/telemetry/demo-history.ts';
import type { ChannelRole } from '../../../preload/contract/devices.ts';
import { DEFAULT_PLAN_SETTINGS, type LoadWish } from '../../../preload/contract/plan-settings.ts';
import { tariffSchema } from '../../../preload/contract/tariff.ts';
import { channelConfig, fresh, liveState } from '../../support/house-views.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-11-21T08:40:00Z');
const HORIZON_MS = 48 * HOUR_MS;
const CYCLES = 12;
const RELAY = channelId('switch:0');

const LOADS: readonly { readonly id: string; readonly role: ChannelRole; readonly wish: LoadWish }[] = [
  { id: 'miner-a', role: 'miner', wish: { kind: 'value', valuePerKwh: 0.27 } },
  { id: 'miner-b', role: 'miner', wish: { kind: 'value', valuePerKwh: 0.25 } },
  {
    ...{ id: 'heater', role: 'water-heater' },
    wish: { kind: 'tank', litres: 200, minC: 45, maxC: 60, sensor: null, drawKwhPerDay: 6, heatPerKwh: 1 },
  },
  {
    ...{ id: 'dishwasher', role: 'other-load' },
    wish: { kind: 'run', minutes: 120, from: '09:00', to: '18:00', days: [], inOnePiece: true },
  },
];

/** A charge for the highest quarters, with a ratchet over a year: the most that a peak charge looks back. */
const TARIFF = tariffSchema.parse({
  ...{ version: 1, name: 'Peaks', currency: 'EUR', vatPct: 19, typedWithVat: false, export: { kind: 'none' } },
  import: { kind: 'schedule', otherwisePerKwh: 0.3 },
  peakCharges: [
    {
      ...{ name: 'Power', intervalMinutes: 15, peaks: 3, apart: 'day' },
      windows: [{ from: '07:00', to: '21:00', weightPct: 50 }],
      price: { kind: 'per-kw', per: 'year', tiers: [{ fromKw: 0, perKw: 60 }] },
      lookback: { kind: 'highest', months: 12, percent: 80 },
    },
  ],
});

/** Sun and load of a plain autumn day, W. */
const outlookAt = (kind: string, at: number): number => {
  const hour = (at / HOUR_MS + 1) % 24;
  if (kind === 'solar') return hour > 7 && hour < 17 ? 2_500 * Math.sin((Math.PI * (hour - 7)) / 10) : 0;
  return kind === 'load' ? (hour > 17 || hour < 8 ? 700 : 400) : 0;
};

const openHome = async (folder: string, peaks: boolean): Promise<{ readonly deps: SiteDeps; close(): void }> => {
  const clock = systemClock();
  const log = createLog(memorySink(), clock);
  const opened = await openStore({ folder, clock, log });
  const data = loadDemoData(join(ROOT, 'resources/demo'));
  if (!opened.ok || !data.ok) throw new Error('The demo home is not there.');
  const store = opened.value;
  store.sites.add(DEMO_SITE, NOW);
  store.settings.set(DEMO_SITE.id, { batteryCapacityKwh: 10, pvPeakW: 7_500 }, 'Bench', NOW);
  const place = { siteId: DEMO_SITE.id, timeZone: DEMO_SITE.timeZone };
  const filled = fillDemoHistory({ ...place, store, log, data: data.value, now: NOW });
  if (!filled.ok) throw new Error(filled.error.message);
  const firstHour = Math.floor(NOW / HOUR_MS) * HOUR_MS;
  store.prices.upsert(
    place.siteId,
    demoPrices(data.value, place.timeZone, firstHour, firstHour + HORIZON_MS + 24 * HOUR_MS),
  );
  const device = { siteId: place.siteId, driverId: 'shelly-gen2', identity: null, connection: { host: 'x', port: 80 } };
  const pv = channelConfig({ channelId: channelId('pv'), role: 'pv' });
  store.devices.add({ ...device, id: deviceId('inverter'), name: 'Inverter', channels: [pv] }, NOW);
  for (const { id, role } of LOADS) {
    const channel = channelConfig({
      channelId: RELAY,
      name: id,
      role,
      ratedPowerW: role === 'other-load' ? null : 1_200,
    });
    store.devices.add({ ...device, id: deviceId(id), name: id, channels: [channel] }, NOW);
    const seriesId = store.series.idOf({ ...place, deviceId: deviceId(id), channelId: RELAY, metric: 'powerW' });
    const rows = Array.from({ length: 30 * 24 }, (_, hour) => {
      const mean = (hour % 7) * 100;
      const at = firstHour - (hour + 1) * HOUR_MS;
      const row = { seriesId, at, mean, minimum: mean, maximum: mean + 400, count: 60, energyKwh: mean / 1_000 };
      return { ...row, quality: 'good' as const };
    });
    store.rollups.write('hour', rows);
  }
  const loads = LOADS.map(({ id, wish }) => ({ deviceId: deviceId(id), channelId: RELAY, wish, startCost: 0.05 }));
  store.plans.setSettings(place.siteId, { ...DEFAULT_PLAN_SETTINGS, loads }, 'Bench', NOW);
  const deps: SiteDeps = {
    ...{ store, pastPeaks: createPastPeaks(store) },
    telemetry: { live: () => liveState({ socPct: fresh(60, '%') }), latest: () => undefined },
    learning: {
      outlook: (_, kind) => ({
        ...{ issuedAt: NOW, servedBecause: '' },
        points: Array.from({ length: kind === 'wind' ? 0 : 72 }, (__, hour) => {
          const at = firstHour + hour * HOUR_MS;
          const p50 = outlookAt(kind, at);
          return { at, p10: 0.7 * p50, p50, p90: 1.4 * p50 };
        }),
      }),
    },
    feeds: { carbonFor: () => [], weatherFor: () => [] },
    tariffs: { ratesOf: () => [], tariffAt: () => (peaks ? TARIFF : null) },
    commander: { channels: () => [] },
  };
  return { deps, close: () => store.close() };
};

const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};
const timed = <Value>(work: () => Value): { readonly value: Value; readonly ms: number } => {
  const before = cpuMs();
  const value = work();
  return { value, ms: cpuMs() - before };
};

/** The longest piece of a cycle, in the first cycle of a process and in later ones. */
const print = (name: string, perCycle: readonly number[]): void => {
  const [first = Number.NaN, ...later] = perCycle;
  const sorted = later.toSorted((one, other) => one - other);
  const [median, most] = [sorted[sorted.length >> 1], sorted.at(-1)].map((ms) => (ms ?? Number.NaN).toFixed(1));
  console.log(`  ${name.padEnd(58)} first ${first.toFixed(1).padStart(6)}  median ${median}  longest ${most} ms`);
};

/** Prints what a cycle of planning costs the main thread, and what it would cost if the thread of the planner did not take it. */
export const measureMainThread = async (): Promise<void> => {
  for (const peaks of [false, true]) {
    console.log(`main thread, demo home, 48 h x 15 min, 4 loads with a tank${peaks ? ', peak charge of a year' : ''}`);
    const folder = mkdtempSync(join(tmpdir(), 'bench-plan-'));
    const { deps, close } = await openHome(folder, peaks);
    const clock = systemClock();
    const workerUrl = new URL('../../../main/planning/planning-worker.ts', import.meta.url);
    const maker = createPlanMaker({ client: createPlanClient({ workerUrl, clock }), clock });
    const rows = createDecisionRows(deps.store.plans, { validate: validatePlan }, createLog(memorySink(), clock));
    const inPieces = async (): Promise<{ readonly site: SiteProblem; readonly pieces: readonly number[] }> => {
      const pieces: number[] = [];
      const work = siteProblemInPieces(deps, DEMO_SITE.id, NOW, HORIZON_MS);
      for (;;) {
        const { value: step, ms } = timed(() => work.next());
        pieces.push(ms);
        await nextTurn();
        if (!step.done) continue;
        if (!step.value.ok) throw new Error(step.value.error.message);
        return { site: step.value.value, pieces };
      }
    };
    const [longest, problem, decided, row, view] = [[], [], [], [], []] as [
      number[],
      number[],
      number[],
      number[],
      number[],
    ];
    let answered: AnsweredProblem | null = null;
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      const { site, pieces } = await inPieces();
      longest.push(Math.max(...pieces));
      problem.push(pieces.reduce((sum, ms) => sum + ms, 0));
      const solver = { gap: 0.02, timeLimitSeconds: 1 };
      const input = { site: { ...site, problem: { ...site.problem, solver } }, before: null, keepUnlessBetterBy: 0.05 };
      const before = cpuMs();
      const answer = await maker.decide(input, [], undefined);
      decided.push(cpuMs() - before);
      if (!answer.ok) throw new Error(answer.error.message);
      const { decision, picture } = answer.value;
      const stored = { siteId: site.siteId, madeAt: NOW, expiresAt: NOW + 1, state: 'ready' as const, input, decision };
      row.push(timed(() => rows.put({ ...stored, id: `plan-${cycle}`, planId: 'plan' })).ms);
      const shown = { planId: 'plan', state: 'ready' as const, nextAt: null, expiresAt: NOW + 1, planning: false };
      view.push(timed(() => planViewOf({ site, plan: decision.plan, picture, ...shown })).ms);
      answered = { site, plan: decision.plan };
    }
    print('the problem of the home: its longest piece', longest);
    print('the problem of the home: all pieces', problem);
    print('a plan in its thread: start, send, read, over some seconds', decided);
    print('the row of the decision', row);
    print('the view around the picture', view);
    const last = answered;
    if (last !== null)
      print(
        'in the thread: blocks, alternatives, reasons, totals',
        Array.from({ length: CYCLES }, () => timed(() => pictureOf(last, [])).ms),
      );
    close();
    rmSync(folder, { recursive: true, force: true });
  }
};

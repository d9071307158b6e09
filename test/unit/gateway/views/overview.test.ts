import { describe, expect, it } from 'vitest';
import { decide } from '../../../../main/automation/miner-tiers.ts';
import type { ControlledChannel } from '../../../../main/gateway/views/attention.ts';
import { overviewOf } from '../../../../main/gateway/views/overview.ts';
import type { OverviewInput } from '../../../../main/gateway/views/overview-input.ts';
import { deviceId, siteId } from '../../../../main/ids.ts';
import type { FlowView } from '../../../../preload/contract/house.ts';
import { DEFAULT_SETTINGS } from '../../../../preload/contract/house.ts';
import { overviewSchema, type StopState } from '../../../../preload/contract/site.ts';
import { fresh, liveState, stale } from '../../../support/house-views.ts';
import { measure, miner, NOON, projection, tiersInput } from '../../../support/miner-input.ts';
import { poller } from '../../../support/pollers.ts';

const HOUR_MS = 3_600_000;
const MIDNIGHT = Date.UTC(2026, 5, 16, 22); // Berlin, summer
const plug = (more: Partial<ControlledChannel> = {}): ControlledChannel => ({
  deviceId: deviceId('plug-1'),
  name: 'Miner B',
  role: 'miner',
  hold: null,
  trouble: null,
  ...more,
});
const stop = (devices: readonly StopState['devices'][number]['state'][]): StopState => ({
  siteId: siteId('home'),
  stoppedAt: NOON - 252_000,
  who: 'Mara',
  surface: 'window',
  why: null,
  whyAt: null,
  modeBefore: 'automate',
  commandedAfterMs: 80,
  answeredAfterMs: null,
  devices: devices.map((state, index) => ({
    deviceId: deviceId(`plug-${index}`),
    channelId: 'switch:0' as StopState['devices'][number]['channelId'],
    name: `Plug ${index + 1}`,
    role: 'miner',
    safeState: 'off',
    state,
    readBack: null,
    attempts: 1,
    confirmedAfterMs: null,
    lastAskedAt: null,
    nextAskAt: null,
  })),
});
const flow = (state: string, sentence?: string): FlowView =>
  ({
    label: 'Backup',
    last: {
      state,
      report: sentence ? [{ step: 'copy', state: 'failed', sentence, tookMs: 1 }] : [],
    },
  }) as unknown as FlowView;

const input = (more: Partial<OverviewInput> = {}): OverviewInput => ({
  now: NOON,
  site: { id: siteId('home'), timeZone: 'Europe/Berlin', currency: 'EUR' },
  live: liveState(),
  mode: 'automate',
  stop: null,
  settings: { ...DEFAULT_SETTINGS, batteryCapacityKwh: 20 },
  projection: projection((hours) => Math.min(100, 71 + hours * 4)),
  decisions: [],
  ruleSteps: [],
  planSteps: [],
  planSays: [],
  channels: [],
  pollers: [poller('GX')],
  flows: [],
  pendingProposals: 0,
  intervalsToday: [],
  prices: () => null,
  ...more,
});
const waiting = decide(
  tiersInput({
    soc: measure(71, '%'),
    miners: [miner('B', 1, false)],
    memory: { pausedLow: true, pausedByTier: [] },
  }),
);
const held = plug({
  name: 'Water heater',
  role: 'water-heater',
  hold: { owner: 'Mara', origin: 'manual', reason: '', since: NOON, until: NOON + 2.5 * HOUR_MS },
});

describe('why, in one sentence', () => {
  const all = ['safe', 'safe', 'no-answer'] as const;
  it.each([
    [
      'stopped',
      { stop: stop(all) },
      'STOPPED',
      '2 of 3 devices are confirmed in their safe state. Plug 3 does not answer and is asked again.',
    ],
    ['stopped and safe', { stop: stop(['safe']) }, 'STOPPED', '1 of 1 devices are confirmed in their safe state.'],
    ['stopped, nothing to switch', { stop: stop([]) }, 'STOPPED', 'No device is controlled.'],
    [
      'two are silent',
      { stop: stop(['no-answer', 'no-answer']) },
      'STOPPED',
      '0 of 2 devices are confirmed in their safe state. Plug 1 and Plug 2 do not answer and are asked again.',
    ],
    ['no devices', { pollers: [] }, 'NO_DEVICES', 'No device is set up yet: add the first one under Settings.'],
    [
      'stale charge',
      { live: liveState({ socPct: stale(71, 840_000, '%') }) },
      'STALE',
      'The battery’s charge was last measured 14 min ago and is left out.',
    ],
    ['watching', { mode: 'watch' as const, decisions: waiting }, 'WATCH', 'Watch: it looks and switches nothing.'],
    [
      'one proposal',
      { mode: 'suggest' as const, pendingProposals: 1 },
      'PROPOSALS_WAIT',
      'A proposal waits for your answer.',
    ],
    [
      'two proposals',
      { mode: 'suggest' as const, pendingProposals: 2 },
      'PROPOSALS_WAIT',
      '2 proposals wait for your answer.',
    ],
    [
      'a miner waits',
      { decisions: waiting },
      'WAITS_FOR_RESUME',
      'After the pause below 50 %, Miner B waits for 80 %; the battery is at 71 %.',
    ],
    ['a person holds', { channels: [held] }, 'HELD', 'Mara holds Water heater until 16:30.'],
    [
      'a miner runs',
      { decisions: decide(tiersInput({ miners: [miner('A', 1, true)] })) },
      'RUNS',
      'The battery’s lowest expected charge in the next 6 h is 75 %, above the 40 % that Miner A needs: it runs on.',
    ],
    ['all is well', {}, 'NOTHING_TO_DO', 'Nothing has to be switched now.'],
  ])('%s', (_, more, code, sentence) => {
    expect(overviewOf(input(more))).toMatchObject({ reasonCode: code, reason: sentence });
  });
});

describe('the overview', () => {
  it('is what the contract asks for', () => {
    const view = overviewOf(input({ decisions: waiting, channels: [held], stop: stop(['safe']) }));
    expect(overviewSchema.parse(view)).toEqual(view);
  });

  it('says who stopped it and when, in the time of the house', () => {
    expect(overviewOf(input({ stop: stop([]) })).sentence).toBe(
      'Stopped by Mara at 13:55. Nothing is switched until a person re-enables it.',
    );
  });

  it('shows the charge now and in 6 h, and neither when they are not known', () => {
    expect(overviewOf(input()).soc).toEqual({
      nowPct: 71,
      inSixHours: { at: NOON + 6 * HOUR_MS, p10: 93, p50: 95, p90: 97 },
      minimumPct: 30,
      capacityKwh: 20,
    });
    const blind = input({
      live: liveState({ socPct: stale(71, 1e6, '%') }),
      projection: projection(() => 71, 2, NOON - 4 * HOUR_MS),
    });
    expect(overviewOf(blind).soc).toMatchObject({ nowPct: null, inSixHours: null });
  });

  it('lists what comes next in order of time, with what is expected and what is certain', () => {
    const steps = overviewOf(
      input({
        channels: [held],
        ruleSteps: [{ at: NOON + HOUR_MS, role: 'miner', sentence: 'Miner B starts at 81 % charge', expected: true }],
      }),
    ).next;
    expect(steps).toEqual([
      { at: NOON + HOUR_MS, role: 'miner', sentence: 'Miner B starts at 81 % charge', expected: true },
      { at: NOON + 2.5 * HOUR_MS, role: 'water-heater', sentence: "Mara's hold on Water heater ends", expected: false },
      { at: NOON + 7 * HOUR_MS, role: 'battery', sentence: 'Battery is full', expected: true },
    ]);
  });

  it('lets the plan say what comes next and why, where there is one, and not in Watch', () => {
    const planned = {
      decisions: [],
      planSteps: [{ at: NOON + HOUR_MS, role: 'battery', sentence: 'Battery charges to 97 %', expected: true }],
      planSays: [{ sentence: 'Stores the sun for the evening.', code: 'STORES_SUN' }],
    } as const;
    const view = overviewOf(input(planned));
    // The projection of the battery knows nothing of the plan.
    expect(view.next.map(({ sentence }) => sentence)).toEqual(['Battery charges to 97 %']);
    expect(view).toMatchObject({ reason: 'Stores the sun for the evening.', reasonCode: 'STORES_SUN' });
    expect(overviewOf(input({ ...planned, mode: 'watch' })).reasonCode).toBe('WATCH');
  });

  it('foresees the minimum', () => {
    const fall = projection((hours) => 71 - hours * 10);
    expect(overviewOf(input({ projection: fall })).next).toMatchObject([
      { at: NOON + 4.25 * HOUR_MS, sentence: 'Battery reaches its minimum of 30 %' },
    ]);
  });

  it("sums today's energy and compares the cost", () => {
    const hour = (index: number, pv: number, load: number, battery: number) => ({
      at: MIDNIGHT + index * HOUR_MS,
      stepMs: HOUR_MS,
      energyKwh: { pv, load, battery, grid: load + battery - pv },
      minutes: 60,
    });
    const view = overviewOf(
      input({
        intervalsToday: [hour(0, 0, 1, -1), hour(11, 5, 1, 2), hour(13, 2, 3, 0)],
        prices: () => ({ importPerKwh: 0.3, exportPerKwh: 0.1 }),
      }),
    );
    expect(view.today).toEqual({
      pvKwh: 7,
      loadKwh: 5,
      importKwh: 1,
      exportKwh: 2,
      cost: expect.closeTo(0.1, 9),
      costWithoutBattery: expect.closeTo(0.2, 9),
      selfSufficiencyPct: 80,
      coveragePct: expect.closeTo((100 * 3) / 14, 9),
    });
    expect(view.because).toContain('Without the battery today would stand at €0.20 instead of €0.10.');
  });

  it('has no numbers where nothing was measured', () => {
    expect(overviewOf(input()).today).toEqual({
      pvKwh: null,
      loadKwh: null,
      importKwh: null,
      exportKwh: null,
      cost: null,
      costWithoutBattery: null,
      selfSufficiencyPct: null,
      coveragePct: 0,
    });
  });

  it('gives the other reasons once, and none of them in Watch', () => {
    const both = [...waiting, ...decide(tiersInput({ miners: [miner('A', 1, true)] }))];
    expect(overviewOf(input({ decisions: both })).because).toEqual([both[1]?.reason]);
    expect(overviewOf(input({ decisions: both, mode: 'watch' })).because).toEqual([]);
  });
});

describe('what needs a person', () => {
  const trouble = (verdict: NonNullable<ControlledChannel['trouble']>['verdict']) =>
    plug({ trouble: { actionId: 'act_1', verdict, sentence: 'Put back: it reads on.', at: NOON } });

  it.each([
    [
      'not confirmed',
      { channels: [trouble('not-confirmed')] },
      [['not-confirmed', 'Miner B', 'Put back: it reads on.']],
    ],
    ['unreachable', { channels: [trouble('unreachable')] }, [['not-confirmed', 'Miner B', 'Put back: it reads on.']]],
    [
      'foreign change',
      { channels: [trouble('foreign-change')] },
      [['foreign-change', 'Miner B', 'Put back: it reads on.']],
    ],
    ['confirmed', { channels: [trouble('confirmed')] }, []],
    [
      'offline',
      { pollers: [poller('Plug', { state: 'offline', lastOkAt: NOON - 840_000 })] },
      [['offline', 'Plug', 'silent for 14 min']],
    ],
    [
      'never seen',
      { pollers: [poller('Plug', { state: 'offline', lastOkAt: null })] },
      [['offline', 'Plug', 'has not answered yet']],
    ],
    [
      'stale',
      { live: liveState({ gridW: stale(5, 7_200_000) }) },
      [['stale', 'Grid', 'last value 2 h ago, left out of all sums']],
    ],
    [
      'stale because offline',
      {
        live: liveState({ gridW: stale(5, 7_200_000) }),
        pollers: [poller('Meter', { state: 'offline', lastOkAt: NOON - 7_200_000 })],
      },
      [['offline', 'Meter', 'silent for 2 h']],
    ],
    [
      'balance',
      { live: liveState({ balanced: false, unmeasuredW: -812.4 }) },
      [['balance', 'Balance', '812 W are not accounted for: check roles and signs of the meters']],
    ],
    ['flow failed', { flows: [flow('failed', 'The disk is full.')] }, [['flow-failed', 'Backup', 'The disk is full.']]],
    ['flow timed out', { flows: [flow('timed-out')] }, [['flow-failed', 'Backup', 'took too long and was ended']]],
    ['flow went well', { flows: [flow('succeeded')] }, []],
    ['nothing', { live: liveState({ pvW: fresh(null) }) }, []],
  ])('%s', (_, more, expected) => {
    const { attention } = overviewOf(input(more));
    expect(attention.map(({ kind, subject, sentence }) => [kind, subject, sentence])).toEqual(expected);
  });
});

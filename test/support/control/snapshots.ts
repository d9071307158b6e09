import fc from 'fast-check';
import type { ChannelSnapshot, DecisionSnapshot, Proposal } from '../../../main/control/types.ts';
import { channelId, deviceId, siteId } from '../../../main/ids.ts';
import type { Freshness, Measure, Setpoint } from '../../../preload/contract/base.ts';
import type { ChannelConfig } from '../../../preload/contract/devices.ts';
import { DEFAULT_SETTINGS } from '../../../preload/contract/house.ts';
import type { LiveState } from '../../../preload/contract/site.ts';
import { envelopeFactsOf, surroundingsFor } from './envelopes.ts';
import type { WriteFacts } from './facts.ts';
import { controls, mostly, valueFor, valuesOf } from './values.ts';

export const AT = Date.UTC(2026, 5, 10, 11, 0, 0);
export const HOME = siteId('home');

export const measure = (value: number | null, ageMs = 1000, freshness: Freshness = 'fresh', unit = 'W'): Measure =>
  value === null
    ? { value: null, unit, measuredAt: null, limitMs: 30_000, freshness: 'absent' }
    : { value, unit, measuredAt: AT - ageMs, limitMs: 30_000, freshness };

export const liveOf = (change: Partial<LiveState> = {}): LiveState => ({
  siteId: HOME,
  at: AT,
  pvW: measure(4000),
  gridW: measure(0),
  batteryW: measure(1000),
  loadW: measure(3000),
  householdW: measure(800),
  socPct: measure(80, 1000, 'fresh', '%'),
  batteryTempC: measure(25, 1000, 'fresh', '°C'),
  batteryVoltageV: measure(52, 1000, 'fresh', 'V'),
  unmeasuredW: 0,
  balanced: true,
  loads: [],
  ...change,
});

export const configOf = (change: Partial<ChannelConfig> = {}): ChannelConfig => ({
  channelId: channelId('switch:0'),
  name: 'Miner A',
  role: 'miner',
  use: 'primary',
  priority: 5,
  safeState: false,
  ratedPowerW: 3000,
  rules: { minOnMs: 300_000, minOffMs: 300_000, maxSwitchesPerHour: 6, writeBudgetPerDay: 40 },
  controllable: true,
  ...change,
});

export const channelOf = (change: Partial<ChannelSnapshot> = {}): ChannelSnapshot => ({
  deviceId: deviceId('plug'),
  config: configOf(),
  control: { kind: 'switch' },
  deviceState: 'online',
  current: { value: false, ageMs: 2000 },
  powerW: { value: 0, ageMs: 2000, limitMs: 30_000 },
  sinceChangeMs: 3_600_000,
  switchesLastHour: 0,
  writesToday: 0,
  hold: null,
  busy: false,
  ...change,
});

export const snapshotOf = (change: Partial<DecisionSnapshot> = {}): DecisionSnapshot => ({
  at: AT,
  live: liveOf(),
  settings: DEFAULT_SETTINGS,
  mode: 'automate',
  stopped: false,
  channel: channelOf(),
  others: [],
  ...change,
});

export const proposalOf = (change: Partial<Proposal> = {}): Proposal => ({
  siteId: HOME,
  deviceId: deviceId('plug'),
  channelId: channelId('switch:0'),
  setpoint: true,
  origin: 'rule',
  who: 'Sunny miner',
  surface: 'system',
  reason: 'The battery is full enough.',
  reasonCode: 'SOC_ABOVE_RESUME',
  ifIgnored: 'The miner stays off.',
  holdMs: null,
  leaseMs: null,
  ...change,
});

const measured = (low: number, high: number, unit: string, weight = 20): fc.Arbitrary<Measure> =>
  mostly(
    fc.integer({ min: low, max: high }).map((value) => measure(value, 1000, 'fresh', unit)),
    fc.oneof(
      fc.constant(measure(null, 0, 'absent', unit)),
      fc.integer({ min: low, max: high }).map((value) => measure(value, 40_000, 'stale', unit)),
      fc.integer({ min: low, max: high }).map((value) => measure(value, 90_000, 'fresh', unit)),
      fc.integer({ min: low, max: high }).map((value) => measure(value, 1000, 'late', unit)),
    ),
    weight,
  );

const channels = (id: string): fc.Arbitrary<ChannelSnapshot> =>
  controls.chain(({ role, control, safe, id: named }) =>
    fc.record({
      deviceId: fc.constant(deviceId(id)),
      control: fc.constant(control),
      config: fc
        .record({
          ratedPowerW: mostly<number | null>(fc.integer({ min: 100, max: 9000 }), fc.constant(null)),
          controllable: mostly(fc.constant(true), fc.constant(false), 20),
          minOnMs: fc.integer({ min: 10_000, max: 600_000 }),
          minOffMs: fc.integer({ min: 10_000, max: 600_000 }),
          maxSwitchesPerHour: fc.integer({ min: 1, max: 8 }),
          writeBudgetPerDay: fc.integer({ min: 1, max: 40 }),
        })
        .map(({ ratedPowerW, controllable, ...rules }) =>
          configOf({
            channelId: channelId(named ?? 'switch:0'),
            name: id,
            role,
            ratedPowerW,
            controllable,
            safeState: safe,
            rules,
          }),
        ),
      deviceState: mostly(
        fc.constant('online' as const),
        fc.constantFrom('late' as const, 'offline' as const, 'starting' as const),
        20,
      ),
      current: mostly(
        valuesOf(control, safe).usual.map((value) => ({ value, ageMs: 2000 })),
        fc.constantFrom(null, { value: safe, ageMs: 200_000 }),
      ),
      powerW: mostly(
        fc.integer({ min: 0, max: 4000 }).map((value) => ({ value, ageMs: 1000, limitMs: 30_000 })),
        fc.constant(null),
      ),
      sinceChangeMs: mostly<number | null>(fc.integer({ min: 0, max: 2_000_000 }), fc.constant(null)),
      switchesLastHour: fc.integer({ min: 0, max: 6 }),
      writesToday: fc.integer({ min: 0, max: 30 }),
      hold: mostly<ChannelSnapshot['hold']>(
        fc.constant(null),
        fc.record({
          origin: fc.constantFrom('manual' as const, 'rule' as const, 'plan' as const, 'advisor' as const),
          owner: fc.constant('Ada'),
          untilAt: fc.integer({ min: AT - 100_000, max: AT + 1_000_000 }),
        }),
        3,
      ),
      busy: mostly(fc.constant(false), fc.constant(true)),
    }),
  );

/** Limits the discharge of the battery, or lets it. */
const lockChannels: fc.Arbitrary<readonly ChannelSnapshot[]> = fc
  .record({
    there: fc.boolean(),
    value: fc.constantFrom(0, 0, 100, 3000),
    ageMs: mostly(fc.constant(2000), fc.constant(200_000)),
  })
  .map(({ there, value, ageMs }) =>
    there
      ? [
          channelOf({
            deviceId: deviceId('lock'),
            config: configOf({ channelId: channelId('max-discharge'), name: 'Lock', role: 'battery', safeState: 0 }),
            control: { kind: 'number', unit: 'W', minimum: 0, maximum: 9000, step: 10 },
            current: { value, ageMs },
          }),
        ]
      : [],
  );

interface Decision {
  readonly proposal: Proposal;
  readonly snapshot: DecisionSnapshot;
}

const anyDecisions: fc.Arbitrary<Decision> = fc
  .record({
    channel: channels('plug'),
    others: fc
      .tuple(lockChannels, fc.array(channels('other'), { maxLength: 3 }))
      .map(([lock, others]) => [...lock, ...others]),
    mode: fc.constantFrom('automate' as const, 'suggest' as const, 'automate' as const, 'watch' as const),
    stopped: mostly(fc.constant(false), fc.constant(true)),
    settings: fc.record({
      maxGridImportW: fc.integer({ min: 500, max: 14_000 }),
      criticalSocPct: fc.integer({ min: 5, max: 30 }),
      minimumSocPct: fc.integer({ min: 20, max: 60 }),
      batteryCapacityKwh: mostly<number | null>(fc.constantFrom(null, 10), fc.constant(0)),
    }),
    live: fc.record({
      gridW: measured(-6000, 9000, 'W'),
      batteryW: measured(-5000, 5000, 'W'),
      socPct: measured(5, 100, '%'),
      loadW: measured(200, 15_000, 'W', 6),
      batteryTempC: measured(-10, 60, '°C', 6),
    }),
    origin: fc.constantFrom('manual', 'rule', 'plan', 'advisor', 'stop', 'safety', 'rule' as const),
    leaseMs: fc.constantFrom(null, 60_000, 3_600_000, 7_200_000),
  })
  .chain(({ origin, leaseMs, ...state }) =>
    fc
      .tuple(
        valueFor(state.channel.control, state.channel.config.safeState ?? false),
        surroundingsFor(state.channel, AT),
      )
      .map(([value, surroundings]) => ({
        proposal: proposalOf({ origin, leaseMs, setpoint: value }),
        snapshot: snapshotOf({
          ...state,
          surroundings,
          live: liveOf(state.live),
          settings: { ...DEFAULT_SETTINGS, ...state.settings },
        }),
      })),
  );

/** The same in a house in good order, so that what a person wrote down is what decides. */
const calmed = ({ proposal, snapshot }: Decision): Decision => {
  const { channel, settings, live } = snapshot;
  return {
    proposal,
    snapshot: {
      ...snapshot,
      mode: 'automate',
      stopped: false,
      settings: { ...settings, maxGridImportW: Math.max(8_000, settings.maxGridImportW) },
      live: { ...live, socPct: measure(95, 1000, 'fresh', '%') },
      channel: {
        ...channel,
        config: { ...channel.config, controllable: true },
        deviceState: 'online',
        sinceChangeMs: Math.max(channel.sinceChangeMs ?? 0, 700_000),
        switchesLastHour: 0,
        writesToday: 0,
        hold: null,
        busy: false,
      },
    },
  };
};

/** A random decision: the proposal and the frozen state that it is judged on. */
export const decisions: fc.Arbitrary<Decision> = fc.oneof(
  { weight: 2, arbitrary: anyDecisions },
  { weight: 1, arbitrary: anyDecisions.map(calmed) },
);

const usable = (m: Measure, at: number) =>
  m.value === null || m.measuredAt === null
    ? null
    : { value: m.value, usable: m.freshness === 'fresh' && at - m.measuredAt <= m.limitMs };

/** The oracle's facts of a value that was let through, read off the snapshot field by field. */
export const factsOf = (proposal: Proposal, snapshot: DecisionSnapshot, value: Setpoint): WriteFacts => {
  const { channel, settings, live, at } = snapshot;
  const { config, control } = channel;
  const own = channel.powerW;
  return {
    origin: proposal.origin,
    value,
    stopped: snapshot.stopped,
    mode: snapshot.mode,
    role: config.role,
    controllable: config.controllable,
    safeState: config.safeState,
    range:
      control.kind === 'number'
        ? { min: control.minimum, max: control.maximum, step: control.step, unit: control.unit }
        : null,
    names: control.kind === 'choice' ? control.options.map((option) => option.value) : null,
    table: control.kind === 'time-table' ? { slots: control.slots, mostW: control.maximumW } : null,
    reachable: channel.deviceState === 'online' || channel.deviceState === 'late',
    punctual: channel.deviceState === 'online',
    state: channel.current && channel.current.ageMs <= 120_000 ? channel.current.value : undefined,
    busy: channel.busy,
    heldBy: channel.hold,
    at,
    soc: usable(live.socPct, at),
    grid: usable(live.gridW, at),
    criticalPct: settings.criticalSocPct,
    minimumPct: settings.minimumSocPct,
    noBattery: settings.batteryCapacityKwh === 0,
    importLimitW: settings.maxGridImportW,
    exportLimitW: settings.maxGridExportW,
    ratedW: config.ratedPowerW,
    ownW: own && own.ageMs <= own.limitMs ? own.value : null,
    sinceChangeMs: channel.sinceChangeMs,
    switchesLastHour: channel.switchesLastHour,
    writesToday: channel.writesToday,
    minOnMs: config.rules?.minOnMs ?? 0,
    minOffMs: config.rules?.minOffMs ?? 0,
    switchesAnHour: config.rules?.maxSwitchesPerHour ?? 1,
    writesADay: config.rules?.writeBudgetPerDay ?? 1,
    envelope: envelopeFactsOf(proposal, snapshot),
  };
};

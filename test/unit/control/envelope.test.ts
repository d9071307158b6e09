import { describe, expect, it } from 'vitest';
import { judge } from '../../../main/control/envelope.ts';
import type { ChannelSnapshot, DecisionSnapshot, Proposal } from '../../../main/control/types.ts';
import { deviceId } from '../../../main/ids.ts';
import type { Setpoint } from '../../../preload/contract/base.ts';
import { DEFAULT_SETTINGS } from '../../../preload/contract/house.ts';
import { timeTableText } from '../../../preload/contract/time-table.ts';
import { AT, channelOf, configOf, liveOf, measure, proposalOf, snapshotOf } from '../../support/control/snapshots.ts';

const soc = (value: number | null, freshness: 'fresh' | 'stale' = 'fresh') =>
  liveOf({ socPct: measure(value, freshness === 'fresh' ? 1000 : 60_000, freshness, '%') });
const number = (
  role: 'battery' | 'grid' | 'other-load',
  unit: string,
  minimum: number,
  maximum: number,
  value: number,
) =>
  channelOf({
    config: configOf({ role, safeState: 0 }),
    control: { kind: 'number', unit, minimum, maximum, step: 1 },
    current: { value, ageMs: 1000 },
  });

interface Case {
  readonly says: string;
  readonly code: string;
  readonly proposal?: Partial<Proposal>;
  readonly snapshot?: Partial<DecisionSnapshot>;
  readonly channel?: Partial<ChannelSnapshot>;
  readonly setpoint?: Setpoint | null;
}

const CHARGER: Partial<ChannelSnapshot> = {
  config: configOf({ role: 'ev', safeState: 'off' }),
  control: {
    kind: 'choice',
    options: [
      { value: 'off', label: 'Off' },
      { value: 'pv', label: 'Surplus' },
    ],
  },
  current: { value: 'off', ageMs: 1000 },
};
const tableOf = (powerW: number, socPct: number, slots = 2): string =>
  timeTableText(
    Array.from({ length: slots }, (_, index) => ({
      startMinute: index * 60,
      powerW,
      socPct,
      gridCharge: false,
      generatorCharge: false,
      sell: false,
    })),
  );
const TABLE: Partial<ChannelSnapshot> = {
  config: configOf({ role: 'battery', safeState: tableOf(1_000, 50) }),
  control: { kind: 'time-table', slots: 2, maximumW: 8_000 },
  current: { value: tableOf(1_000, 50), ageMs: 1000 },
};

const busyOther = channelOf({ deviceId: deviceId('other'), busy: true, config: configOf({ ratedPowerW: 9000 }) });
const manual: Partial<Proposal> = { origin: 'manual', who: 'Ada' };

const CASES: readonly Case[] = [
  { says: 'lets a wish through in good order', code: 'ALLOWED', setpoint: true },
  { says: 'refuses everybody while stopped', code: 'STOPPED', proposal: manual, snapshot: { stopped: true } },
  {
    says: 'lets a stop to the safe state through',
    code: 'ALLOWED',
    proposal: { origin: 'stop', setpoint: false },
    snapshot: { stopped: true },
    setpoint: false,
  },
  { says: 'refuses a stop to anything else', code: 'NOT_SAFE_STATE', proposal: { origin: 'stop', setpoint: true } },
  { says: 'refuses automation in Watch', code: 'WATCH_ONLY', snapshot: { mode: 'watch' } },
  { says: 'lets a person act in Watch', code: 'ALLOWED', proposal: manual, snapshot: { mode: 'watch' } },
  {
    says: 'refuses a channel that nobody allowed',
    code: 'CONTROL_NOT_ALLOWED',
    proposal: manual,
    channel: { config: configOf({ controllable: false }) },
  },
  {
    says: 'lets one of the options through',
    code: 'ALLOWED',
    proposal: { ...manual, setpoint: 'pv' },
    channel: CHARGER,
    setpoint: 'pv',
  },
  { says: 'refuses what is no option', code: 'VALUE_TYPE', proposal: { setpoint: 'boost' }, channel: CHARGER },
  {
    says: 'starts no charger by a rule on a low battery',
    code: 'SOC_BELOW_MINIMUM',
    proposal: { setpoint: 'pv' },
    channel: CHARGER,
    snapshot: { live: soc(25) },
  },
  {
    says: 'lets a whole table through',
    code: 'ALLOWED',
    proposal: { ...manual, setpoint: tableOf(5_000, 60) },
    channel: TABLE,
    setpoint: tableOf(5_000, 60),
  },
  {
    says: 'writes no table that stands there already, however it is spelt',
    code: 'UNCHANGED',
    proposal: { ...manual, setpoint: tableOf(1_000, 50).replace('; ', ';').replace('1000W', '01000W') },
    channel: TABLE,
  },
  {
    says: 'tells a table that is followed from one that is not',
    code: 'ALLOWED',
    proposal: { ...manual, setpoint: `off; ${tableOf(1_000, 50)}` },
    channel: TABLE,
  },
  {
    says: 'starts no charger past the import limit',
    code: 'IMPORT_LIMIT',
    proposal: { ...manual, setpoint: 'pv' },
    channel: CHARGER,
    snapshot: { live: liveOf({ gridW: measure(9000) }) },
  },
  {
    says: 'stops a charger whatever the import',
    code: 'ALLOWED',
    proposal: { ...manual, setpoint: 'off' },
    channel: { ...CHARGER, current: { value: 'pv', ageMs: 1000 } },
    snapshot: { live: liveOf({ gridW: measure(15_000) }) },
    setpoint: 'off',
  },
  {
    says: 'refuses a table with the wrong number of slots',
    code: 'VALUE_TYPE',
    proposal: { ...manual, setpoint: tableOf(5_000, 60, 3) },
    channel: TABLE,
  },
  {
    says: 'refuses a table that cannot be read',
    code: 'VALUE_TYPE',
    proposal: { ...manual, setpoint: '05:30 lots' },
    channel: TABLE,
  },
  {
    says: 'refuses a slot beyond the inverter',
    code: 'VALUE_RANGE',
    proposal: { ...manual, setpoint: tableOf(9_000, 60) },
    channel: TABLE,
  },
  {
    says: 'refuses a slot that would empty the battery, from a person too',
    code: 'RESERVE_RAISED',
    proposal: { ...manual, setpoint: tableOf(5_000, 10) },
    channel: TABLE,
  },
  { says: 'refuses a number for a switch', code: 'VALUE_TYPE', proposal: { setpoint: 1 } },
  { says: 'refuses automation on a stale battery level', code: 'SOC_NOT_FRESH', snapshot: { live: soc(90, 'stale') } },
  { says: 'refuses automation on an absent battery level', code: 'SOC_NOT_FRESH', snapshot: { live: soc(null) } },
  {
    says: 'needs no battery level where there is no battery',
    code: 'ALLOWED',
    snapshot: { live: soc(null), settings: { ...DEFAULT_SETTINGS, batteryCapacityKwh: 0 } },
  },
  {
    says: 'refuses automation on a stale grid meter',
    code: 'GRID_NOT_FRESH',
    snapshot: { live: liveOf({ gridW: measure(0, 60_000, 'stale') }) },
  },
  {
    says: 'refuses automation on a reading from the future',
    code: 'GRID_NOT_FRESH',
    snapshot: { live: liveOf({ gridW: measure(0, -120_000) }) },
  },
  { says: 'refuses automation on an unread state', code: 'STATE_NOT_FRESH', channel: { current: null } },
  {
    says: 'refuses a person only where the device is away',
    code: 'DEVICE_OFFLINE',
    proposal: manual,
    channel: { deviceState: 'offline' },
  },
  { says: 'writes no identical value', code: 'UNCHANGED', channel: { current: { value: true, ageMs: 1000 } } },
  {
    says: 'lets no rule over a person',
    code: 'HELD',
    channel: { hold: { origin: 'manual', owner: 'Ada', untilAt: AT + 60_000 } },
  },
  {
    says: 'lets a rule over a plan',
    code: 'ALLOWED',
    channel: { hold: { origin: 'plan', owner: 'plan', untilAt: AT + 60_000 } },
  },
  {
    says: 'forgets a hold at its end',
    code: 'ALLOWED',
    channel: { hold: { origin: 'manual', owner: 'Ada', untilAt: AT } },
  },
  { says: 'refuses a busy channel', code: 'BUSY', proposal: manual, channel: { busy: true } },
  { says: 'starts no load below the minimum by automation', code: 'SOC_BELOW_MINIMUM', snapshot: { live: soc(29) } },
  { says: 'starts it at the minimum', code: 'ALLOWED', snapshot: { live: soc(30) } },
  { says: 'lets a person start it below the minimum', code: 'ALLOWED', proposal: manual, snapshot: { live: soc(29) } },
  { says: 'but not below the critical level', code: 'SOC_CRITICAL', proposal: manual, snapshot: { live: soc(19) } },
  {
    says: 'always lets a load go off',
    code: 'ALLOWED',
    proposal: { setpoint: false },
    snapshot: { live: soc(5) },
    channel: { current: { value: true, ageMs: 1000 } },
  },
  {
    says: 'ends a discharge below the floor',
    code: 'SOC_CRITICAL',
    proposal: { ...manual, setpoint: -3000 },
    snapshot: { live: soc(10) },
    channel: number('battery', 'W', -5000, 5000, -1000),
    setpoint: 0,
  },
  {
    says: 'ends an export below the floor',
    code: 'SOC_BELOW_MINIMUM',
    proposal: { setpoint: -3000 },
    snapshot: { live: soc(25) },
    channel: number('grid', 'W', -9000, 9000, 500),
    setpoint: 0,
  },
  {
    says: 'refuses a discharge when nobody knows the level',
    code: 'SOC_UNKNOWN',
    proposal: { ...manual, setpoint: -3000 },
    snapshot: { live: soc(null) },
    channel: number('battery', 'W', -5000, 5000, 500),
    setpoint: 0,
  },
  {
    says: 'raises a reserve to the floor',
    code: 'RESERVE_RAISED',
    proposal: { setpoint: 5 },
    channel: number('battery', '%', 0, 100, 50),
    setpoint: 30,
  },
  {
    says: 'lets a person lower it to the critical level',
    code: 'RESERVE_RAISED',
    proposal: { ...manual, setpoint: 5 },
    channel: number('battery', '%', 0, 100, 50),
    setpoint: 20,
  },
  {
    says: 'refuses a load that would pass the import limit',
    code: 'IMPORT_LIMIT',
    proposal: manual,
    snapshot: { live: liveOf({ gridW: measure(8500) }) },
  },
  { says: 'lets it just reach the limit', code: 'ALLOWED', snapshot: { live: liveOf({ gridW: measure(8000) }) } },
  { says: 'counts a load that is on its way elsewhere', code: 'IMPORT_LIMIT', snapshot: { others: [busyOther] } },
  {
    says: 'counts a battery that may stop at its floor',
    code: 'IMPORT_LIMIT',
    proposal: manual,
    snapshot: {
      live: liveOf({ gridW: measure(5000), batteryW: measure(-4000), socPct: measure(30, 1000, 'fresh', '%') }),
    },
  },
  {
    says: 'assumes a full circuit for a load of unknown power',
    code: 'IMPORT_LIMIT',
    channel: { config: configOf({ ratedPowerW: null }) },
    snapshot: { live: liveOf({ gridW: measure(7500) }) },
  },
  {
    says: 'assumes the worst of the others when the meter is silent',
    code: 'IMPORT_LIMIT',
    proposal: manual,
    snapshot: {
      live: liveOf({ gridW: measure(null) }),
      others: [
        channelOf({
          deviceId: deviceId('o'),
          current: { value: true, ageMs: 1 },
          config: configOf({ ratedPowerW: 9000 }),
        }),
      ],
    },
  },
  {
    says: 'throttles a load that can be throttled',
    code: 'IMPORT_THROTTLED',
    proposal: { setpoint: 5000 },
    snapshot: { live: liveOf({ gridW: measure(9000) }) },
    channel: number('other-load', 'W', 0, 6000, 0),
    setpoint: 2000,
  },
  {
    says: 'holds a grid setpoint to the limit',
    code: 'GRID_LIMIT',
    proposal: { setpoint: 15_000 },
    channel: number('grid', 'W', -20_000, 20_000, 0),
    setpoint: 11_000,
  },
  { says: 'keeps the minimum off time', code: 'MIN_OFF', proposal: manual, channel: { sinceChangeMs: 299_999 } },
  {
    says: 'keeps the minimum on time',
    code: 'MIN_ON',
    proposal: { ...manual, setpoint: false },
    channel: { sinceChangeMs: 10_000, current: { value: true, ageMs: 1000 } },
  },
  {
    says: 'keeps the longer of both when the state is unknown',
    code: 'MIN_OFF',
    proposal: manual,
    channel: { sinceChangeMs: 10_000, current: null },
  },
  { says: 'limits switches an hour', code: 'SWITCH_LIMIT', proposal: manual, channel: { switchesLastHour: 6 } },
  { says: 'limits writes a day', code: 'WRITE_BUDGET', proposal: manual, channel: { writesToday: 40 } },
  {
    says: 'has limits even where nobody set any',
    code: 'SWITCH_LIMIT',
    proposal: manual,
    channel: { switchesLastHour: 12, config: configOf({ rules: null }) },
  },
  {
    says: 'puts a value onto the steps, towards zero',
    code: 'VALUE_CLAMPED',
    proposal: { setpoint: 1999 },
    channel: {
      ...number('other-load', 'W', 0, 6000, 0),
      control: { kind: 'number', unit: 'W', minimum: 0, maximum: 6000, step: 50 },
    },
    setpoint: 1950,
  },
];

describe('the envelope', () => {
  it.each(CASES)('$says ($code)', ({ code, proposal, snapshot, channel, setpoint }) => {
    const verdict = judge(proposalOf(proposal), snapshotOf({ ...snapshot, channel: channelOf(channel) }));
    expect(verdict.code).toBe(code);
    if (setpoint !== undefined) expect(verdict.setpoint).toBe(setpoint);
    const refuses = verdict.setpoint === null;
    expect(verdict.outcome === 'refused').toBe(refuses);
    expect(verdict.sentence).toMatch(/^[A-Z].*\.$/);
  });

  it('is not moved by a load that is on: it cannot be the reason for its own end', () => {
    const running = channelOf({
      current: { value: true, ageMs: 1000 },
      powerW: { value: 3000, ageMs: 1000, limitMs: 30_000 },
    });
    const live = liveOf({ gridW: measure(10_900) });
    expect(judge(proposalOf({ setpoint: true }), snapshotOf({ live, channel: running })).code).toBe('UNCHANGED');
  });
});

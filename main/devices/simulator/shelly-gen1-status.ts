import type { Clock } from '../../clock.ts';
import type { SimulatedRelay } from './shelly-relay.ts';
import type { SimulatedHouse } from './types.ts';

/** What the first generation's simulator can be, after captured devices and the vendor's own examples. */
export interface Gen1Shape {
  readonly type: string;
  readonly host: string;
  readonly relays: number;
  /** `typed-in`: a model without a meter answers one with a power that somebody typed in. */
  readonly meters: 'each' | 'shared' | 'typed-in' | 'none';
  readonly emeters: number;
  readonly valve?: boolean;
  readonly temperatureC?: number;
}

export const GEN1_MODELS = {
  PlugS: {
    type: 'SHPLG-S',
    host: 'shellyplug-s',
    relays: 1,
    meters: 'each',
    emeters: 0,
    temperatureC: 24.14,
  },
  One: { type: 'SHSW-1', host: 'shelly1', relays: 1, meters: 'typed-in', emeters: 0 },
  TwoFive: { type: 'SHSW-25', host: 'shellyswitch25', relays: 2, meters: 'each', emeters: 0, temperatureC: 51.2 },
  Two: { type: 'SHSW-21', host: 'shellyswitch', relays: 2, meters: 'shared', emeters: 0 },
  Em3: { type: 'SHEM-3', host: 'shellyem3', relays: 1, meters: 'none', emeters: 3 },
  Em: { type: 'SHEM', host: 'shellyem', relays: 1, meters: 'none', emeters: 2 },
  Trv: { type: 'SHTRV-01', host: 'shellytrv', relays: 0, meters: 'none', emeters: 0, valve: true },
} as const satisfies Readonly<Record<string, Gen1Shape>>;
export type Gen1Model = keyof typeof GEN1_MODELS;

export const gen1ShapeOf = (model: Gen1Model): Gen1Shape => GEN1_MODELS[model];

const hundredth = (value: number): number => Math.round(value * 100) / 100;

/** `unixtime` is UTC; the meters' own time stamp has the local offset added, as captured. */
const LOCAL_OFFSET_S = 3_600;

export const gen1Relay = (relay: SimulatedRelay, overpower: boolean, clock: Clock): Record<string, unknown> => {
  const timer = relay.timer();
  const endsAt = timer ? timer.startedAtMs + timer.durationS * 1000 : 0;
  return {
    ison: relay.load().on,
    has_timer: timer !== null,
    timer_started: timer ? Math.floor(timer.startedAtMs / 1000) : 0,
    timer_duration: timer?.durationS ?? 0,
    timer_remaining: timer ? Math.round((endsAt - clock.now()) / 1000) : 0,
    overpower,
    source: relay.source() === 'timer' ? 'timer' : 'http',
  };
};

/** Watt-minutes since the start: 60 to the watt-hour. */
const meter = (powerW: number, countedWh: number, clock: Clock): Record<string, unknown> => ({
  power: hundredth(powerW),
  overpower: 0,
  is_valid: true,
  timestamp: Math.floor(clock.now() / 1000) + LOCAL_OFFSET_S,
  counters: [0, 0, 0],
  total: Math.round(countedWh * 60),
});

export const gen1Meters = (shape: Gen1Shape, relays: readonly SimulatedRelay[], clock: Clock): readonly unknown[] => {
  const each = relays.map((relay) => ({ powerW: relay.load().powerW, wh: relay.countedWh() }));
  if (shape.meters === 'each') return each.map(({ powerW, wh }) => meter(powerW, wh, clock));
  if (shape.meters === 'typed-in') return [{ power: 0, is_valid: true }];
  if (shape.meters === 'none') return [];
  const powerW = each.reduce((sum, one) => sum + one.powerW, 0);
  const wh = each.reduce((sum, one) => sum + one.wh, 0);
  return [meter(powerW, wh, clock)];
};

/** Three phases of the grid, or grid and PV. Watt-hours. */
export const gen1Emeters = (shape: Gen1Shape, house: SimulatedHouse): readonly unknown[] => {
  const { gridW, pvW, gridVoltageV, total } = house.state();
  const emeter = (powerW: number, inKwh: number, outKwh: number): unknown => ({
    power: hundredth(powerW),
    reactive: 0,
    pf: 1,
    current: hundredth(Math.abs(powerW) / gridVoltageV),
    voltage: hundredth(gridVoltageV),
    is_valid: true,
    total: Math.round(inKwh * 10_000) / 10,
    total_returned: Math.round(outKwh * 10_000) / 10,
  });
  if (shape.emeters === 3)
    return [0.5, 0.3, 0.2].map((share) => emeter(gridW * share, total.importKwh * share, total.exportKwh * share));
  return shape.emeters === 2 ? [emeter(gridW, total.importKwh, total.exportKwh), emeter(-pvW, 0, total.pvKwh)] : [];
};

export const gen1Valve = (targetC: number, enabled: boolean): Record<string, unknown> => ({
  pos: targetC > 20.3 ? 62 : 0,
  target_t: { enabled, value: targetC, value_op: 8, units: 'C' },
  tmp: { value: 20.3, units: 'C', is_valid: true },
  schedule: false,
  schedule_profile: 1,
  boost_minutes: 0,
  window_open: false,
});

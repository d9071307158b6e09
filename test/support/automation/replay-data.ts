import type { BatteryHabits, ChannelColumns, ReplayData, ReplayHome } from '../../../main/automation/replay/types.ts';
import { DEFAULT_SETTINGS } from '../../../preload/contract/house.ts';
import { homeSite } from '../store/temp-store.ts';
import { checkedHome } from './checked-home.ts';

/** A local midnight in Berlin. */
export const MIDNIGHT = Date.UTC(2026, 4, 31, 22, 0);

const columnOf = (steps: number, value: number | ((step: number) => number)): Float64Array =>
  Float64Array.from({ length: steps }, (_, step) => (typeof value === 'number' ? value : value(step)));

type Line = number | ((step: number) => number);

/** A span of equal steps with 500 W of house, no sun, no battery and a price of 0.30, unless said otherwise. */
export const replayData = (
  steps: number,
  lines: {
    readonly pvW?: Line;
    readonly loadW?: Line;
    readonly socPct?: Line;
    readonly importPerKwh?: Line;
    readonly battery?: BatteryHabits | null;
    readonly channels?: Readonly<Record<string, { readonly powerW?: Line; readonly on?: Line; readonly tempC?: Line }>>;
  } = {},
  more: Partial<ReplayData> = {},
): ReplayData => {
  const loadW = columnOf(steps, lines.loadW ?? 500);
  const pvW = columnOf(steps, lines.pvW ?? 0);
  const importPerKwh = columnOf(steps, lines.importPerKwh ?? 0.3);
  const stepMs = more.stepMs ?? 300_000;
  const from = more.from ?? MIDNIGHT;
  return {
    from,
    stepMs,
    steps,
    pvW,
    loadW,
    householdW: columnOf(steps, 500),
    gridW: loadW.map((load, step) => load - (pvW[step] ?? 0)),
    batteryW: columnOf(steps, 0),
    socPct: columnOf(steps, lines.socPct ?? Number.NaN),
    voltageV: columnOf(steps, Number.NaN),
    importPerKwh,
    exportPerKwh: columnOf(steps, 0.1),
    carbon: columnOf(steps, Number.NaN),
    prices: Array.from({ length: Math.ceil((steps * stepMs) / 3_600_000) + 48 }, (_, hour) => ({
      at: from + hour * 3_600_000,
      stepMs: 3_600_000,
      importPerKwh: 0.2 + (hour % 24) / 100,
      exportPerKwh: 0.1,
      source: 'test',
    })),
    channels: new Map(
      Object.entries(lines.channels ?? {}).map(([key, { powerW, on, tempC }]): [string, ChannelColumns] => [
        key,
        {
          powerW: columnOf(steps, powerW ?? 0),
          on: columnOf(steps, on ?? 0),
          tempC: columnOf(steps, tempC ?? Number.NaN),
        },
      ]),
    ),
    usualW: new Map([
      ['miner-a/switch:0', 1_000],
      ['miner-b/switch:0', 2_000],
    ]),
    battery: lines.battery ?? null,
    forecasts: new Map(),
    weather: [],
    hourlyShare: 0,
    ...more,
  };
};

export const BATTERY: BatteryHabits = {
  capacityKwh: 10,
  minimumSocPct: 10,
  maximumSocPct: 100,
  maxChargeW: 5_000,
  maxDischargeW: 5_000,
  oneWayEfficiency: 1,
};

/** The devices of the checked home in a home without a battery. */
export const replayHome = (more: Partial<ReplayHome> = {}): ReplayHome => ({
  site: homeSite(),
  settings: { ...DEFAULT_SETTINGS, batteryCapacityKwh: 0 },
  safety: checkedHome().safety,
  channels: checkedHome().channels,
  deviceNames: {},
  workflowNames: {},
  ...more,
});

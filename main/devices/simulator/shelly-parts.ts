import type { Clock } from '../../clock.ts';
import type { ShellyShape } from './shelly-models.ts';
import type { SimulatedRelay } from './shelly-relay.ts';
import type { SimulatedHouse } from './types.ts';

/** The status of single components, in the shape of captured devices. */
const tenth = (value: number): number => Math.round(value * 10) / 10;
const thousandth = (value: number): number => Math.round(value * 1000) / 1000;

/** What a meter of a load with returned energy has seen: simulated loads return nothing, so a fixed amount stands in. */
const RETURNED_WH = 250;

const meterFields = (relay: SimulatedRelay, house: SimulatedHouse, clock: Clock, returned: boolean): object => {
  const { powerW } = relay.load();
  const { gridVoltageV: voltage } = house.state();
  const minuteTs = Math.floor(clock.now() / 60_000) * 60;
  const counter = (wh: number): object => ({ total: thousandth(wh), by_minute: [0, 0, 0], minute_ts: minuteTs });
  return {
    apower: tenth(powerW),
    voltage: tenth(voltage),
    current: thousandth(powerW / voltage),
    aenergy: counter(relay.countedWh() + (returned ? RETURNED_WH : 0)),
    ...(returned ? { freq: 50, ret_aenergy: counter(RETURNED_WH) } : {}),
  };
};

export const switchPart = (
  id: number,
  relay: SimulatedRelay,
  shape: ShellyShape,
  house: SimulatedHouse,
  clock: Clock,
): Record<string, unknown> => {
  const timer = relay.timer();
  return {
    id,
    source: relay.source(),
    output: relay.load().on,
    ...(shape.metered ? meterFields(relay, house, clock, shape.returned ?? false) : {}),
    temperature: { tC: 41.3, tF: 106.3 },
    ...(timer ? { timer_started_at: timer.startedAtMs / 1000, timer_duration: timer.durationS } : {}),
  };
};

/** An output with nothing behind it. */
export const idleSwitchPart = (id: number, shape: ShellyShape, house: SimulatedHouse): Record<string, unknown> => ({
  id,
  source: 'init',
  output: false,
  ...(shape.metered
    ? { apower: 0, voltage: tenth(house.state().gridVoltageV), current: 0, freq: 50, pf: 0, aenergy: { total: 0 } }
    : {}),
  temperature: { tC: 25.6, tF: 78 },
});

export const pm1Part = (relay: SimulatedRelay, house: SimulatedHouse, clock: Clock): Record<string, unknown> => ({
  id: 0,
  ...meterFields(relay, house, clock, true),
});

const PHASES = ['a', 'b', 'c'] as const;
/** How the house's grid power lies on the three phases. */
const SHARES = { a: 0.5, b: 0.3, c: 0.2 } as const;

/** The grid connection as three phases; counters are per phase, Wh. */
export const emParts = (house: SimulatedHouse): Record<string, unknown> => {
  const { gridW, gridVoltageV, gridFrequencyHz, total } = house.state();
  const phases = PHASES.map((phase) => {
    const powerW = gridW * SHARES[phase];
    const current = Math.abs(powerW) / gridVoltageV;
    return {
      powerW,
      current,
      status: {
        [`${phase}_act_power`]: tenth(powerW),
        [`${phase}_aprt_power`]: tenth(Math.abs(powerW)),
        [`${phase}_current`]: thousandth(current),
        [`${phase}_freq`]: gridFrequencyHz,
        [`${phase}_pf`]: 1,
        [`${phase}_voltage`]: tenth(gridVoltageV),
      },
      data: {
        [`${phase}_total_act_energy`]: thousandth(total.importKwh * 1000 * SHARES[phase]),
        [`${phase}_total_act_ret_energy`]: thousandth(total.exportKwh * 1000 * SHARES[phase]),
      },
    };
  });
  return {
    'em:0': {
      id: 0,
      ...Object.assign({}, ...phases.map(({ status }) => status)),
      n_current: null,
      total_act_power: thousandth(gridW),
      total_aprt_power: thousandth(Math.abs(gridW)),
      total_current: thousandth(phases.reduce((sum, { current }) => sum + current, 0)),
      user_calibrated_phase: [],
    },
    'emdata:0': {
      id: 0,
      ...Object.assign({}, ...phases.map(({ data }) => data)),
      total_act: thousandth(total.importKwh * 1000),
      total_act_ret: thousandth(total.exportKwh * 1000),
    },
  };
};

/** Three clamps apart: grid, PV and the household. */
export const em1Parts = (house: SimulatedHouse): Record<string, unknown> => {
  const { gridW, pvW, loadW, gridVoltageV, gridFrequencyHz, total } = house.state();
  const clamps = [
    { powerW: gridW, inKwh: total.importKwh, outKwh: total.exportKwh },
    { powerW: -pvW, inKwh: 0, outKwh: total.pvKwh },
    { powerW: loadW, inKwh: total.loadKwh, outKwh: 0 },
  ];
  return Object.fromEntries(
    clamps.flatMap(({ powerW, inKwh, outKwh }, id) => [
      [
        `em1:${id}`,
        {
          id,
          act_power: tenth(powerW),
          aprt_power: tenth(Math.abs(powerW)),
          voltage: tenth(gridVoltageV),
          current: thousandth(Math.abs(powerW) / gridVoltageV),
          freq: gridFrequencyHz,
          pf: 1,
          calibration: 'factory',
        },
      ],
      [
        `em1data:${id}`,
        { id, total_act_energy: thousandth(inKwh * 1000), total_act_ret_energy: thousandth(outKwh * 1000) },
      ],
    ]),
  );
};

import { METRIC_UNITS, type Metric } from '../../preload/contract/base.ts';

/** How a number in a given unit becomes a metric of ours: value × factor + offset. */
export interface MeasuredUnit {
  readonly metric: Metric;
  readonly factor: number;
  readonly offset: number;
}

const as = (metric: Metric, factor = 1, offset = 0): MeasuredUnit => ({ metric, factor, offset });
const FAHRENHEIT = as('tempC', 5 / 9, -160 / 9);

/** Units as hubs and devices write them. `%` is a state of charge unless something else says otherwise. */
const UNITS: ReadonlyMap<string, MeasuredUnit> = new Map(
  Object.entries({
    mW: as('powerW', 0.001),
    W: as('powerW'),
    kW: as('powerW', 1_000),
    MW: as('powerW', 1_000_000),
    Wh: as('energyKwh', 0.001),
    kWh: as('energyKwh'),
    MWh: as('energyKwh', 1_000),
    '%': as('socPct'),
    '°C': as('tempC'),
    C: as('tempC'),
    '°F': FAHRENHEIT,
    F: FAHRENHEIT,
    K: as('tempC', 1, -273.15),
    mV: as('voltageV', 0.001),
    V: as('voltageV'),
    kV: as('voltageV', 1_000),
    mA: as('currentA', 0.001),
    A: as('currentA'),
    Hz: as('frequencyHz'),
    'GH/s': as('hashrateThs', 0.001),
    'TH/s': as('hashrateThs'),
    'J/TH': as('efficiencyJTh'),
    rpm: as('fanRpm'),
    'W/m²': as('irradianceWm2'),
    'W/m2': as('irradianceWm2'),
  }),
);

export const KNOWN_UNITS: readonly string[] = [...UNITS.keys()];

export const measuredUnitOf = (unit: string): MeasuredUnit | null => UNITS.get(unit) ?? null;

/**
 * A unit as another metric of the same dimension, such as kW as a power limit or % as humidity; null where the metric
 * is of another dimension.
 */
export const unitAs = (unit: string, metric: Metric): MeasuredUnit | null => {
  const known = measuredUnitOf(unit);
  return known !== null && METRIC_UNITS[known.metric] === METRIC_UNITS[metric] ? { ...known, metric } : null;
};

export const convert = ({ factor, offset }: MeasuredUnit, value: number): number => value * factor + offset;

/** What a home can have at all: wider than any device of it, narrow enough for a wrong unit to show. */
export const HOME_BOUNDS: Readonly<Record<Metric, readonly [number, number]>> = {
  powerW: [-100_000, 100_000],
  energyKwh: [0, 10_000_000],
  energyImportKwh: [0, 10_000_000],
  energyExportKwh: [0, 10_000_000],
  socPct: [0, 100],
  sohPct: [0, 110],
  voltageV: [0, 1_500],
  currentA: [-1_000, 1_000],
  tempC: [-50, 200],
  frequencyHz: [40, 70],
  on: [0, 1],
  setpointW: [-100_000, 100_000],
  limitA: [0, 1_000],
  minSocPct: [0, 100],
  capacityKwh: [0, 10_000],
  chargeLimitA: [0, 1_000],
  dischargeLimitA: [0, 1_000],
  stateCode: [-1_000_000, 1_000_000],
  faultCode: [-1_000_000_000, 1_000_000_000],
  hashrateThs: [0, 10_000],
  efficiencyJTh: [0, 1_000],
  targetTempC: [-30, 100],
  targetSocPct: [0, 100],
  powerLimitW: [0, 100_000],
  humidityPct: [0, 100],
  valvePct: [0, 100],
  fanRpm: [0, 30_000],
  irradianceWm2: [0, 2_000],
};

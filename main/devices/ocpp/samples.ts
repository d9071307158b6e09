import type { MeterValues, SampledValue } from './messages.ts';

/** The newest values of one connector, in the units of this product. What was never said is not there. */
export interface Sample {
  readonly value: number;
  readonly measuredAt: number;
  readonly receivedAt: number;
  /** Reckoned from other values. */
  readonly estimated: boolean;
}
export type SampleName = 'powerW' | 'currentA' | 'offeredA' | 'voltageV' | 'socPct' | 'energyKwh';
export type Samples = ReadonlyMap<SampleName, Sample>;

/** A time stamp further in the future than this is a wrong clock. */
const FUTURE_MS = 5_000;
/** Older values were kept while the charger was cut off: they are no measurement of now. */
const OLDEST_MS = 120_000;
const LINES: readonly (readonly string[])[] = [
  ['L1', 'L1-N'],
  ['L2', 'L2-N'],
  ['L3', 'L3-N'],
];

const numberOf = ({ value, format }: SampledValue): number | null => {
  if (format === 'SignedData') return null;
  const number = typeof value === 'number' ? value : value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : null;
};

/** The values of a measurand: the total where it is said, and those of the lines. */
const valuesOf = (sampled: readonly SampledValue[], measurand: string) => {
  const ours = sampled.filter((each) => each.measurand === measurand && each.location !== 'Inlet');
  const at = (phases: readonly (string | undefined)[]): number | null => {
    const found = ours.find(({ phase }) => phases.includes(phase));
    const number = found ? numberOf(found) : null;
    // The unit of a measurand is its own; only the thousands differ.
    return number === null ? null : /^k/.test(found?.unit ?? '') ? number * 1_000 : number;
  };
  return { total: at([undefined, '']), lines: LINES.map(at) };
};

const sum = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
};
const largest = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
};

interface Found {
  readonly value: number | null;
  readonly estimated?: boolean;
}

const found = (sampled: readonly SampledValue[]): Readonly<Record<SampleName, Found>> => {
  const power = valuesOf(sampled, 'Power.Active.Import');
  const current = valuesOf(sampled, 'Current.Import');
  const voltage = valuesOf(sampled, 'Voltage');
  const offered = valuesOf(sampled, 'Current.Offered');
  const energy = valuesOf(sampled, 'Energy.Active.Import.Register');
  const measuredW = power.total ?? sum(power.lines);
  const reckonedW = sum(
    current.lines.map((amperes, line) => {
      const volts = voltage.lines[line] ?? null;
      return amperes === null || volts === null ? null : amperes * volts;
    }),
  );
  const energyWh = energy.total ?? sum(energy.lines);
  return {
    powerW: measuredW === null ? { value: reckonedW, estimated: true } : { value: measuredW },
    currentA: { value: largest(current.lines) ?? current.total },
    offeredA: { value: offered.total ?? largest(offered.lines) },
    voltageV: { value: voltage.total ?? voltage.lines[0] ?? null },
    socPct: { value: valuesOf(sampled, 'SoC').total },
    energyKwh: { value: energyWh === null ? null : energyWh / 1_000 },
  };
};

/** What a message adds to what was known; an older sample never takes the place of a newer one. */
export const withMeterValues = (known: Samples, { meterValue }: MeterValues, receivedAt: number): Samples => {
  const next = new Map(known);
  for (const { timestamp, sampledValue } of meterValue) {
    const stamped = Date.parse(timestamp);
    const isAsked = sampledValue.some(({ context }) => context === 'Trigger');
    const isWrong = Number.isNaN(stamped) || stamped > receivedAt + FUTURE_MS;
    const isOld = receivedAt - stamped > OLDEST_MS;
    // What we asked for just now is of now, whatever its clock says; what was kept while it was cut off is not.
    if (isOld && !isAsked) continue;
    const measuredAt = isWrong || isOld ? receivedAt : Math.min(stamped, receivedAt);
    const values = found(sampledValue);
    for (const name of Object.keys(values) as SampleName[]) {
      const { value, estimated = false } = values[name];
      if (value !== null && Number.isFinite(value) && measuredAt >= (next.get(name)?.measuredAt ?? 0))
        next.set(name, { value, measuredAt, receivedAt, estimated });
    }
  }
  return next;
};

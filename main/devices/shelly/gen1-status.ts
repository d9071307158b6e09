import { z } from 'zod';
import type { Metric } from '../../../preload/contract/base.ts';
import { channelId } from '../../ids.ts';
import type { Reading } from '../../reading.ts';
import { CLAMPS, PHASES, RELAYS } from './channels.ts';
import { spanS, unixS } from './components.ts';
import type { StatusTimes } from './readings.ts';

/** `GET /status` of the first generation; models leave out what they do not have. */
const amount = z.number().nullish();

export const relaySchema = z.object({
  ison: z.boolean(),
  has_timer: z.boolean().nullish(),
  /** Unix s, 0 while the device has no time; s. */
  timer_started: unixS.nullish(),
  timer_duration: spanS.nullish(),
  timer_remaining: spanS.nullish(),
  overpower: z.boolean().nullish(),
  source: z.string().nullish(),
});
export type Gen1Relay = z.infer<typeof relaySchema>;

/** `total` in watt-minutes; a model without a meter has a typed-in power and no total. */
const meterSchema = z.object({ power: amount, is_valid: z.boolean().nullish(), total: amount });

/** `total` and `total_returned` in watt-hours: the same name as above, a factor of 60 apart. */
const emeterSchema = z.object({
  power: amount,
  voltage: amount,
  current: amount,
  is_valid: z.boolean().nullish(),
  total: amount,
  total_returned: amount,
});

const valveSchema = z.object({
  /** Percent open; below 0 before it is calibrated. */
  pos: amount,
  target_t: z.object({ enabled: z.boolean().nullish(), value: amount, units: z.string().nullish() }).nullish(),
  tmp: z.object({ value: amount, units: z.string().nullish(), is_valid: z.boolean().nullish() }).nullish(),
});

export const gen1StatusSchema = z.object({
  mac: z.string().nullish(),
  unixtime: amount,
  relays: z.array(relaySchema).nullish(),
  rollers: z.array(z.looseObject({})).nullish(),
  lights: z.array(z.looseObject({})).nullish(),
  meters: z.array(meterSchema).nullish(),
  emeters: z.array(emeterSchema).nullish(),
  thermostats: z.array(valveSchema).nullish(),
  voltage: amount,
  temperature: amount,
  overtemperature: z.boolean().nullish(),
  tmp: z.object({ tC: amount, is_valid: z.boolean().nullish() }).nullish(),
  hum: z.object({ value: amount, is_valid: z.boolean().nullish() }).nullish(),
  /** Sensors of the add-on by their number. */
  ext_temperature: z.record(z.string(), z.object({ tC: amount })).nullish(),
});
export type Gen1Status = z.infer<typeof gen1StatusSchema>;

/** Says 999 for a sensor that is not there. */
const NO_SENSOR_C = 999;
const WATT_MINUTES_PER_KWH = 60_000;

type Value = readonly [channel: string, metric: Metric, value: number | null | undefined];
type Emeter = z.infer<typeof emeterSchema>;

const per = (value: number | null | undefined, divisor: number): number | null =>
  value === null || value === undefined ? null : value / divisor;

const meterValues = (channel: string, meter: z.infer<typeof meterSchema> | undefined): readonly Value[] => {
  // Without a total it is no meter, and an invalid one has not measured yet.
  if (!meter || meter.is_valid === false || meter.total === null || meter.total === undefined) return [];
  return [
    [channel, 'powerW', meter.power],
    [channel, 'energyKwh', per(meter.total, WATT_MINUTES_PER_KWH)],
  ];
};

const emeterValues = (channel: string, meter: Emeter): readonly Value[] =>
  meter.is_valid === false || !meter.voltage
    ? []
    : [
        [channel, 'powerW', meter.power],
        [channel, 'voltageV', meter.voltage],
        [channel, 'currentA', meter.current],
        [channel, 'energyKwh', per(meter.total, 1000)],
        [channel, 'energyExportKwh', per(meter.total_returned, 1000)],
      ];

/** A sum only where every part is there. */
const sumOf = (meters: readonly Emeter[], member: 'power' | 'total' | 'total_returned'): number | null =>
  meters.reduce<number | null>((sum, meter) => {
    const value = meter[member];
    return sum === null || meter.is_valid === false || value === null || value === undefined ? null : sum + value;
  }, 0);

const emeters = (meters: readonly Emeter[]): readonly Value[] => {
  if (meters.length !== PHASES.length)
    return CLAMPS.flatMap((id) => (meters[id] ? emeterValues(`em1:${id}`, meters[id]) : []));
  return [
    ['em:0', 'powerW', sumOf(meters, 'power')],
    ['em:0', 'energyKwh', per(sumOf(meters, 'total'), 1000)],
    ['em:0', 'energyExportKwh', per(sumOf(meters, 'total_returned'), 1000)],
    ...PHASES.flatMap((phase, index) => (meters[index] ? emeterValues(`em:0:${phase}`, meters[index]) : [])),
  ];
};

const inCelsius = (value: number | null | undefined, units: string | null | undefined): number | null =>
  value === null || value === undefined ? null : units === 'F' ? ((value - 32) * 5) / 9 : value;

const valve = ({ thermostats }: Gen1Status): readonly Value[] => {
  const [first] = thermostats ?? [];
  if (!first) return [];
  const { pos, tmp } = first;
  return [
    ['thermostat:0', 'tempC', tmp?.is_valid === false ? null : inCelsius(tmp?.value, tmp?.units)],
    ['thermostat:0', 'targetTempC', valveTargetC({ thermostats })],
    ['thermostat:0', 'valvePct', pos !== null && pos !== undefined && pos >= 0 ? pos : null],
  ];
};

/** The target that a valve follows; null where it is steered by position. */
export const valveTargetC = ({ thermostats }: Pick<Gen1Status, 'thermostats'>): number | null => {
  const target = thermostats?.[0]?.target_t;
  return !target || target.enabled === false ? null : inCelsius(target.value, target.units);
};

const faultOf = (relay: Gen1Relay, status: Gen1Status): number =>
  relay.overpower ? 1 : status.overtemperature ? 2 : 0;

const insideC = ({ tmp, temperature }: Gen1Status): number | null | undefined =>
  tmp ? (tmp.is_valid === false ? null : tmp.tC) : temperature;

const relays = (status: Gen1Status): readonly Value[] => {
  const found = (status.relays ?? []).slice(0, RELAYS.length);
  const meters = status.lights?.length ? [] : (status.meters ?? []);
  const isShared = meters.length !== found.length;
  return [
    ...found.flatMap((relay, id): readonly Value[] => [
      [`switch:${id}`, 'on', Number(relay.ison)],
      [`switch:${id}`, 'faultCode', faultOf(relay, status)],
      ...(isShared ? [] : meterValues(`switch:${id}`, meters[id])),
    ]),
    ...(isShared ? meterValues('pm1:0', meters[0]) : []),
    ...(found.length > 0
      ? ([
          ['switch:0', 'tempC', insideC(status)],
          // A device that answers has mains: 0 V is a missing sensor.
          ['switch:0', 'voltageV', status.voltage || null],
        ] satisfies readonly Value[])
      : []),
  ];
};

const thermometers = ({ tmp, hum, relays: found, thermostats, ext_temperature: external }: Gen1Status) => {
  const isOwn = (found ?? []).length === 0 && (thermostats ?? []).length === 0;
  const values: Value[] = Object.entries(external ?? {}).map(([number, { tC }]) => [
    `temperature:${100 + Number(number)}`,
    'tempC',
    tC,
  ]);
  if (isOwn && tmp && tmp.is_valid !== false) values.push(['temperature:0', 'tempC', tmp.tC]);
  if (isOwn && hum && hum.is_valid !== false) values.push(['temperature:0', 'humidityPct', hum.value]);
  return values;
};

/** The parts that this product does not use, for one sentence to the person. */
export const gen1Unused = ({ rollers, lights }: Gen1Status): readonly string[] => [
  ...(rollers?.length ? ['cover'] : []),
  ...(lights?.length ? ['light'] : []),
];

/** Readings of a status. In roller mode the relays are the motor of a cover, and left alone. */
export const gen1Readings = (status: Gen1Status, times: StatusTimes, isCover: boolean): readonly Reading[] => {
  const { measuredAt, receivedAt } = times;
  const values: readonly Value[] = [
    ...(isCover ? [] : relays(status)),
    ...emeters(status.emeters ?? []),
    ...thermometers(status),
    ...valve(status),
  ];
  return values.flatMap(([channel, metric, value]) =>
    value === null || value === undefined || (metric === 'tempC' && value === NO_SENSOR_C)
      ? []
      : [{ channelId: channelId(channel), metric, value, quality: 'good' as const, measuredAt, receivedAt }],
  );
};

/** When the timer ends, as the relay says; null where none runs. */
export const gen1LeaseEndsAt = (relay: Gen1Relay, askedAt: number): number | null => {
  if (!relay.has_timer) return null;
  // What is left needs no clock on the device; old firmware does not say it.
  if (relay.timer_remaining) return askedAt + relay.timer_remaining * 1000;
  return relay.timer_started && relay.timer_duration ? (relay.timer_started + relay.timer_duration) * 1000 : null;
};

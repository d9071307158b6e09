import { z } from 'zod';
import type { Metric } from '../../../preload/contract/base.ts';
import { type ChannelId, channelId } from '../../ids.ts';
import type { Reading } from '../../reading.ts';
import { CLAMPS, PHASES, type Phase, RELAYS, THERMOMETERS, VALVES } from './channels.ts';
import {
  bluTrvSchema,
  type EmData,
  type EmStatus,
  em1DataSchema,
  em1StatusSchema,
  emDataSchema,
  emStatusSchema,
  humiditySchema,
  type MeterStatus,
  meterSchema,
  switchStatusSchema,
  temperatureSchema,
  thermostatSchema,
  unixS,
} from './components.ts';

/** One metric of a component. `members` are what it comes from: a partial notification renews only what it names. */
interface Source<Component> {
  readonly metric: Metric;
  readonly members: readonly (keyof Component & string)[];
  /** Null where the device does not say: a relay without a meter has no power, not 0 W. */
  readonly value: (component: Component) => number | null | undefined;
}

interface Value {
  readonly metric: Metric;
  readonly value: number;
}

/** How one component of the status becomes values of one channel. */
interface Part {
  readonly component: string;
  readonly channelId: ChannelId;
  /** Null where the component is not as it must be. */
  values(data: unknown, named?: ReadonlySet<string>): readonly Value[] | null;
  /** Where the component has a time of its own, unix s of the device's clock. */
  updatedS?(data: unknown): number | null;
}

const part = <Component>(
  component: string,
  channel: string,
  schema: z.ZodType<Component>,
  sources: readonly Source<Component>[],
): Part => ({
  component,
  channelId: channelId(channel),
  values: (data, names) => {
    const parsed = schema.safeParse(data);
    if (!parsed.success) return null;
    return sources.flatMap(({ metric, members, value }) => {
      if (names && !members.some((member) => names.has(member))) return [];
      const found = value(parsed.data);
      return found === null || found === undefined ? [] : [{ metric, value: found }];
    });
  },
});

const kwh = (wh: number | null | undefined): number | null => (wh === null || wh === undefined ? null : wh / 1000);

/** What stands in `errors`, as numbers that a person finds in the README; 9 is anything else. */
const FAULTS: readonly string[] = ['', 'overpower', 'overtemp', 'overvoltage', 'undervoltage'];

const faultCode = (errors: readonly string[]): number =>
  errors.length === 0 ? 0 : Math.max(...errors.map((text) => (FAULTS.indexOf(text) > 0 ? FAULTS.indexOf(text) : 9)));

const METER: readonly Source<MeterStatus>[] = [
  { metric: 'powerW', members: ['apower'], value: ({ apower }) => apower },
  {
    metric: 'energyKwh',
    members: ['aenergy', 'ret_aenergy'],
    value: ({ aenergy, ret_aenergy }) => {
      // Counters are rounded apart: import is never below 0.
      const totalWh = aenergy?.total ?? null;
      return totalWh === null ? null : Math.max(0, totalWh - (ret_aenergy?.total ?? 0)) / 1000;
    },
  },
  { metric: 'energyExportKwh', members: ['ret_aenergy'], value: ({ ret_aenergy }) => kwh(ret_aenergy?.total) },
  { metric: 'tempC', members: ['temperature'], value: ({ temperature }) => temperature?.tC },
  // A device that answers has mains: 0 V is a missing sensor.
  { metric: 'voltageV', members: ['voltage'], value: ({ voltage }) => voltage || null },
  // Models with a meter say 0 A; without a voltage the sensor is missing too.
  {
    metric: 'currentA',
    members: ['current'],
    value: ({ voltage, current }) => (voltage === 0 ? null : current),
  },
  { metric: 'frequencyHz', members: ['freq'], value: ({ freq }) => freq || null },
];

const PM1 = METER.filter(({ metric }) => metric !== 'tempC');

const relayPart = (id: number): Part =>
  part(`switch:${id}`, `switch:${id}`, switchStatusSchema, [
    ...METER,
    {
      metric: 'on',
      members: ['output'],
      value: ({ output }) => (output === undefined || output === null ? null : Number(output)),
    },
    { metric: 'faultCode', members: ['errors'], value: ({ errors }) => faultCode(errors ?? []) },
  ]);

/** A phase without voltage is not connected: its 0 W is no measurement. */
const phasePart = (phase: Phase): Part => {
  const has = (em: EmStatus): boolean => (em[`${phase}_voltage`] ?? 0) > 0;
  const member = (name: 'act_power' | 'voltage' | 'current' | 'freq'): Pick<Source<EmStatus>, 'members' | 'value'> => ({
    members: [`${phase}_${name}`],
    value: (em) => (has(em) ? em[`${phase}_${name}`] : null),
  });
  return part('em:0', `em:0:${phase}`, emStatusSchema, [
    { metric: 'powerW', ...member('act_power') },
    { metric: 'voltageV', ...member('voltage') },
    { metric: 'currentA', ...member('current') },
    { metric: 'frequencyHz', ...member('freq') },
  ]);
};

const phaseEnergyPart = (phase: Phase): Part => {
  const member = (name: 'act_energy' | 'act_ret_energy'): Pick<Source<EmData>, 'members' | 'value'> => ({
    members: [`${phase}_total_${name}`],
    value: (data) => kwh(data[`${phase}_total_${name}`]),
  });
  return part('emdata:0', `em:0:${phase}`, emDataSchema, [
    { metric: 'energyKwh', ...member('act_energy') },
    { metric: 'energyExportKwh', ...member('act_ret_energy') },
  ]);
};

const clampParts = (id: number): readonly Part[] => [
  part(`em1:${id}`, `em1:${id}`, em1StatusSchema, [
    { metric: 'powerW', members: ['act_power'], value: ({ act_power }) => act_power },
    { metric: 'voltageV', members: ['voltage'], value: ({ voltage }) => voltage || null },
    { metric: 'currentA', members: ['current'], value: ({ current }) => current },
    { metric: 'frequencyHz', members: ['freq'], value: ({ freq }) => freq || null },
  ]),
  part(`em1data:${id}`, `em1:${id}`, em1DataSchema, [
    { metric: 'energyKwh', members: ['total_act_energy'], value: ({ total_act_energy }) => kwh(total_act_energy) },
    {
      metric: 'energyExportKwh',
      members: ['total_act_ret_energy'],
      value: ({ total_act_ret_energy }) => kwh(total_act_ret_energy),
    },
  ]),
];

const valvePart = (id: number): Part => ({
  ...part(`blutrv:${id}`, `blutrv:${id}`, bluTrvSchema, [
    {
      metric: 'tempC',
      members: ['current_C'],
      value: ({ current_C, paired }) => (paired === false ? null : current_C),
    },
    { metric: 'targetTempC', members: ['target_C'], value: ({ target_C }) => target_C },
    // Before it has found its end stops a valve says −1.
    { metric: 'valvePct', members: ['pos'], value: ({ pos }) => (pos === -1 ? null : pos) },
  ]),
  updatedS: (data) => bluTrvSchema.safeParse(data).data?.last_updated_ts ?? null,
});

const PARTS: readonly Part[] = [
  ...RELAYS.map(relayPart),
  part('em:0', 'em:0', emStatusSchema, [
    { metric: 'powerW', members: ['total_act_power'], value: ({ total_act_power }) => total_act_power },
    { metric: 'currentA', members: ['total_current'], value: ({ total_current }) => total_current },
  ]),
  part('emdata:0', 'em:0', emDataSchema, [
    { metric: 'energyKwh', members: ['total_act'], value: ({ total_act }) => kwh(total_act) },
    { metric: 'energyExportKwh', members: ['total_act_ret'], value: ({ total_act_ret }) => kwh(total_act_ret) },
  ]),
  ...PHASES.flatMap((phase) => [phasePart(phase), phaseEnergyPart(phase)]),
  ...CLAMPS.flatMap(clampParts),
  part('pm1:0', 'pm1:0', meterSchema, PM1),
  ...THERMOMETERS.map((id) =>
    part(`temperature:${id}`, `temperature:${id}`, temperatureSchema, [
      { metric: 'tempC', members: ['tC'], value: ({ tC }) => tC },
    ]),
  ),
  part('humidity:0', 'temperature:0', humiditySchema, [
    { metric: 'humidityPct', members: ['rh'], value: ({ rh }) => rh },
  ]),
  part('thermostat:0', 'thermostat:0', thermostatSchema, [
    { metric: 'tempC', members: ['current_C'], value: ({ current_C }) => current_C },
    { metric: 'targetTempC', members: ['target_C'], value: ({ target_C }) => target_C },
    {
      metric: 'on',
      members: ['output'],
      value: ({ output }) => (output === undefined || output === null ? null : Number(output)),
    },
  ]),
  ...VALVES.map(valvePart),
];

/** A whole status: every component that is read is as it must be, everything else is let be. */
export const statusSchema = z
  .looseObject({ ts: unixS.nullish(), sys: z.looseObject({ unixtime: unixS.nullish() }).optional() })
  .superRefine((status, context) => {
    for (const { component, values } of PARTS)
      if (status[component] !== undefined && values(status[component]) === null)
        context.addIssue({ code: 'custom', path: [component], message: 'it is not as expected' });
  });
export type Status = z.infer<typeof statusSchema>;

/** The components that this product does not use, for one sentence to the person. */
export const unusedComponents = (status: Status): readonly string[] =>
  Object.keys(status).filter((name) => /^(cover|light|rgb|rgbw|rgbcct|cct):\d+$/.test(name));

const isTree = (value: unknown): value is object => typeof value === 'object' && value !== null;

const TRUSTED_CLOCK_DIFFERENCE_MS = 5_000;

/** The device's time stamp where its clock can be right, else the time of receipt; never in the future. */
export const measuredAtOf = (deviceTsS: number | null | undefined, receivedAt: number): number => {
  if (!deviceTsS) return receivedAt;
  const at = Math.round(deviceTsS * 1000);
  return Math.abs(at - receivedAt) > TRUSTED_CLOCK_DIFFERENCE_MS ? receivedAt : Math.min(at, receivedAt);
};

export interface StatusTimes {
  readonly measuredAt: number;
  readonly receivedAt: number;
  /** The device's clock less ours; 0 while it is close or unknown. */
  readonly clockDifferenceMs?: number;
}

/** Readings of a whole status; `patch` limits them to the members that a partial notification named. */
export const statusReadings = (
  status: Readonly<Record<string, unknown>>,
  times: StatusTimes,
  patch?: Readonly<Record<string, unknown>>,
): readonly Reading[] =>
  PARTS.flatMap(({ component, channelId: channel, values, updatedS }) => {
    const data = status[component];
    const named = patch?.[component];
    if (data === undefined || (patch && !isTree(named))) return [];
    const found = values(data, isTree(named) ? new Set(Object.keys(named)) : undefined) ?? [];
    const ownS = updatedS?.(data) ?? null;
    const { receivedAt, clockDifferenceMs = 0 } = times;
    const measuredAt =
      ownS === null ? times.measuredAt : Math.min(receivedAt, Math.round(ownS * 1000) - clockDifferenceMs);
    return found.map((value) => ({ channelId: channel, ...value, quality: 'good' as const, measuredAt, receivedAt }));
  });

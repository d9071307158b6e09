import type { Metric } from '../../../preload/contract/base.ts';
import { type Connection, connectionSchema } from '../../../preload/contract/devices.ts';
import { type ChannelId, channelId } from '../../ids.ts';
import { HOME_BOUNDS } from '../measured-unit.ts';
import type { ChannelSpec, ControlSpec } from '../types.ts';
import { type EntityLine, parseEntityLines } from './entity-line.ts';

export const ENTITIES = 'entities';

export const entitiesOf = (connection: Connection): readonly EntityLine[] =>
  parseEntityLines(connection.options?.[ENTITIES] ?? '').lines;

/** Every problem of the field is told, each with its line. */
export const hubConnectionSchema = connectionSchema.superRefine(({ options }, context) => {
  const { problems } = parseEntityLines(options?.[ENTITIES] ?? '');
  if (problems.length === 0) return;
  const message = problems.map((problem) => `line ${problem.number}: ${problem.message}`).join('; ');
  context.addIssue({ code: 'custom', path: ['options', ENTITIES], message });
});

export const channelOf = ({ entityId }: EntityLine): ChannelId => channelId(entityId);
/** A climate has two settings: its temperature under its own name, its mode under this one. */
export const modeChannelOf = ({ entityId }: EntityLine): ChannelId => channelId(`${entityId}:mode`);

/** What a sensor may turn out to be; its unit and class say which. */
export const SENSOR_METRICS: readonly Metric[] = [
  ...([
    'powerW',
    'energyKwh',
    'socPct',
    'capacityKwh',
    'tempC',
    'humidityPct',
    'voltageV',
    'currentA',
    'frequencyHz',
  ] as const),
  ...(['hashrateThs', 'efficiencyJTh', 'fanRpm', 'irradianceWm2'] as const),
];

/** What a number that may be set is called, by its unit: a limit is not a measured power. */
const NUMBER_METRICS: Readonly<Record<string, Metric>> = {
  W: 'setpointW',
  kW: 'setpointW',
  A: 'limitA',
  '°C': 'targetTempC',
  '°F': 'targetTempC',
  '%': 'targetSocPct',
};

export const numberMetricOf = ({ metric, range }: EntityLine): Metric | null =>
  metric ?? NUMBER_METRICS[range?.unit ?? ''] ?? null;

const ownMetrics = (line: EntityLine): readonly Metric[] => {
  switch (line.kind) {
    case 'sensor':
      return line.metric === null ? SENSOR_METRICS : [line.metric];
    case 'switch':
      return ['on'];
    case 'number': {
      const metric = numberMetricOf(line);
      return metric === null ? [] : [metric];
    }
    case 'climate':
      return ['tempC', 'targetTempC'];
    case 'choice':
      return [];
  }
};

const metricsOf = (line: EntityLine): readonly Metric[] => [
  ...new Set<Metric>([
    ...ownMetrics(line),
    ...(line.powerId === null ? [] : (['powerW'] as const)),
    ...(line.energyId === null ? [] : (['energyKwh'] as const)),
  ]),
];

/** Home Assistant speaks to the device for us: mains within seconds, batteries and clouds within a minute. */
const THROUGH_A_HUB = {
  readBackAfterMs: 500,
  readBackWithinMs: 30_000,
  wireLimitMs: 15_000,
  deviceLease: false,
} as const;
const GENTLE = { minOnMs: 300_000, minOffMs: 300_000, maxSwitchesPerHour: 6, writeBudgetPerDay: 300 } as const;
const UNSEEN = { kind: 'none', because: 'what it does to power is not declared' } as const;
const OFF = 'off';
const QUIET_MODES = ['auto', 'heat', 'eco', OFF] as const;

const choice = (options: readonly string[], safe: string | null): ControlSpec => ({
  ...THROUGH_A_HUB,
  control: { kind: 'choice', options: options.map((value) => ({ value, label: value })) },
  defaultSafeState: safe ?? options.find((value) => value === OFF) ?? options[0] ?? OFF,
  defaultRules: GENTLE,
  effect: UNSEEN,
});

const controlOf = (line: EntityLine): ControlSpec | null => {
  const { kind, options, powerId, range, safe } = line;
  if (kind === 'switch')
    return {
      ...THROUGH_A_HUB,
      control: { kind: 'switch' },
      defaultSafeState: safe === 'on',
      defaultRules: GENTLE,
      effect:
        powerId === null ? UNSEEN : { kind: 'power-follows-switch', onAboveW: 10, offBelowW: 8, withinMs: 60_000 },
    };
  if (kind === 'choice') return options.length === 0 ? null : choice(options, safe);
  if (range === null) return null;
  const { minimum, maximum } = range;
  // Warm enough not to freeze and cool enough not to cost; a number that is nearest to doing nothing.
  const quiet = kind === 'climate' ? Math.min(maximum, Math.max(minimum, 18)) : Math.min(maximum, Math.max(minimum, 0));
  return {
    ...THROUGH_A_HUB,
    control: { kind: 'number', ...range },
    defaultSafeState: safe === null ? quiet : Number(safe),
    defaultRules: GENTLE,
    effect: UNSEEN,
  };
};

/** The channels that the lines name, before anything is read. */
export const hubChannels = (connection: Connection): readonly ChannelSpec[] =>
  entitiesOf(connection).flatMap((line) => {
    const metrics = metricsOf(line);
    const channel: ChannelSpec = {
      channelId: channelOf(line),
      label: line.label ?? line.entityId,
      suggestedRole: line.role,
      metrics,
      bounds: Object.fromEntries(metrics.map((metric) => [metric, HOME_BOUNDS[metric]])),
      control: controlOf(line),
    };
    if (line.kind !== 'climate' || line.options.length === 0) return [channel];
    const mode: ChannelSpec = {
      channelId: modeChannelOf(line),
      label: `${channel.label}: mode`,
      suggestedRole: 'none',
      metrics: [],
      bounds: {},
      // Off could freeze a house: left to itself it goes on gently.
      control: choice(line.options, QUIET_MODES.find((mode) => line.options.includes(mode)) ?? null),
    };
    return [channel, mode];
  });

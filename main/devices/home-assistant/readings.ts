import type { Metric, Setpoint } from '../../../preload/contract/base.ts';
import type { ChannelId } from '../../ids.ts';
import type { Reading } from '../../reading.ts';
import { convert, type MeasuredUnit, measuredUnitOf, unitAs } from '../measured-unit.ts';
import { channelOf, modeChannelOf, numberMetricOf } from './channels.ts';
import type { EntityLine } from './entity-line.ts';
import type { EntityState } from './messages.ts';

const NO_VALUE: ReadonlySet<string> = new Set(['unavailable', 'unknown', 'none', '']);
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** `unavailable` and `unknown` are no values, whatever the entity is. */
export const isAvailable = ({ state }: EntityState): boolean => !NO_VALUE.has(state.toLowerCase());

const textOf = ({ attributes }: EntityState, name: string): string | null => {
  const value = attributes[name];
  return typeof value === 'string' ? value : null;
};

/** Nothing of a home is larger, in any unit; what is would overflow when it is converted. */
const LARGEST = 1e12;

const numberOf = (value: unknown): number | null => {
  const isText = typeof value === 'string' && DECIMAL.test(value.trim());
  const number = typeof value === 'number' ? value : isText ? Number(value) : Number.NaN;
  return Math.abs(number) <= LARGEST ? number : null;
};

/** What a `%`, and what energy, is: only the class says. */
const CLASS_METRICS: Readonly<Record<string, Metric>> = {
  battery: 'socPct',
  humidity: 'humidityPct',
  energy_storage: 'capacityKwh',
};

/** How a sensor's number becomes a metric, by its unit and class; null where it is nothing that we know. */
export const sensorUnit = (state: EntityState, wanted: Metric | null): MeasuredUnit | null => {
  const unit = textOf(state, 'unit_of_measurement');
  if (unit === null) return null;
  if (wanted !== null) return unitAs(unit, wanted);
  const byClass = CLASS_METRICS[textOf(state, 'device_class') ?? ''];
  if (byClass !== undefined) return unitAs(unit, byClass);
  // A share of anything could stand there: humidity, brightness, a price.
  return unit === '%' ? null : measuredUnitOf(unit);
};

/** `°F` where the server shows its temperatures so: climates carry no unit of their own. */
export interface HubUnits {
  readonly temperature: string;
}

const temperatureOf = ({ temperature }: HubUnits): MeasuredUnit =>
  measuredUnitOf(temperature) ?? { metric: 'tempC', factor: 1, offset: 0 };

/** °C as the server wants to hear it. */
const toHubTemperature = (tempC: number, units: HubUnits): number => {
  const { factor, offset } = temperatureOf(units);
  return Math.round(((tempC - offset) / factor) * 100) / 100;
};

type Values = readonly (readonly [Metric, number | null])[];

const valuesOf = (line: EntityLine, state: EntityState, units: HubUnits): Values => {
  switch (line.kind) {
    case 'sensor': {
      const unit = sensorUnit(state, line.metric);
      const value = numberOf(state.state);
      return unit === null || value === null ? [] : [[unit.metric, convert(unit, value)]];
    }
    case 'switch':
      return [['on', state.state === 'on' ? 1 : state.state === 'off' ? 0 : null]];
    case 'number': {
      const metric = numberMetricOf(line);
      const value = numberOf(state.state);
      if (metric === null || value === null) return [];
      const unit = unitAs(line.range?.unit ?? textOf(state, 'unit_of_measurement') ?? '', metric);
      return [[metric, unit === null ? value : convert(unit, value)]];
    }
    case 'climate': {
      const unit = temperatureOf(units);
      const degrees = (value: unknown): number | null => {
        const number = numberOf(value);
        return number === null ? null : convert(unit, number);
      };
      return [
        ['tempC', degrees(state.attributes['current_temperature'])],
        ['targetTempC', degrees(state.attributes['temperature'])],
      ];
    }
    case 'choice':
      return [];
  }
};

interface Times {
  readonly measuredAt: number;
  readonly receivedAt: number;
}

const readingsOf = (channelId: ChannelId, values: Values, times: Times): readonly Reading[] =>
  values.flatMap(([metric, value]) =>
    value === null ? [] : [{ channelId, metric, value, quality: 'good' as const, ...times }],
  );

/** What the entity itself brings. */
export const entityReadings = (
  line: EntityLine,
  state: EntityState,
  units: HubUnits,
  times: Times,
): readonly Reading[] => (isAvailable(state) ? readingsOf(channelOf(line), valuesOf(line, state, units), times) : []);

/** What a second entity measures for it: the power or energy of a plug. */
export const companionReadings = (
  line: EntityLine,
  metric: 'powerW' | 'energyKwh',
  state: EntityState,
  times: Times,
): readonly Reading[] => {
  const unit = sensorUnit(state, metric);
  const value = numberOf(state.state);
  if (!isAvailable(state) || unit === null || value === null) return [];
  return readingsOf(channelOf(line), [[metric, convert(unit, value)]], times);
};

/** What one of its channels is set to; null where it does not say. */
export const setpointOf = (
  line: EntityLine,
  channel: ChannelId,
  state: EntityState,
  units: HubUnits,
): Setpoint | null => {
  if (!isAvailable(state)) return null;
  switch (line.kind) {
    case 'switch':
      return state.state === 'on' ? true : state.state === 'off' ? false : null;
    case 'number':
      return numberOf(state.state);
    case 'choice':
      return state.state;
    case 'climate': {
      if (channel === modeChannelOf(line)) {
        const mode = line.domain === 'climate' ? state.state : (textOf(state, 'operation_mode') ?? state.state);
        return mode;
      }
      const target = numberOf(state.attributes['temperature']);
      return target === null ? null : Math.round(convert(temperatureOf(units), target) * 100) / 100;
    }
    case 'sensor':
      return null;
  }
};

export interface ServiceCall {
  readonly domain: string;
  readonly service: string;
  readonly data: Readonly<Record<string, string | number>>;
}

/** The service that sets it; null where the channel does not take this value. */
export const serviceOf = (
  line: EntityLine,
  channel: ChannelId,
  value: Setpoint,
  units: HubUnits,
): ServiceCall | null => {
  const { domain, options, range } = line;
  const call = (service: string, data: ServiceCall['data'] = {}): ServiceCall => ({ domain, service, data });
  const isInRange = range !== null && typeof value === 'number' && value >= range.minimum && value <= range.maximum;
  switch (line.kind) {
    case 'switch':
      return typeof value === 'boolean' ? call(value ? 'turn_on' : 'turn_off') : null;
    case 'number':
      return isInRange ? call('set_value', { value: Number(value) }) : null;
    case 'choice':
      return typeof value === 'string' && options.includes(value) ? call('select_option', { option: value }) : null;
    case 'climate':
      if (channel !== modeChannelOf(line))
        return isInRange ? call('set_temperature', { temperature: toHubTemperature(Number(value), units) }) : null;
      if (typeof value !== 'string' || !options.includes(value)) return null;
      return domain === 'climate'
        ? call('set_hvac_mode', { hvac_mode: value })
        : call('set_operation_mode', { operation_mode: value });
    case 'sensor':
      return null;
  }
};

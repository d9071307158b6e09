import { type Freshness, METRIC_UNITS, type Measure, type Metric } from '../../preload/contract/base.ts';
import type { ChannelConfig, ChannelRole } from '../../preload/contract/devices.ts';
import { isFlexible } from '../../preload/contract/devices.ts';
import type { FlowLoad, LiveState } from '../../preload/contract/site.ts';
import type { DeviceId, SiteId } from '../ids.ts';
import { freshnessOf } from './freshness.ts';
import { loadNote } from './load-note.ts';
import type { FreshReading } from './types.ts';

/** One channel with the newest good readings that there are. */
export interface DerivedChannel {
  readonly deviceId: DeviceId;
  readonly config: ChannelConfig;
  readonly readings: Readonly<Partial<Record<Metric, FreshReading>>>;
}

/** The balance closes within 5 % of what flows, or 100 W. */
const BALANCE_SHARE = 0.05;
const BALANCE_W = 100;
/** Limit of a quantity that nothing measures: there is nothing to be fresh. */
const NO_LIMIT_MS = 0;

const RANK: Readonly<Record<Freshness, number>> = { fresh: 0, late: 1, stale: 2, absent: 3 };
const worst = (list: readonly Freshness[]): Freshness =>
  list.reduce((least, each) => (RANK[each] > RANK[least] ? each : least), 'fresh');

const absent = (unit: string): Measure => ({
  value: null,
  unit,
  measuredAt: null,
  limitMs: NO_LIMIT_MS,
  freshness: 'absent',
});

const usable = (measure: Measure): measure is Measure & { readonly value: number; readonly measuredAt: number } =>
  measure.freshness === 'fresh' || measure.freshness === 'late';

export const measureOf = (reading: FreshReading | undefined, metric: Metric, at: number): Measure =>
  reading === undefined
    ? absent(METRIC_UNITS[metric])
    : {
        value: reading.value,
        unit: METRIC_UNITS[metric],
        measuredAt: reading.measuredAt,
        limitMs: reading.limitMs,
        freshness: freshnessOf(at - reading.measuredAt, reading.limitMs),
      };

/** A value reckoned from several: as old as its oldest part and as fresh as its worst. */
const combined = (value: number, unit: string, parts: readonly Measure[], freshness: Freshness): Measure => ({
  value,
  unit,
  measuredAt: parts.reduce<number | null>(
    (oldest, { measuredAt }) => (measuredAt === null ? oldest : Math.min(oldest ?? measuredAt, measuredAt)),
    null,
  ),
  limitMs: parts.reduce((least, { limitMs }) => Math.min(least, limitMs), Number.MAX_SAFE_INTEGER),
  freshness,
});

/** Sums are sums, levels (SOC, temperature, voltage) are means over a site's batteries. */
type Fold = (values: readonly number[]) => number;
const sum: Fold = (values) => values.reduce((total, value) => total + value, 0);
const mean: Fold = (values) => sum(values) / values.length;

/** The check channels of one device measure the role together (two strings of one inverter); the newest device counts. */
const standInOf = (
  channels: readonly DerivedChannel[],
  metric: Metric,
  at: number,
  fold: Fold,
): Measure | undefined => {
  // A channel of the role may be a mere setting (a charge current), which has no power to be missed.
  const checks = channels.filter(({ config, readings }) => config.use === 'check' && readings[metric] !== undefined);
  const whole = [...Map.groupBy(checks, ({ deviceId }) => deviceId).values()].flatMap((group) => {
    const parts = group.map(({ readings }) => measureOf(readings[metric], metric, at));
    const good = parts.filter(usable);
    if (good.length === 0 || good.length < parts.length) return [];
    const value = fold(good.map((part) => part.value));
    return [combined(value, METRIC_UNITS[metric], good, worst(good.map(({ freshness }) => freshness)))];
  });
  return whole.toSorted((a, b) => (b.measuredAt ?? 0) - (a.measuredAt ?? 0))[0];
};

/**
 * A role's quantity. All primaries usable: their sum. One of them not: the check channels of another device stand in for the
 * role, and the result is late. No stand-in: the sum of what is usable, called stale, because a part left out would
 * otherwise count as 0. Nothing usable: the last that was known, stale. Nothing ever: absent.
 */
const roleMeasure = (channels: readonly DerivedChannel[], metric: Metric, at: number, fold: Fold): Measure => {
  const unit = METRIC_UNITS[metric];
  const measures = (use: ChannelConfig['use']): readonly Measure[] =>
    channels.filter(({ config }) => config.use === use).map(({ readings }) => measureOf(readings[metric], metric, at));
  const valuesOf = (list: readonly Measure[]): readonly number[] => list.flatMap(({ value }) => value ?? []);
  // A level that only one of two batteries reports is that one's level; a power that one of two reports is half the truth.
  const primaries = fold === mean ? measures('primary').filter(({ value }) => value !== null) : measures('primary');
  const good = primaries.filter(usable);
  if (primaries.length > 0 && good.length === primaries.length)
    return combined(fold(valuesOf(good)), unit, good, worst(good.map(({ freshness }) => freshness)));
  const standIn = standInOf(channels, metric, at, fold);
  if (standIn) return primaries.length === 0 ? standIn : { ...standIn, freshness: 'late' };
  const known = good.length > 0 ? good : primaries.filter(({ value }) => value !== null);
  return known.length > 0 ? combined(fold(valuesOf(known)), unit, known, 'stale') : absent(unit);
};

/** PV and load never run backwards: an inverter's own night draw is no generation. */
const notNegative = (measure: Measure): Measure =>
  measure.value !== null && measure.value < 0 ? { ...measure, value: 0 } : measure;

/** load = pv + grid − battery, where everything that the home has is usable; the grid must be there. */
const loadByBalance = (sources: readonly Measure[], pv: Measure, grid: Measure, battery: Measure): Measure | null => {
  if (!usable(grid) || !sources.every(usable)) return null;
  const value = (pv.value ?? 0) + grid.value - (battery.value ?? 0);
  return notNegative(combined(value, 'W', sources, worst(sources.map(({ freshness }) => freshness))));
};

const flowLoad = (channel: DerivedChannel, at: number): FlowLoad => {
  const { config, deviceId, readings } = channel;
  const power = notNegative(measureOf(readings.powerW, 'powerW', at));
  const on = measureOf(readings.on, 'on', at);
  const { channelId, name, role, priority } = config;
  const isOn = usable(on) ? on.value !== 0 : null;
  const note = loadNote({ role, power, isOn, at });
  return { deviceId, channelId, name, role, priority, power, on: isOn, note };
};

const deepFreeze = <Value>(value: Value): Value => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
};

/** A heating zone that only has a temperature draws nothing that could be shown or taken off the house. */
const drawsPower = (config: ChannelConfig, readings: DerivedChannel['readings']): boolean =>
  config.role !== 'climate' || readings.powerW !== undefined;

/**
 * The state of a home out of its channels: pure, frozen, and never a number where nothing is known. Signs: grid + import,
 * battery + charging; pv + grid = load + battery.
 */
export const derive = (input: {
  readonly siteId: SiteId;
  readonly at: number;
  readonly channels: readonly DerivedChannel[];
}): LiveState => {
  const { siteId, at, channels } = input;
  const ofRole = (role: ChannelRole): readonly DerivedChannel[] =>
    channels.filter(({ config }) => config.role === role);
  const level = (metric: Metric): Measure => roleMeasure(ofRole('battery'), metric, at, mean);
  const power = (role: ChannelRole): Measure => roleMeasure(ofRole(role), 'powerW', at, sum);

  const pvW = notNegative(power('pv'));
  const gridW = power('grid');
  const batteryW = power('battery');
  const measuredLoad = notNegative(power('load'));
  // A home without PV or without a battery balances without it; one whose meter is silent does not.
  const sources = [
    ...(ofRole('pv').length > 0 ? [pvW] : []),
    gridW,
    ...(ofRole('battery').length > 0 ? [batteryW] : []),
  ];
  const balance = loadByBalance(sources, pvW, gridW, batteryW);
  const hasLoadMeter = ofRole('load').length > 0;
  const loadW =
    usable(measuredLoad) || !balance
      ? measuredLoad
      : { ...balance, freshness: hasLoadMeter ? ('late' as const) : balance.freshness };

  const loads = channels
    .filter(
      ({ config, readings }) => isFlexible(config.role) && config.use === 'primary' && drawsPower(config, readings),
    )
    .map((channel) => flowLoad(channel, at))
    .toSorted((a, b) => a.priority - b.priority || (a.name < b.name ? -1 : 1));
  const flexible = loads.map((load) => load.power).filter(usable);
  const isWhole = flexible.length === loads.length;
  const householdW = usable(loadW)
    ? notNegative(
        combined(
          loadW.value - sum(flexible.map(({ value }) => value)),
          'W',
          [loadW, ...flexible],
          isWhole ? worst([loadW.freshness, ...flexible.map(({ freshness }) => freshness)]) : 'late',
        ),
      )
    : { ...loadW, value: null, measuredAt: null, freshness: 'absent' as const };

  const isMeasured = usable(measuredLoad) && usable(gridW) && sources.every(usable);
  const unmeasuredW = isMeasured ? (pvW.value ?? 0) + gridW.value - (batteryW.value ?? 0) - measuredLoad.value : null;
  const flowW = Math.max(
    Math.abs(measuredLoad.value ?? 0) + Math.max(0, batteryW.value ?? 0),
    (pvW.value ?? 0) + Math.max(0, gridW.value ?? 0),
  );
  return deepFreeze({
    siteId,
    at,
    pvW,
    gridW,
    batteryW,
    loadW,
    householdW,
    socPct: level('socPct'),
    batteryTempC: level('tempC'),
    batteryVoltageV: level('voltageV'),
    unmeasuredW,
    balanced: unmeasuredW === null ? null : Math.abs(unmeasuredW) <= Math.max(BALANCE_W, flowW * BALANCE_SHARE),
    loads,
  });
};

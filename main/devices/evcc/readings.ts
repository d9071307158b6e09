import type { ChannelId, Metric } from '../../../preload/contract/base.ts';
import { channelId } from '../../ids.ts';
import type { Reading } from '../../reading.ts';
import { type EvccState, LOADPOINTS, loadpointCount, numberAt } from './state.ts';

export const GRID = channelId('grid');
export const PV = channelId('pv');
export const BATTERY = channelId('battery');
export const HOME = channelId('home');
/** `number` from 0, as in the state; the name counts from 1, as in evcc's own addresses. */
export const loadpointChannel = (number: number): ChannelId => channelId(`loadpoint:${number + 1}`);
export const limitChannel = (number: number, which: 'limit-soc' | 'min-current' | 'max-current'): ChannelId =>
  channelId(`loadpoint:${number + 1}:${which}`);

interface Source {
  readonly channelId: ChannelId;
  readonly metric: Metric;
  /** The keys that it comes from: a message that names none of them says nothing new about it. */
  readonly keys: RegExp;
  readonly quality: Reading['quality'];
  valueIn(state: EvccState): number | null;
}

const hasBattery = (state: EvccState): boolean => state.get('batteryConfigured') !== false;
const hasGrid = (state: EvccState): boolean => state.get('gridConfigured') !== false;
/** A site without panels shows 0 W, which is nobody's measurement. */
const hasPv = (state: EvccState): boolean =>
  state.get('pvConfigured') !== false &&
  (state.get('pvConfigured') === true ||
    state.get('pvPower') !== 0 ||
    [...state.keys()].some((key) => /^pv\./.test(key)));

/** evcc counts the chargers apart: the house is both. One charger that does not say leaves the sum unknown. */
const houseW = (state: EvccState): number | null => {
  const homeW = numberAt(state, 'homePower');
  if (homeW === null) return null;
  let sumW = homeW;
  for (let number = 0; number < loadpointCount(state); number += 1) {
    const powerW = numberAt(state, `loadpoints.${number}.chargePower`);
    if (powerW === null) return null;
    sumW += powerW;
  }
  return sumW;
};

const SITE: readonly Source[] = [
  {
    channelId: GRID,
    metric: 'powerW',
    keys: /^(grid|gridPower|gridConfigured)(\.|$)/,
    quality: 'good',
    valueIn: (state) => (hasGrid(state) ? numberAt(state, 'grid.power', 'gridPower') : null),
  },
  {
    channelId: PV,
    metric: 'powerW',
    keys: /^(pvPower|pvConfigured|pv)(\.|$)/,
    quality: 'good',
    valueIn: (state) => (hasPv(state) ? numberAt(state, 'pvPower') : null),
  },
  {
    channelId: BATTERY,
    metric: 'powerW',
    keys: /^(battery|batteryPower|batteryConfigured)(\.|$)/,
    quality: 'good',
    valueIn: (state) => {
      const dischargingW = hasBattery(state) ? numberAt(state, 'battery.power', 'batteryPower') : null;
      // + is discharging there and charging here; 0 stays a plain 0.
      return dischargingW === null ? null : 0 - dischargingW;
    },
  },
  {
    channelId: BATTERY,
    metric: 'socPct',
    keys: /^(battery|batterySoc|batteryConfigured)(\.|$)/,
    quality: 'good',
    valueIn: (state) => (hasBattery(state) ? numberAt(state, 'battery.soc', 'batterySoc') : null),
  },
  {
    channelId: BATTERY,
    metric: 'capacityKwh',
    keys: /^(battery|batteryCapacity|batteryConfigured)(\.|$)/,
    quality: 'good',
    // 0 where nobody has entered it.
    valueIn: (state) => (hasBattery(state) ? numberAt(state, 'battery.capacity', 'batteryCapacity') : null) || null,
  },
  {
    channelId: HOME,
    metric: 'powerW',
    keys: /^homePower$|^loadpoints(\.\d+\.chargePower)?$/,
    // evcc itself reckons what the home takes from the balance.
    quality: 'estimated',
    valueIn: houseW,
  },
];

const loadpointSources = (number: number): readonly Source[] => {
  const at = (name: string): string => `loadpoints.${number}.${name}`;
  const source = (
    metric: Metric,
    name: string,
    valueIn: Source['valueIn'],
    channel: ChannelId = loadpointChannel(number),
  ): Source => ({
    channelId: channel,
    metric,
    keys: new RegExp(`^loadpoints(\\.${number}\\.(${name}))?$`),
    quality: 'good',
    valueIn,
  });
  const isHeater = (state: EvccState): boolean => state.get(at('chargerFeatureHeating')) === true;
  /** Nobody knows a car that is not there; 0 is what evcc shows until it knows. */
  const vehicle = (state: EvccState): number | null =>
    state.get(at('connected')) === true ? numberAt(state, at('vehicleSoc')) || null : null;
  return [
    source('powerW', 'chargePower', (state) => numberAt(state, at('chargePower'))),
    source('on', 'charging', (state) => {
      const charging = state.get(at('charging'));
      return typeof charging === 'boolean' ? Number(charging) : null;
    }),
    source('energyKwh', 'sessionEnergy', (state) => numberAt(state, at('sessionEnergy'))),
    source('socPct', 'vehicleSoc|connected', (state) => (isHeater(state) ? null : vehicle(state))),
    // A heating rod at the charger's place: the same field is a temperature.
    source('tempC', 'vehicleSoc|connected', (state) => (isHeater(state) ? vehicle(state) : null)),
    source('targetSocPct', 'limitSoc', (state) => numberAt(state, at('limitSoc')), limitChannel(number, 'limit-soc')),
    source('limitA', 'minCurrent', (state) => numberAt(state, at('minCurrent')), limitChannel(number, 'min-current')),
    source('limitA', 'maxCurrent', (state) => numberAt(state, at('maxCurrent')), limitChannel(number, 'max-current')),
  ];
};

const SOURCES: readonly Source[] = [
  ...SITE,
  ...Array.from({ length: LOADPOINTS }, (_, number) => loadpointSources(number)).flat(),
];

/** Readings of a state; with `named` only of what those keys of a message renew. What evcc does not say is left out. */
export const evccReadings = (
  state: EvccState,
  times: { readonly measuredAt: number; readonly receivedAt: number },
  named?: readonly string[],
): readonly Reading[] =>
  SOURCES.flatMap(({ channelId: channel, keys, metric, quality, valueIn }) => {
    if (named && !named.some((key) => keys.test(key))) return [];
    const value = valueIn(state);
    return value === null ? [] : [{ channelId: channel, metric, value, quality, ...times }];
  });

/** The channels that this site has. */
export const presentIn = (state: EvccState): readonly ChannelId[] => {
  const site = [
    ...new Set(evccReadings(state, { measuredAt: 0, receivedAt: 0 }).map(({ channelId: id }) => id)),
  ].filter((id) => !id.startsWith('loadpoint'));
  const chargers = Array.from({ length: Math.min(LOADPOINTS, loadpointCount(state)) }, (_, number) => [
    loadpointChannel(number),
    limitChannel(number, 'limit-soc'),
    limitChannel(number, 'min-current'),
    limitChannel(number, 'max-current'),
  ]);
  return [...site, ...chargers.flat()];
};

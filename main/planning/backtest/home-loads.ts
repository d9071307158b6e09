import type { ChannelId, DeviceId } from '../../../preload/contract/base.ts';
import type { ChannelConfig } from '../../../preload/contract/devices.ts';
import type { LoadWish, PlannedLoad } from '../../../preload/contract/plan-settings.ts';
import type { Feeds } from '../../feeds/service-types.ts';
import type { SiteId } from '../../ids.ts';
import type { Store } from '../../store/types.ts';
import { ratedOf } from '../site/channel-state.ts';
import { CELLAR_C, drawKw, KWH_PER_LITRE_K, tankLossKwPerK } from '../site/heat-parts.ts';
import { thermalOf } from '../site/wishes.ts';
import type { SimLoad } from './types.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DAY_MINUTES = 24 * 60;
const HOURS = 24;
/** More starts a day than this bound nothing. */
const MANY_STARTS = 48;
/** Weather before the span says what is expected at its begin. */
const WEATHER_DAYS = 3;

export interface HomeLoadDeps {
  readonly store: Pick<Store, 'plans' | 'devices' | 'series' | 'readings' | 'rollups'>;
  readonly weatherFor: Feeds['weatherFor'];
}

/** A channel whose past is taken out of the home's load, since it is played. */
export interface PlayedChannel {
  readonly deviceId: DeviceId;
  readonly channelId: ChannelId;
  readonly name: string;
}

export interface HomeLoads {
  readonly loads: readonly SimLoad[];
  readonly channels: readonly PlayedChannel[];
  readonly notes: readonly string[];
}

/** A load that can be played, or why not, and what was assumed of it. */
interface Read {
  readonly load: SimLoad | null;
  readonly notes: readonly string[];
}

/** The device's own rules; its switches an hour and its writes a day bound how often it may start. */
const rulesOf = ({ rules }: ChannelConfig) => {
  const starts =
    rules === null
      ? MANY_STARTS
      : Math.floor(Math.min((rules.maxSwitchesPerHour / 2) * HOURS, rules.writeBudgetPerDay / 2));
  return {
    minRunMinutes: (rules?.minOnMs ?? 0) / MINUTE_MS,
    minPauseMinutes: (rules?.minOffMs ?? 0) / MINUTE_MS,
    maxStarts: starts >= MANY_STARTS ? null : Math.max(1, starts),
  };
};

const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

interface Common extends ReturnType<typeof rulesOf> {
  readonly id: string;
  readonly name: string;
  readonly powerKw: number;
  readonly startCost: number;
}

/** So long in each of its windows; what does not fit is left away. */
const runOf = (
  common: Common,
  wish: { readonly minutes: number; readonly from: string; readonly to: string; readonly days: readonly number[] },
  inOnePiece: boolean,
): Read => {
  const length = minuteOf(wish.to) - minuteOf(wish.from);
  const room = length > 0 ? length : length + DAY_MINUTES;
  const runMinutes = Math.min(wish.minutes, room);
  return {
    load: {
      ...common,
      kind: 'run',
      runMinutes,
      times: { kind: 'daily', from: wish.from, to: wish.to, days: wish.days },
      minRunMinutes: inOnePiece ? runMinutes : Math.min(common.minRunMinutes, runMinutes),
      minPauseMinutes: Math.min(common.minPauseMinutes, room - runMinutes),
    },
    notes:
      wish.minutes > room
        ? [`${common.name} has less time than it needs: it runs from ${wish.from} to ${wish.to}, as long as it can.`]
        : [],
  };
};

const heatOf = (
  deps: HomeLoadDeps,
  load: PlannedLoad,
  { id, name, powerKw }: Common,
  wish: Extract<LoadWish, { kind: 'tank' | 'comfort' }>,
  at: { readonly siteId: SiteId; readonly from: number; readonly to: number; readonly now: number },
): Read => {
  const { minC, maxC } = wish;
  const common = { ...{ kind: 'heat' as const, id, name, powerKw, minC, maxC }, initialC: (minC + maxC) / 2 };
  const hours = Array.from({ length: HOURS }, (_, hour) => hour);
  if (wish.kind === 'tank')
    return {
      load: {
        ...{ ...common, heatPerKwh: wish.heatPerKwh, capacityKwhPerK: wish.litres * KWH_PER_LITRE_K },
        ...{ lossKwPerK: tankLossKwPerK(wish.litres), ambientC: CELLAR_C },
        gainKw: hours.map((hour) => -drawKw(hour, wish.drawKwhPerDay)),
      },
      notes: [],
    };
  const outside = deps
    .weatherFor(at.siteId, at.from - WEATHER_DAYS * DAY_MS, at.to)
    .flatMap(({ at: when, tempC }) => (tempC === null ? [] : [{ at: when, tempC }]));
  if (outside.length === 0)
    return { load: null, notes: [`${name} is not played: the weather of that time is not known.`] };
  const thermal = thermalOf({ store: deps.store, feeds: deps }, { id: at.siteId }, load, at.now);
  return {
    load: {
      ...{ ...common, heatPerKwh: wish.direction === 'cool' ? -wish.heatPerKwh : wish.heatPerKwh, ambientC: outside },
      ...{ capacityKwhPerK: thermal.capacityKwhPerK, lossKwPerK: thermal.lossKwPerK },
      gainKw: hours.map(() => thermal.gainKw),
    },
    notes: thermal.learnt ? [] : [`How ${name} answers to heat is not learnt yet: an ordinary zone is played.`],
  };
};

const readLoad = (
  deps: HomeLoadDeps,
  load: PlannedLoad,
  config: ChannelConfig,
  at: { readonly siteId: SiteId; readonly from: number; readonly to: number; readonly now: number },
): Read => {
  const { wish, deviceId, startCost } = load;
  const { ratedKw } = ratedOf(deps.store, at.siteId, deviceId, config, at.now);
  const { name, priority } = config;
  const common = { ...rulesOf(config), id: `${deviceId}/${load.channelId}`, name, powerKw: ratedKw, startCost };
  switch (wish.kind) {
    case 'value':
      return { load: { ...common, kind: 'value', valuePerKwh: wish.valuePerKwh, priority, times: null }, notes: [] };
    case 'run':
      return runOf(common, wish, wish.inOnePiece);
    case 'energy': {
      const minutes = (60 * wish.energyKwh) / wish.maxKw;
      const read = runOf({ ...common, powerKw: wish.maxKw }, { ...wish, minutes }, false);
      return { ...read, notes: [...read.notes, `${name} charges at one power until it has its energy.`] };
    }
    case 'tank':
    case 'comfort':
      return heatOf(deps, load, common, wish, at);
  }
};

/** The loads that a person has the planner plan, as they are played with the home's past. */
export const homeLoads = (
  deps: HomeLoadDeps,
  at: { readonly siteId: SiteId; readonly from: number; readonly to: number; readonly now: number },
): HomeLoads => {
  const configs = new Map(
    deps.store.devices
      .list(at.siteId)
      .flatMap(({ id, channels }) => channels.map((config) => [`${id}/${config.channelId}`, config] as const)),
  );
  const loads: SimLoad[] = [];
  const channels: PlayedChannel[] = [];
  const notes: string[] = [];
  for (const planned of deps.store.plans.settings(at.siteId).loads) {
    const { deviceId, channelId } = planned;
    const config = configs.get(`${deviceId}/${channelId}`);
    if (config === undefined) continue;
    const read = readLoad(deps, planned, config, at);
    notes.push(...read.notes);
    if (read.load === null) continue;
    loads.push(read.load);
    channels.push({ deviceId, channelId, name: config.name });
  }
  const played = `Played with the home: ${loads.map(({ name }) => name).join(', ')}. Where nobody plans them, miners always run, timed loads run from the begin of their time, and thermostats keep the middle of their band.`;
  const heated = loads.some(({ kind }) => kind === 'heat');
  const said = [
    played,
    ...(heated ? ['What is heated begins in the middle of its band, and may run for a part of a step.'] : []),
    'Other loads ran as they did.',
  ];
  return {
    loads,
    channels,
    notes: [...notes, ...(loads.length === 0 ? ['Loads ran as they did: only the battery is played anew.'] : said)],
  };
};

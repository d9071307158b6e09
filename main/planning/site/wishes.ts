import type { PlannedLoad, PlanSettings } from '../../../preload/contract/plan-settings.ts';
import type { Site } from '../../../preload/contract/site.ts';
import type { SiteId } from '../../ids.ts';
import type { PlanPin } from '../../store/plans.ts';
import { type ChannelState, freshValue } from './channel-state.ts';
import { HOUR_MS, STEP_MS, type Steps } from './grid-of-steps.ts';
import { heatParts } from './heat-parts.ts';
import { joined, type LoadInput, type LoadParts, laneOf, loadParts, NO_PARTS } from './load-parts.ts';
import { energySince, hourlyMeans, minutesOnSince } from './measured.ts';
import { fitThermalModel, type ThermalHour, type ThermalModel, USUAL_ZONE } from './thermal-fit.ts';
import type { SiteDeps } from './types.ts';

const DAY_MS = 24 * HOUR_MS;
/** A zone's answer is learnt from so many days. */
const THERMAL_DAYS = 21;

/** What a zone's past says of it: hours in which its sensor, the weather and its heating are all known. */
export const thermalOf = (
  deps: {
    readonly store: Parameters<typeof hourlyMeans>[0];
    readonly feeds: Pick<SiteDeps['feeds'], 'weatherFor'>;
  },
  site: Pick<Site, 'id'>,
  load: PlannedLoad,
  now: number,
): ThermalModel => {
  if (load.wish.kind !== 'comfort') return USUAL_ZONE;
  const to = Math.floor(now / HOUR_MS) * HOUR_MS;
  const from = to - THERMAL_DAYS * DAY_MS;
  const sensor = { siteId: site.id, ...load.wish.sensor, metric: 'tempC' } as const;
  const heating = { siteId: site.id, deviceId: load.deviceId, channelId: load.channelId, metric: 'powerW' } as const;
  const inside = hourlyMeans(deps.store, sensor, from, to);
  if (inside.size === 0) return USUAL_ZONE;
  const power = hourlyMeans(deps.store, heating, from, to);
  const outside = new Map(deps.feeds.weatherFor(site.id, from, to).map(({ at, tempC }) => [at, tempC]));
  const hours = [...inside].flatMap(([at, insideC]): readonly ThermalHour[] => {
    const [outsideC, powerW] = [outside.get(at) ?? null, power.get(at)];
    return outsideC === null || powerW === undefined ? [] : [{ at, insideC, outsideC, powerKw: powerW / 1000 }];
  });
  return fitThermalModel(hours, load.wish.direction === 'cool' ? -load.wish.heatPerKwh : load.wish.heatPerKwh);
};

/**
 * What a person or a rule holds stays as it is until then, as if it were pinned: what runs runs on, what rests rests. A load with
 * a power that can be chosen keeps only its rest so, for nobody holds how much it is to get.
 */
const holdAsPin = (
  state: ChannelState,
  load: PlannedLoad,
  siteId: SiteId,
  steps: Steps,
  now: number,
): readonly PlanPin[] => {
  if (state.held === null || (state.runs === true && load.wish.kind === 'energy')) return [];
  const { by, untilAt } = state.held;
  const to = Math.ceil(untilAt / STEP_MS) * STEP_MS;
  const pin = state.runs === true ? 'keep' : 'skip';
  return [
    { siteId, blockId: 'held', laneId: laneOf(load), pin, from: steps.startAt, to, toAt: null, who: by, at: now },
  ];
};

/** What all wishes bring into the problem. */
export const plannedParts = (input: {
  readonly deps: SiteDeps;
  readonly site: Site;
  readonly settings: PlanSettings;
  readonly states: ReadonlyMap<string, ChannelState>;
  readonly steps: Steps;
  readonly outsideC: readonly number[];
  readonly now: number;
}): LoadParts => {
  const { deps, site, settings, states, steps, now } = input;
  const pins = deps.store.plans.pins(site.id, now);
  return joined(
    settings.loads.map((load) => {
      const state = states.get(laneOf(load));
      if (state === undefined) return NO_PARTS;
      const place = { siteId: site.id, deviceId: load.deviceId, channelId: load.channelId };
      const done: LoadInput['done'] = (from) => {
        const energyKwh = energySince(deps.store, place, from, now);
        const byPower = energyKwh === null ? null : (energyKwh / state.ratedKw) * 60;
        return { energyKwh, minutes: byPower ?? minutesOnSince(deps.store, place, from, now) };
      };
      const common = { load, state, steps, zone: site.timeZone, now, done };
      const own = {
        ...common,
        pins: [...pins.filter(({ laneId }) => laneId === laneOf(load)), ...holdAsPin(state, load, site.id, steps, now)],
      };
      const { wish } = load;
      if (wish.kind !== 'tank' && wish.kind !== 'comfort') return loadParts(own);
      const measuredC = wish.sensor === null ? null : freshValue(deps.telemetry, wish.sensor, 'tempC', now);
      const thermal = thermalOf(deps, site, load, now);
      return heatParts({ ...own, measuredC, outsideC: input.outsideC, thermal }, wish);
    }),
  );
};

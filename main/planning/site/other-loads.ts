import { isFlexible } from '../../../preload/contract/devices.ts';
import { createWallClock } from '../../feeds/tariff/wall-clock.ts';
import type { ChannelState } from './channel-state.ts';
import { HOUR_MS, perStep, type Steps } from './grid-of-steps.ts';

/** A flexible load that nobody plans, with what it drew at each hour of the local day. */
export interface OtherLoad {
  readonly state: Pick<ChannelState, 'powerKw' | 'runs' | 'ratedKw'>;
  readonly habitKw: readonly (number | null)[];
}

/** Loads that the household's forecast leaves out and that no wish plans. */
export const isOther = ({ config }: Pick<ChannelState, 'config'>): boolean =>
  isFlexible(config.role) && config.use === 'primary';

/**
 * kW of flexible loads that nobody plans: for the hour that holds now what runs now, then what ran at that local hour of the
 * last week. The household's forecast does not have them, and nothing says that they will change.
 */
export const otherLoadsKw = (loads: readonly OtherLoad[], steps: Steps, zone: string): readonly number[] => {
  const nowUntil = Math.floor(steps.startAt / HOUR_MS) * HOUR_MS + HOUR_MS;
  const clock = createWallClock(zone);
  return perStep(steps, (at) => {
    const hour = Math.floor(clock(at).minute / 60);
    return loads.reduce((total, { state, habitKw }) => {
      const nowKw = state.powerKw ?? (state.runs === true ? state.ratedKw : null);
      const usualKw = habitKw[hour] ?? 0;
      return total + (at < nowUntil ? (nowKw ?? usualKw) : usualKw);
    }, 0);
  });
};

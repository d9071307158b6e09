import type { Setpoint, SiteId } from '../../../preload/contract/base.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';
import { freshState, isOn } from '../stage.ts';
import type { ChannelSnapshot } from '../types.ts';
import { offOf } from './guard-load.ts';
import type { GuardNotices } from './guard-notices.ts';
import type { GuardWishes } from './guard-wishes.ts';
import type { PowerView } from './power-guard.ts';
import { lasts, NO_SPELL, type Spell, spell } from './settled.ts';
import type { GuardianDeps } from './types.ts';

/** A sensor that jumps for a moment is no heat. */
const HOT_MS = 10_000;
/** Nobody starts it again for so long: what has just cooled below its limit would be above it at once. */
const HOLD_MS = 900_000;

const same = (ref: ChannelRef, { deviceId, config }: ChannelSnapshot): boolean =>
  ref.deviceId === deviceId && ref.channelId === config.channelId;

/** What ends a channel that runs: off in its own way, or nothing of its number; null where neither is possible. */
const endOf = (channel: ChannelSnapshot): Setpoint | null => {
  const off = offOf(channel);
  if (off !== null) return off.value;
  const { control, deviceState, config } = channel;
  const may = config.controllable && deviceState !== 'offline' && deviceState !== 'starting';
  return may && control.kind === 'number' && control.unit !== '%' && control.minimum <= 0 ? 0 : null;
};

/** Stops what a person has tied to a sensor once that is hotter than its limit, also what a person has started. */
export const createHeatGuard = (
  deps: Pick<GuardianDeps, 'clock' | 'telemetry'>,
  wishes: GuardWishes,
  notices: GuardNotices,
) => {
  const hot = new Map<string, Spell>();

  const readC = ({ deviceId, channelId }: ChannelRef): number | null => {
    const reading = deps.telemetry.latest(deviceId, channelId, 'tempC');
    const usable =
      reading !== undefined &&
      reading.quality !== 'suspect' &&
      Number.isFinite(reading.value) &&
      Math.abs(deps.clock.now() - reading.measuredAt) <= reading.limitMs;
    return usable ? reading.value : null;
  };

  const stop = (siteId: SiteId, channel: ChannelSnapshot, valueC: number, maximumC: number): void => {
    const state = freshState(channel);
    const to = endOf(channel);
    if (to === null || (state !== null && !isOn(state))) return;
    const { name } = channel.config;
    wishes.ask(siteId, {
      channel,
      to,
      code: 'TOO_HOT',
      reason: `It is ${Math.round(valueC)} °C there, above the ${maximumC} °C that ${name} may run at.`,
      ifIgnored: 'It may take harm.',
      holdMs: HOLD_MS,
      leaseMs: null,
    });
  };

  return {
    look: (view: PowerView): void => {
      const { siteId, safety, nowMs } = view;
      for (const { id, sensor, maximumC, channels } of safety.temperatureLimits) {
        const valueC = readC(sensor);
        const key = `${siteId}/${id}`;
        const isHot = maximumC !== null && valueC !== null && valueC > maximumC;
        const since = spell(hot.get(key) ?? NO_SPELL, isHot, nowMs);
        hot.set(key, since);
        if (maximumC === null || valueC === null || !lasts(since, HOT_MS, nowMs)) {
          if (!isHot && valueC !== null)
            notices.ended(siteId, `heat/${id}`, 'It has cooled down', 'What was stopped may run again after its rest.');
          continue;
        }
        const tied = view.channels().filter((channel) => channels.some((ref) => same(ref, channel)));
        const names = tied.map(({ config }) => config.name).join(', ');
        notices.began(
          siteId,
          `heat/${id}`,
          'attention',
          'It is too hot',
          view.acts
            ? `${Math.round(valueC)} °C, above ${maximumC} °C: ${names} is stopped. Look at its air and its fans.`
            : `${Math.round(valueC)} °C, above ${maximumC} °C. The house is in Watch, so ${names} was not stopped.`,
        );
        if (view.acts) for (const channel of tied) stop(siteId, channel, valueC, maximumC);
      }
    },
    forget: (): void => hot.clear(),
  };
};

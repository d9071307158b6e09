import type { ChannelRef } from '../../../preload/contract/safety.ts';
import { freshState, isOn } from '../stage.ts';
import type { ChannelSnapshot } from '../types.ts';
import { offOf } from './guard-load.ts';
import type { GuardNotices } from './guard-notices.ts';
import type { GuardWishes } from './guard-wishes.ts';
import type { PowerView } from './power-guard.ts';
import { lasts, NO_SPELL, type Spell, spell } from './settled.ts';

/** Two readings of different seconds may overlap for a moment while one hands over to the other. */
const TOGETHER_MS = 5_000;
/** Long enough that whoever started it sees what happened. */
const HOLD_MS = 300_000;

const runs = (channel: ChannelSnapshot): boolean => {
  const state = freshState(channel);
  return state !== null && isOn(state);
};

/** The one that came later goes; where nobody knows, the one that is kept less long. */
const laterOf = (first: ChannelSnapshot, second: ChannelSnapshot): readonly ChannelSnapshot[] => {
  const [one, two] = [first.sinceChangeMs, second.sinceChangeMs];
  const firstGoes =
    one !== null && two !== null && one !== two ? one < two : first.config.priority > second.config.priority;
  return firstGoes ? [first, second] : [second, first];
};

/**
 * Parts two that must never run together, whoever started them: a wall switch asks no envelope. The later one is switched
 * off, or the earlier one where the later cannot be.
 */
export const createPairGuard = (wishes: GuardWishes, notices: GuardNotices) => {
  const together = new Map<string, Spell>();

  return {
    look: (view: PowerView): void => {
      const { siteId, safety, nowMs } = view;
      for (const lock of safety.interlocks) {
        if (lock.kind !== 'never-together') continue;
        const of = (ref: ChannelRef): ChannelSnapshot | undefined =>
          view
            .channels()
            .find(({ deviceId, config }) => deviceId === ref.deviceId && config.channelId === ref.channelId);
        const [first, second] = [of(lock.first), of(lock.second)];
        if (first === undefined || second === undefined) continue;
        const key = `${siteId}/${lock.id}`;
        const both = runs(first) && runs(second);
        const since = spell(together.get(key) ?? NO_SPELL, both, nowMs);
        together.set(key, since);
        const names = `${first.config.name} and ${second.config.name}`;
        if (!both)
          notices.ended(siteId, `pair/${lock.id}`, 'They are apart again', `${names} do not run together any more.`);
        if (!lasts(since, TOGETHER_MS, nowMs)) continue;
        const [goes] = laterOf(first, second).filter((channel) => offOf(channel) !== null);
        const off = goes && offOf(goes);
        const may = view.acts && off;
        notices.began(
          siteId,
          `pair/${lock.id}`,
          'critical',
          'Two loads run that never should together',
          may
            ? `${names} run together. ${goes.config.name} is switched off.`
            : `${names} run together, and ${view.acts ? 'neither can be switched off from here' : 'the house is in Watch'}. Switch one of them off.`,
        );
        if (may)
          wishes.ask(siteId, {
            channel: off.channel,
            to: off.value,
            code: 'NEVER_TOGETHER',
            reason: `${names} run together, which they never should.`,
            ifIgnored: 'What is kept apart may take harm.',
            holdMs: HOLD_MS,
            leaseMs: null,
          });
      }
    },
    forget: (): void => together.clear(),
  };
};

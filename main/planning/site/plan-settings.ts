import type { Problem } from '../../../preload/contract/base.ts';
import { isFlexible } from '../../../preload/contract/devices.ts';
import type { PlannableLoad } from '../../../preload/contract/plan.ts';
import { type PlannedLoad, type PlanSettings, planSettingsProblems } from '../../../preload/contract/plan-settings.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';
import type { Clock } from '../../clock.ts';
import type { SiteId } from '../../ids.ts';
import { fail, ok, type Result } from '../../result.ts';
import { type ChannelState, channelStates, freshValue } from './channel-state.ts';
import { type SuggestionDeps, suggestionFor } from './suggestions.ts';
import type { SiteDeps } from './types.ts';

export type PlanSettingsDeps = SiteDeps & { readonly feeds: SuggestionDeps['feeds']; readonly clock: Clock };

export interface PlanSettingsService {
  /** The settings, and every load that could be planned with the wish that would suit it. */
  view(siteId: SiteId): { readonly settings: PlanSettings; readonly loads: readonly PlannableLoad[] };
  /** Refuses what does not fit together or names a channel that is not there, a sentence for each field. */
  set(siteId: SiteId, settings: PlanSettings, who: string): Result<PlanSettings, Problem>;
}

const keyOf = ({ deviceId, channelId }: ChannelRef): string => `${deviceId}/${channelId}`;

const sensorOf = ({ wish }: PlannedLoad): ChannelRef | null =>
  wish.kind === 'tank' || wish.kind === 'comfort' ? wish.sensor : null;

const problemsOf = (
  settings: PlanSettings,
  states: ReadonlyMap<string, ChannelState>,
): Readonly<Record<string, string>> => {
  const problems: Record<string, string> = { ...planSettingsProblems(settings) };
  for (const [place, load] of settings.loads.entries()) {
    const field = `loads.${place}`;
    const state = states.get(keyOf(load));
    const sensor = sensorOf(load);
    if (state === undefined) problems[field] ??= 'This load is not there any more: take it out.';
    else if (!isFlexible(state.config.role))
      problems[field] ??= `${state.config.name} is no load that can be moved: choose another, or change its role.`;
    if (sensor !== null && !states.has(keyOf(sensor)))
      problems[field] ??= 'The temperature sensor is not there any more: choose another.';
  }
  return problems;
};

export const createPlanSettings = (deps: PlanSettingsDeps): PlanSettingsService => {
  const { store, telemetry, clock } = deps;

  /** What measures the temperature beside a load: its own channel, then its own device. */
  const sensorFor = (
    state: ChannelState,
    states: ReadonlyMap<string, ChannelState>,
    now: number,
  ): ChannelRef | null => {
    const beside = [state, ...[...states.values()].filter(({ deviceId }) => deviceId === state.deviceId)];
    const found = beside.find(({ deviceId, config }) => {
      const ref = { deviceId, channelId: config.channelId };
      return freshValue(telemetry, ref, 'tempC', now) !== null;
    });
    return found === undefined ? null : { deviceId: found.deviceId, channelId: found.config.channelId };
  };

  return {
    view: (siteId) => {
      const now = clock.now();
      const states = channelStates(deps, siteId, now);
      const loads = [...states.values()].filter(({ config }) => isFlexible(config.role) && config.use === 'primary');
      return {
        settings: store.plans.settings(siteId),
        loads: loads.map((state) => ({
          deviceId: state.deviceId,
          channelId: state.config.channelId,
          name: state.config.name,
          role: state.config.role,
          ratedKw: state.ratedKnown ? state.ratedKw : null,
          controllable: state.config.controllable && state.control !== null,
          suggestion: suggestionFor(deps, siteId, state, sensorFor(state, states, now), now),
        })),
      };
    },
    set: (siteId, settings, who) => {
      const now = clock.now();
      const fields = problemsOf(settings, channelStates(deps, siteId, now));
      if (Object.keys(fields).length > 0)
        return fail({
          code: 'plan.settings',
          kind: 'permanent',
          message: 'The settings were not saved: some do not fit.',
          advice: 'Change the marked fields.',
          fields,
        });
      return ok(store.plans.setSettings(siteId, settings, who, now));
    },
  };
};

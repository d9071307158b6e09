import type { PlanLane } from '../../../preload/contract/plan.ts';
import type { PlanSettings } from '../../../preload/contract/plan-settings.ts';
import type { ChannelState } from './channel-state.ts';
import { laneNote } from './lane-words.ts';
import { laneOf } from './load-parts.ts';
import { BATTERY_ID } from './site-battery.ts';

/** The battery's line with the channel that measures it; what steers it may be another one, of another device even. */
export const batteryLane = (states: ReadonlyMap<string, ChannelState>, capacityKwh: number): PlanLane => {
  const channels = [...states.values()].filter(({ config }) => config.role === 'battery');
  const chosen = channels.find(({ config }) => config.use === 'primary') ?? channels[0];
  return {
    id: BATTERY_ID,
    name: 'Battery',
    role: 'battery',
    note: `${Number(capacityKwh.toFixed(1))} kWh`,
    deviceId: chosen?.deviceId ?? null,
    channelId: chosen?.config.channelId ?? null,
    controllable: channels.some(({ config, control }) => config.controllable && control !== null),
  };
};

/** A line for each load that is planned and there. */
export const loadLanes = (settings: PlanSettings, states: ReadonlyMap<string, ChannelState>): readonly PlanLane[] =>
  settings.loads.flatMap((load): readonly PlanLane[] => {
    const state = states.get(laneOf(load));
    if (state === undefined) return [];
    const { config, control, deviceId } = state;
    return [
      {
        ...{ id: laneOf(load), name: config.name, role: config.role, note: laneNote(load.wish) },
        ...{ deviceId, channelId: config.channelId, controllable: config.controllable && control !== null },
      },
    ];
  });

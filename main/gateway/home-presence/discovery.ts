import type { Site } from '../../../preload/contract/site.ts';
import { keyOf, type PresentMiner } from './miners.ts';
import type { PresenceState } from './values.ts';

/** Measured values turn "unavailable" after this, s: three missed messages. */
const LIVE_EXPIRES_S = 180;
/** Forecasts come anew each hour. */
const FORECAST_EXPIRES_S = 7_200;

export interface PresenceTopics {
  readonly config: string;
  readonly birth: string;
  readonly availability: string;
  readonly state: string;
  readonly mode: string;
  readonly modeSet: string;
  readonly stop: string;
  readonly stopPress: string;
  /** Every command of ours lies under it. */
  readonly base: string;
  miner(key: string): { readonly state: string; readonly set: string; readonly power: string };
}

export const topicsOf = (prefix: string, siteId: string): PresenceTopics => {
  const node = keyOf('commandcenter', siteId);
  const base = `commandcenter/${keyOf(siteId)}`;
  return {
    config: `${prefix}/device/${node}/config`,
    birth: `${prefix}/status`,
    availability: `${base}/availability`,
    state: `${base}/state`,
    mode: `${base}/mode`,
    modeSet: `${base}/mode/set`,
    stop: `${base}/stop`,
    stopPress: `${base}/stop/press`,
    base,
    miner: (key) => ({
      state: `${base}/miner/${key}`,
      set: `${base}/miner/${key}/set`,
      power: `${base}/miner/${key}/power`,
    }),
  };
};

export const MODES = ['watch', 'suggest', 'automate'] as const;
export const PRESSED = 'STOP';

/** A component of the device: its platform, and the abbreviated keys of MQTT discovery. */
export type Component = Readonly<Record<string, unknown>> & { readonly p: string };

type Kind = 'power' | 'battery' | 'energy' | 'text';
const KINDS: Readonly<Record<Kind, Readonly<Record<string, unknown>>>> = {
  power: { dev_cla: 'power', stat_cla: 'measurement', unit_of_meas: 'W', exp_aft: LIVE_EXPIRES_S },
  battery: { dev_cla: 'battery', stat_cla: 'measurement', unit_of_meas: '%', exp_aft: LIVE_EXPIRES_S },
  // Expected energy is no counter: without a state class it stays out of the statistics of what was used.
  energy: { dev_cla: 'energy', unit_of_meas: 'kWh', exp_aft: FORECAST_EXPIRES_S },
  text: { exp_aft: LIVE_EXPIRES_S },
};
const SENSORS: Readonly<Record<keyof PresenceState, readonly [string, string, Kind]>> = {
  grid_w: ['grid_power', 'Grid power', 'power'],
  pv_w: ['pv_power', 'Solar power', 'power'],
  battery_w: ['battery_power', 'Battery power', 'power'],
  load_w: ['load_power', 'House power', 'power'],
  soc_pct: ['battery_level', 'Battery', 'battery'],
  pv_next_hour_kwh: ['pv_next_hour', 'Solar expected in the next hour', 'energy'],
  pv_today_kwh: ['pv_today', 'Solar expected today', 'energy'],
  pv_tomorrow_kwh: ['pv_tomorrow', 'Solar expected tomorrow', 'energy'],
  load_next_hour_kwh: ['load_next_hour', 'Use expected in the next hour', 'energy'],
  load_today_kwh: ['load_today', 'Use expected today', 'energy'],
  load_tomorrow_kwh: ['load_tomorrow', 'Use expected tomorrow', 'energy'],
  now_text: ['now', 'What the house does', 'text'],
  plan_text: ['plan', 'What comes next', 'text'],
};

const minerComponents = (
  node: string,
  topics: PresenceTopics,
  miner: PresentMiner,
): readonly (readonly [string, Component])[] => {
  const { control, key, name } = miner;
  const { power, set, state } = topics.miner(key);
  const shared = { uniq_id: `${node}_${key}`, name, stat_t: state, cmd_t: set };
  const settable: Component =
    control.kind === 'switch'
      ? { p: 'switch', ...shared, pl_on: 'ON', pl_off: 'OFF' }
      : control.kind === 'number'
        ? {
            ...{ p: 'number', ...shared, min: control.minimum, max: control.maximum, step: control.step },
            ...(control.unit === '' ? {} : { unit_of_meas: control.unit }),
          }
        : { p: 'select', ...shared, ops: control.options.map(({ value }) => value) };
  return [
    [key, settable],
    [
      `${key}_power`,
      { p: 'sensor', uniq_id: `${node}_${key}_power`, name: `${name} power`, stat_t: power, ...KINDS.power },
    ],
  ];
};

/** Every component that this home has now, by its id. `uniq_id` never changes: Home Assistant keys history by it. */
export const componentsOf = (
  site: Pick<Site, 'id'>,
  topics: PresenceTopics,
  miners: readonly PresentMiner[],
): Readonly<Record<string, Component>> => {
  const node = keyOf('commandcenter', site.id);
  const sensors = Object.entries(SENSORS).map(([field, [id, name, kind]]): readonly [string, Component] => [
    id,
    {
      p: 'sensor',
      uniq_id: `${node}_${id}`,
      default_entity_id: `sensor.commandcenter_${id}`,
      name,
      stat_t: topics.state,
      val_tpl: `{{ value_json.${field} }}`,
      ...KINDS[kind],
    },
  ]);
  const mode: Component = {
    ...{ p: 'select', uniq_id: `${node}_mode`, default_entity_id: 'select.commandcenter_mode', name: 'Mode' },
    ...{ stat_t: topics.mode, cmd_t: topics.modeSet, ops: MODES },
  };
  const stop: Component = {
    ...{ p: 'button', uniq_id: `${node}_stop`, default_entity_id: 'button.commandcenter_stop', name: 'STOP' },
    ...{ cmd_t: topics.stopPress, pl_prs: PRESSED, ic: 'mdi:stop-circle' },
  };
  const stopped: Component = {
    ...{ p: 'binary_sensor', uniq_id: `${node}_stopped`, default_entity_id: 'binary_sensor.commandcenter_stopped' },
    ...{ name: 'Stopped', stat_t: topics.stop, pl_on: 'ON', pl_off: 'OFF' },
  };
  return {
    ...Object.fromEntries(sensors),
    mode,
    stop,
    stopped,
    ...Object.fromEntries(miners.flatMap((miner) => minerComponents(node, topics, miner))),
  };
};

/**
 * The device form of MQTT discovery (Home Assistant 2024.11 and later). A component that is gone is sent with its
 * platform alone: that removes it.
 */
export const discoveryPayload = (
  site: Pick<Site, 'id' | 'name'>,
  topics: PresenceTopics,
  parts: {
    readonly version: string;
    readonly components: Readonly<Record<string, Component>>;
    readonly gone: Readonly<Record<string, Component>>;
  },
): object => ({
  dev: {
    ids: [keyOf('commandcenter', site.id)],
    name: `CommandCenter ${site.name}`,
    mf: 'CommandCenter',
    mdl: 'Home energy',
    sw: parts.version,
  },
  o: { name: 'CommandCenter', sw: parts.version },
  avty_t: topics.availability,
  pl_avail: 'online',
  pl_not_avail: 'offline',
  qos: 1,
  cmps: {
    ...Object.fromEntries(Object.entries(parts.gone).map(([id, { p }]) => [id, { p }])),
    ...parts.components,
  },
});

import type { Clock } from '../../../main/clock.ts';
import type { FaultySimulator } from '../../../main/devices/driver-entry.ts';
import { DRIVERS } from '../../../main/devices/registry.ts';
import { startCgminerSimulator } from '../../../main/devices/simulator/cgminer-server.ts';
import { startEvccSimulator } from '../../../main/devices/simulator/evcc-server.ts';
import { startGxSimulator } from '../../../main/devices/simulator/gx-server.ts';
import { startHomeAssistantSimulator } from '../../../main/devices/simulator/home-assistant-server.ts';
import { createSimulatedHouse } from '../../../main/devices/simulator/house.ts';
import { startMqttHome } from '../../../main/devices/simulator/mqtt-home.ts';
import { startShellyGen1Simulator } from '../../../main/devices/simulator/shelly-gen1-server.ts';
import { startShellySimulator } from '../../../main/devices/simulator/shelly-server.ts';
import { startSolarkSimulator } from '../../../main/devices/simulator/solark-server.ts';
import type { HouseState, SimulatedHouse, SimulatorFault } from '../../../main/devices/simulator/types.ts';
import { startVrmSimulator } from '../../../main/devices/simulator/vrm-server.ts';
import { deviceId } from '../../../main/ids.ts';
import type { DeviceRecord } from '../../../main/store/types.ts';
import type { ChannelConfig, Connection } from '../../../preload/contract/devices.ts';
import { configOf, SITE } from '../telemetry/scripted-device.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** 0 to 1, the same for the same number; between two numbers it flows. */
const waver = (at: number, everyMs: number, seed: number): number => {
  const of = (index: number): number => {
    const wave = Math.sin(index * 12.9898 + seed * 78.233) * 43_758.5453;
    return wave - Math.floor(wave);
  };
  const index = Math.floor(at / everyMs);
  const share = at / everyMs - index;
  return of(index) * (1 - share) + of(index + 1) * share;
};

/** A house that reckons its state once for all who ask at one moment: simulators ask for each register. */
const rememberedHouse = (clock: Clock, house: SimulatedHouse): SimulatedHouse => {
  let known: HouseState | null = null;
  return {
    ...house,
    state: () => {
      if (known?.at !== clock.now()) known = house.state();
      return known;
    },
    switchLoad: (id, on) => {
      known = null;
      house.switchLoad(id, on);
    },
    limitLoad: (id, powerW) => {
      known = null;
      house.limitLoad?.(id, powerW);
    },
  };
};

/** A house whose clouds and cooking change all the time, so that an old value is soon a wrong one. */
export const weekHouse = (clock: Clock): SimulatedHouse => {
  const house = createSimulatedHouse({
    clock,
    profile: {
      pvW: (at) => {
        const sun = Math.sin(((at % DAY) / DAY - 0.21) * 2 * Math.PI);
        return Math.max(0, sun) * 7_500 * (0.35 + 0.65 * waver(at, 7 * 60_000, 1));
      },
      householdW: (at) => 250 + 900 * waver(at, 11 * 60_000, 2) + 30 * waver(at, 40_000, 3),
      outdoorTempC: (at) => 8 + 6 * Math.sin((at / DAY) * 2 * Math.PI),
    },
    loads: [
      { id: 'miner', name: 'Miner', kind: 'miner', ratedPowerW: 1_250 },
      { id: 'tank', name: 'Water heater', kind: 'water-heater', ratedPowerW: 2_000 },
      { id: 'fan', name: 'Fan', kind: 'resistive', ratedPowerW: 140 },
      { id: 'car', name: 'Car', kind: 'resistive', ratedPowerW: 3_680 },
      { id: 'dryer', name: 'Dryer', kind: 'resistive', ratedPowerW: 1_800 },
      { id: 'boiler', name: 'Boiler', kind: 'resistive', ratedPowerW: 900 },
    ],
    startOn: ['tank'],
    batteryCapacityKwh: 15,
    startSocPct: 55,
    timeZone: 'Europe/Berlin',
    gridVoltageV: 230,
    gridFrequencyHz: 50,
    seed: 7,
  });
  return rememberedHouse(clock, house);
};

/** What people do: each load has hours of its own; called once a minute. */
export const live = (house: SimulatedHouse, at: number): void => {
  const hour = (at % DAY) / HOUR;
  house.switchLoad('fan', hour % 3 < 2);
  house.switchLoad('car', hour >= 1 && hour < 4.5);
  house.switchLoad('dryer', hour >= 9 && hour < 10.4);
  house.switchLoad('boiler', hour % 5 < 1.1);
  house.limitLoad?.('miner', hour < 12 ? 1_250 : 800);
};

const loadOf =
  (id: string) =>
  ({ loads }: HouseState): number =>
    loads.find((load) => load.id === id)?.powerW ?? 0;

type Truth = (state: HouseState) => number;
const SITE_TRUTHS: Readonly<Record<string, Truth>> = {
  'pv powerW': ({ pvW }) => pvW,
  'grid powerW': ({ gridW }) => gridW,
  'battery powerW': ({ batteryW }) => batteryW,
  'battery socPct': ({ socPct }) => socPct,
  'load powerW': ({ loadW }) => loadW,
};

/** One device of the week: its simulator, how it is saved, and what is true of its channels. */
export interface WeekDevice {
  readonly id: string;
  readonly simulator: FaultySimulator;
  readonly record: DeviceRecord;
  readonly secret: string | null;
  readonly truths: Readonly<Record<string, Truth>>;
  /** The load whose minutes are kept for this device alone. */
  readonly flexible: string | null;
  /** A cloud that says 429 instead of answering. */
  readonly refuse?: (isRefusing: boolean) => void;
}

/** Who speaks each second on its own speaks each 15 s here: the week is long. */
const calmer = (clock: Clock): Clock => ({
  ...clock,
  after: (delayMs, callback) => clock.after(delayMs === 1_000 ? 15_000 : delayMs, callback),
});

export const startWeekDevices = async (house: SimulatedHouse, clock: Clock): Promise<readonly WeekDevice[]> => {
  const budget = { requests: 200, refillMs: 330 };
  const shared = { house, clock };
  const entryOf = (id: string) => {
    const entry = DRIVERS.find(({ driver }) => driver.id === id);
    if (!entry) throw new Error(`no driver ${id}`);
    return entry;
  };
  const device = (
    id: string,
    driverId: string,
    simulator: FaultySimulator,
    channels: readonly ChannelConfig[],
    truths: WeekDevice['truths'],
    more: { readonly flexible?: string; readonly refuse?: WeekDevice['refuse'] } = {},
  ): WeekDevice => {
    const { driver, sample } = entryOf(driverId);
    const connection: Connection = driver.connectionSchema.parse({
      host: simulator.host,
      port: simulator.port,
      ...sample.connection,
    });
    return {
      id,
      simulator,
      secret: sample.secret,
      truths,
      flexible: more.flexible ?? null,
      ...(more.refuse ? { refuse: more.refuse } : {}),
      record: { id: deviceId(id), siteId: SITE, driverId, name: id, identity: null, connection, channels },
    };
  };
  const check = { use: 'check' } as const;
  const siteRoles = (extra: Partial<ChannelConfig> = {}): readonly ChannelConfig[] =>
    (['pv', 'grid', 'battery', 'load'] as const).map((role) => configOf(role, role, extra));
  const password = entryOf('shelly-gen1').sample.secret ?? '';
  return [
    // The GX knows the panels on its own charger, the inverter the other two strings.
    device('gx', 'victron-gx', await startGxSimulator(shared), siteRoles(), {
      ...SITE_TRUTHS,
      'pv powerW': ({ pvChargerW }) => pvChargerW,
    }),
    device(
      'solark',
      'solark',
      await startSolarkSimulator(shared),
      [
        configOf('pv:1', 'pv'),
        configOf('pv:2', 'pv'),
        configOf('grid', 'grid', check),
        configOf('battery', 'battery', check),
        configOf('load', 'load', check),
      ],
      {
        ...Object.fromEntries(Object.entries(SITE_TRUTHS).filter(([name]) => !name.startsWith('pv'))),
        'pv:1 powerW': ({ pvString1W }) => pvString1W,
        'pv:2 powerW': ({ pvString2W }) => pvString2W,
      },
    ),
    device(
      'vrm',
      'victron-vrm',
      await startVrmSimulator({ ...shared, budget }),
      siteRoles(check),
      SITE_TRUTHS,
      // Nothing is left, and nothing comes back.
      { refuse: (isRefusing) => Object.assign(budget, isRefusing ? { requests: 0 } : { requests: 200 }) },
    ),
    device(
      'shelly1',
      'shelly-gen1',
      await startShellyGen1Simulator({ ...shared, loadIds: ['tank'], model: 'PlugS', password }),
      [configOf('switch:0', 'water-heater')],
      { 'switch:0 powerW': loadOf('tank') },
      { flexible: 'switch:0' },
    ),
    device(
      'shelly2',
      'shelly-gen2',
      await startShellySimulator({ ...shared, loadId: 'fan', model: 'Plus1PM' }),
      [configOf('switch:0', 'other-load')],
      { 'switch:0 powerW': loadOf('fan') },
      { flexible: 'switch:0' },
    ),
    device(
      'miner',
      'miner-cgminer',
      await startCgminerSimulator(shared),
      [configOf('mining', 'miner')],
      { 'mining powerW': loadOf('miner') },
      { flexible: 'mining' },
    ),
    device(
      'evcc',
      'evcc',
      await startEvccSimulator({ ...shared, loadId: 'car' }),
      [
        configOf('loadpoint:1', 'ev'),
        configOf('grid', 'grid', check),
        configOf('pv', 'pv', check),
        configOf('battery', 'battery', check),
      ],
      {
        ...SITE_TRUTHS,
        'home powerW': ({ loadW }) => loadW,
        'loadpoint:1 powerW': loadOf('car'),
      },
      { flexible: 'loadpoint:1' },
    ),
    device(
      'mqtt',
      'mqtt',
      await startMqttHome({ house, clock: calmer(clock), loadId: 'dryer' }),
      [configOf('grid', 'grid', check), configOf('boiler', 'other-load')],
      { 'grid powerW': ({ gridW }) => gridW, 'boiler powerW': loadOf('dryer') },
      { flexible: 'boiler' },
    ),
    device(
      'ha',
      'home-assistant',
      await startHomeAssistantSimulator({ house, clock: calmer(clock), loadId: 'boiler' }),
      [
        configOf('sensor.grid_power', 'grid', check),
        configOf('sensor.solar_power', 'pv', check),
        configOf('switch.boiler', 'water-heater'),
      ],
      {
        'sensor.grid_power powerW': ({ gridW }) => gridW,
        'sensor.solar_power powerW': ({ pvW }) => pvW,
        'sensor.home_battery socPct': ({ socPct }) => socPct,
        'switch.boiler powerW': loadOf('boiler'),
      },
      { flexible: 'switch.boiler' },
    ),
  ];
};

export type WeekFault = Exclude<SimulatorFault, 'lie'> | 'too-often';

export const setWeekFault = (device: WeekDevice, fault: WeekFault): void => {
  device.refuse?.(fault === 'too-often');
  device.simulator.setFault(fault === 'too-often' ? 'none' : fault);
};

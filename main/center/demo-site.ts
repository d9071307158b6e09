import type { ChannelConfig } from '../../preload/contract/devices.ts';
import {
  DEFAULT_PLAN_SETTINGS,
  type LoadWish,
  type PlannedLoad,
  type PlanSettings,
} from '../../preload/contract/plan-settings.ts';
import type { Site } from '../../preload/contract/site.ts';
import { driverOf } from '../devices/registry.ts';
import { DEMO_PLACE, type DemoDeviceName, type DemoHome } from '../devices/simulator/demo-home.ts';
import { channelId, deviceId, siteId } from '../ids.ts';
import type { DeviceRecord } from '../store/types.ts';

export const DEMO_SITE: Site = {
  id: siteId('demo'),
  name: 'Demo home',
  ...DEMO_PLACE,
  currency: 'EUR',
  demo: true,
  provenance:
    'Measured in a home in Eschborn, Germany, from 2024 to 2025 and moved onto today’s calendar; prices are the German day-ahead market’s.',
};

type Role = Pick<ChannelConfig, 'role'> & Partial<Pick<ChannelConfig, 'use' | 'name' | 'priority' | 'ratedPowerW'>>;

interface DemoDevice {
  readonly driverId: string;
  readonly name: string;
  readonly roles: Readonly<Record<string, Role>>;
}

/** The GX meters grid, battery and loads; the inverter has the roof’s two strings and confirms the rest. */
const DEMO_DEVICES: Readonly<Record<DemoDeviceName, DemoDevice>> = {
  gx: {
    driverId: 'victron-gx',
    name: 'Cerbo GX',
    roles: {
      battery: { role: 'battery' },
      grid: { role: 'grid' },
      pv: { role: 'pv' },
      load: { role: 'load' },
      'grid-setpoint': { role: 'grid', use: 'check' },
      'minimum-soc': { role: 'battery', use: 'check' },
    },
  },
  inverter: {
    driverId: 'solark',
    name: 'Hybrid inverter',
    roles: {
      'pv:1': { role: 'pv' },
      'pv:2': { role: 'pv' },
      battery: { role: 'battery', use: 'check' },
      grid: { role: 'grid', use: 'check' },
      load: { role: 'load', use: 'check' },
      'grid-charge-current': { role: 'battery', use: 'check' },
    },
  },
  'miner-a': {
    driverId: 'shelly-gen2',
    name: 'Miner A',
    roles: { 'switch:0': { role: 'miner', name: 'Miner A', priority: 1, ratedPowerW: 1_250 } },
  },
  'miner-b': {
    driverId: 'shelly-gen2',
    name: 'Miner B',
    roles: { 'switch:0': { role: 'miner', name: 'Miner B', priority: 2, ratedPowerW: 850 } },
  },
  'water-heater': {
    driverId: 'shelly-gen2',
    name: 'Water heater',
    roles: { 'switch:0': { role: 'water-heater', name: 'Water heater', priority: 3, ratedPowerW: 2_000 } },
  },
};

export const demoDeviceId = (name: DemoDeviceName) => deviceId(`demo-${name}`);

const plannedSwitch = (name: DemoDeviceName, wish: LoadWish): PlannedLoad => ({
  deviceId: demoDeviceId(name),
  channelId: channelId('switch:0'),
  wish,
  startCost: 0.05,
});

/** What the demo’s loads are to do: miners where a kWh costs less than it earns, hot water by the evening. */
export const DEMO_PLAN_SETTINGS: PlanSettings = {
  ...DEFAULT_PLAN_SETTINGS,
  loads: [
    plannedSwitch('miner-a', { kind: 'value', valuePerKwh: 0.27 }),
    plannedSwitch('miner-b', { kind: 'value', valuePerKwh: 0.25 }),
    plannedSwitch('water-heater', {
      ...{ kind: 'run', minutes: 120, from: '09:00', to: '18:00' },
      ...{ days: [], inOnePiece: true },
    }),
  ],
};

/** The records of the demo’s devices at the ports on which they listen this time. */
export const demoDeviceRecords = (home: DemoHome): readonly DeviceRecord[] =>
  (Object.keys(DEMO_DEVICES) as DemoDeviceName[]).flatMap((name) => {
    const { driverId, name: label, roles } = DEMO_DEVICES[name];
    const driver = driverOf(driverId);
    if (driver === undefined) return [];
    const simulator = home.devices[name];
    const channels = driver.channels.flatMap((spec): ChannelConfig[] => {
      const role = roles[spec.channelId];
      if (role === undefined) return [];
      return [
        {
          channelId: channelId(spec.channelId),
          name: role.name ?? spec.label,
          role: role.role,
          use: role.use ?? 'primary',
          priority: role.priority ?? 5,
          safeState: spec.control?.defaultSafeState ?? null,
          ratedPowerW: role.ratedPowerW ?? null,
          rules: spec.control?.defaultRules ?? null,
          controllable: spec.control !== null,
        },
      ];
    });
    return [
      {
        id: demoDeviceId(name),
        siteId: DEMO_SITE.id,
        driverId,
        name: label,
        identity: null,
        connection: { host: simulator.host, port: simulator.port, ...(driver.needsUnitId ? { unitId: 1 } : {}) },
        channels,
      },
    ];
  });

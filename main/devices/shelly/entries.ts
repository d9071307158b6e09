import type { DriverEntry } from '../driver-entry.ts';
import { startShellyCloudSimulator } from '../simulator/shelly-cloud-server.ts';
import { startShellyGen1Simulator } from '../simulator/shelly-gen1-server.ts';
import { startShellySimulator } from '../simulator/shelly-server.ts';
import type { ChannelSpec } from '../types.ts';
import { CLOUD_CHANNELS, GEN1_CHANNELS, GEN2_CHANNELS } from './channels.ts';
import { shellyCloud } from './cloud-driver.ts';
import { shellyGen2 } from './driver.ts';
import { shellyGen1, shellyGen1Valve } from './gen1-driver.ts';
import { cloudQuality, localQuality, valveQuality } from './quality.ts';

/** What a model with one relay leaves out of everything that its family may have. */
const onlyRelay = (channels: readonly ChannelSpec[], metrics: readonly string[]) => ({
  without: channels.flatMap((spec) =>
    spec.metrics
      .filter((metric) => spec.channelId !== 'switch:0' || !metrics.includes(metric))
      .map((metric) => `${spec.channelId} ${metric}`),
  ),
  withoutControl: channels.map(({ channelId }): string => channelId).filter((id) => id !== 'switch:0'),
});

const PLUS_1PM = ['powerW', 'on', 'energyKwh', 'tempC', 'voltageV', 'currentA', 'faultCode'];
const CLOUD_KEY = 'simulated-account-key';
const CLOUD_DEVICE = 'a8032abe41fc';

export const SHELLY: readonly DriverEntry[] = [
  {
    driver: shellyGen2,
    quality: localQuality,
    sample: { secret: null, ...onlyRelay(GEN2_CHANNELS, PLUS_1PM) },
    startSimulator: ({ house, clock }) =>
      startShellySimulator({ house, clock, loadId: house.loads[0]?.id ?? '', model: 'Plus1PM' }),
  },
  {
    driver: shellyGen1,
    quality: localQuality,
    sample: {
      secret: 'simulated-password',
      ...onlyRelay(GEN1_CHANNELS, ['powerW', 'on', 'energyKwh', 'tempC', 'faultCode']),
    },
    startSimulator: ({ house, clock }) =>
      startShellyGen1Simulator({
        house,
        clock,
        loadIds: house.loads.map(({ id }) => id),
        model: 'PlugS',
        password: 'simulated-password',
      }),
  },
  {
    driver: shellyGen1Valve,
    quality: valveQuality,
    sample: { secret: null },
    startSimulator: ({ house, clock }) => startShellyGen1Simulator({ house, clock, loadIds: [], model: 'Trv' }),
  },
  {
    driver: shellyCloud,
    quality: cloudQuality,
    sample: {
      secret: CLOUD_KEY,
      connection: { encryption: 'off', options: { deviceId: CLOUD_DEVICE } },
      ...onlyRelay(CLOUD_CHANNELS, PLUS_1PM),
    },
    startSimulator: ({ house, clock }) =>
      startShellyCloudSimulator({
        house,
        clock,
        key: CLOUD_KEY,
        devices: [{ id: CLOUD_DEVICE, model: 'Plus1PM', loadIds: house.loads.map(({ id }) => id) }],
      }),
  },
];

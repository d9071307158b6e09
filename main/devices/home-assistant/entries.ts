import type { DriverEntry } from '../driver-entry.ts';
import { HUB_ENTITIES } from '../simulator/home-assistant-entities.ts';
import { HUB_TOKEN, startHomeAssistantSimulator } from '../simulator/home-assistant-server.ts';
import { ENTITIES, SENSOR_METRICS } from './channels.ts';
import { homeAssistant } from './driver.ts';
import { homeAssistantQuality } from './quality.ts';

/** A sensor is one thing of all that it could be. */
const others = (sensor: string, is: string): readonly string[] =>
  SENSOR_METRICS.filter((metric) => metric !== is).map((metric) => `${sensor} ${metric}`);

export const HOME_ASSISTANT: readonly DriverEntry[] = [
  {
    driver: homeAssistant,
    quality: homeAssistantQuality,
    sample: {
      secret: HUB_TOKEN,
      connection: { options: { [ENTITIES]: HUB_ENTITIES } },
      without: [
        ...others('sensor.grid_power', 'powerW'),
        ...others('sensor.solar_power', 'powerW'),
        ...others('sensor.home_battery', 'socPct'),
      ],
    },
    startSimulator: ({ house, clock }) =>
      startHomeAssistantSimulator({ house, clock, loadId: house.loads[0]?.id ?? '' }),
  },
];

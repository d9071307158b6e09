import type { DriverEntry } from '../driver-entry.ts';
import { startGxMqttSimulator } from '../simulator/gx-mqtt-server.ts';
import { startGxSimulator } from '../simulator/gx-server.ts';
import { VENUS_SENSOR } from '../simulator/venus-paths.ts';
import { startVrmSimulator } from '../simulator/vrm-server.ts';
import { victronGx } from './driver.ts';
import { victronGxMqtt } from './gx-mqtt-driver.ts';
import { gxMqttQuality, gxQuality, vrmQuality } from './quality.ts';
import { victronVrm } from './vrm-driver.ts';

/** No limit is set in the simulated home, so there is none to show. */
const NO_LIMITS = ['charge-current-limit chargeLimitA', 'discharge-power-limit powerLimitW'];

export const VICTRON: readonly DriverEntry[] = [
  {
    driver: victronVrm,
    quality: vrmQuality,
    sample: { secret: 'simulated-token', connection: { encryption: 'off', options: { sensors: `${VENUS_SENSOR}` } } },
    startSimulator: startVrmSimulator,
  },
  {
    driver: victronGx,
    quality: gxQuality,
    sample: { secret: null, without: NO_LIMITS },
    startSimulator: startGxSimulator,
  },
  {
    driver: victronGxMqtt,
    quality: gxMqttQuality,
    sample: { secret: null, connection: { options: { sensors: `${VENUS_SENSOR}` } }, without: NO_LIMITS },
    startSimulator: startGxMqttSimulator,
  },
];

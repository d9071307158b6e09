import type { DriverEntry } from '../driver-entry.ts';
import { MQTT_HOME_PASSWORD, MQTT_HOME_TOPICS, MQTT_HOME_USER, startMqttHome } from '../simulator/mqtt-home.ts';
import { TOPICS } from './channels.ts';
import { mqttDevice } from './driver.ts';
import { mqttQuality } from './quality.ts';

export const MQTT: readonly DriverEntry[] = [
  {
    driver: mqttDevice,
    quality: mqttQuality,
    sample: {
      secret: MQTT_HOME_PASSWORD,
      connection: { options: { account: MQTT_HOME_USER, [TOPICS]: MQTT_HOME_TOPICS } },
    },
    startSimulator: ({ house, clock }) => startMqttHome({ house, clock, loadId: house.loads[0]?.id ?? '' }),
  },
];

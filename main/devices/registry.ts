import type { DriverEntry } from './driver-entry.ts';
import { EVCC } from './evcc/entries.ts';
import { HOME_ASSISTANT } from './home-assistant/entries.ts';
import { MINERS } from './miners/entries.ts';
import { MQTT } from './mqtt/entries.ts';
import { OCPP } from './ocpp/entries.ts';
import { SHELLY } from './shelly/entries.ts';
import { SOLARK } from './solark/entries.ts';
import { THERMIA } from './thermia/entries.ts';
import type { Driver } from './types.ts';
import { VICTRON } from './victron/entries.ts';

/** Every driver that the product knows: a new vendor is one folder and one line. */
export const DRIVERS: readonly DriverEntry[] = [
  ...VICTRON,
  ...SOLARK,
  ...SHELLY,
  ...EVCC,
  ...OCPP,
  ...MINERS,
  ...THERMIA,
  ...MQTT,
  ...HOME_ASSISTANT,
];

export const driverOf = (id: string): Driver | undefined => DRIVERS.find(({ driver }) => driver.id === id)?.driver;

import { eitherSignal } from '../any-signal.ts';
import { createModbusClient } from '../modbus/client.ts';
import { asciiOf } from '../modbus/words.ts';
import { createMqttLink } from '../mqtt/mqtt-link.ts';
import type { DiscoveryHints } from '../types.ts';
import { parseTopic } from './mqtt-topics.ts';
import { BLOCKS, SYSTEM_UNIT } from './registers.ts';

/** A VRM portal id as a GX gives it: the MAC address of its first network port. */
const PORTAL_ID = /^[0-9A-Za-z]{6,20}$/;
const KNOCK_MS = 3_000;

/** Modbus TCP is announced by nobody, so the scan asks register 800 of unit 100: only a GX has its portal id there. */
export const gxDiscovery: DiscoveryHints = {
  scanPort: 502,
  recognise: async ({ host, port }, { clock }, signal) => {
    const client = createModbusClient({ host, port, clock, timeoutMs: KNOCK_MS });
    try {
      const words = await client.readHolding(SYSTEM_UNIT, BLOCKS.serial.start, BLOCKS.serial.count, signal);
      const serial = words.ok ? asciiOf(words.value) : '';
      return PORTAL_ID.test(serial) ? { identity: serial, model: 'Victron GX' } : null;
    } finally {
      await client.close();
    }
  },
};

/** Of all that it says, a GX keeps its serial number at the broker: whoever comes hears it at once. */
export const gxMqttDiscovery: DiscoveryHints = {
  services: ['_mqtt._tcp'],
  claims: ({ name }) => /venus|victron|cerbo|ekrano|einstein/i.test(name),
  scanPort: 1883,
  recognise: async ({ host, port }, { clock }, asked) => {
    const link = createMqttLink({ connection: { host, port }, name: `The MQTT broker at ${host}`, clock });
    const limit = new AbortController();
    const cancelLimit = clock.after(KNOCK_MS, () => limit.abort());
    const { signal, end } = eitherSignal(asked, limit.signal);
    try {
      const { promise: heard, resolve } = Promise.withResolvers<string | null>();
      signal.addEventListener('abort', () => resolve(null), { once: true });
      link.subscribe('N/+/system/0/Serial', ({ topic }) => resolve(parseTopic(topic)?.portal ?? null));
      const connected = await link.connected(signal);
      const portal = connected.ok ? await heard : null;
      return portal !== null && PORTAL_ID.test(portal) ? { identity: portal, model: 'Victron GX' } : null;
    } finally {
      cancelLimit();
      end();
      await link.close();
    }
  },
};

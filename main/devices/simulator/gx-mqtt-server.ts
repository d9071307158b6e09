import type { Clock } from '../../clock.ts';
import { createSimulatedGx, type SimulatedGx } from './gx-mqtt.ts';
import { type MqttBroker, startMqttBroker } from './mqtt-broker.ts';
import type { SimulatedHouse, Simulator, SimulatorFault } from './types.ts';

export interface GxMqttSimulator extends Simulator {
  setFault(fault: SimulatorFault): void;
  readonly gx: SimulatedGx;
  readonly broker: MqttBroker;
}

/** A GX with its own broker, as one finds it on a local network. */
export const startGxMqttSimulator = async (options: {
  readonly house: SimulatedHouse;
  readonly clock: Clock;
  readonly portal?: string;
  readonly users?: Readonly<Record<string, string>>;
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly lacks?: readonly string[];
}): Promise<GxMqttSimulator> => {
  const { house, clock, portal = 'c0619ab27f31', users, tls, lacks } = options;
  const broker = await startMqttBroker({
    clock,
    label: 'Victron GX (MQTT)',
    ...(users === undefined ? {} : { users }),
    ...(tls === undefined ? {} : { tls }),
  });
  const gx = createSimulatedGx({
    house,
    clock,
    portal,
    say: (topic, payload, retain) => broker.publish(topic, payload, { retain }),
    ...(lacks === undefined ? {} : { lacks }),
  });
  broker.onPublish(({ topic, payload }) => gx.hear(topic, payload));
  return {
    label: broker.label,
    host: broker.host,
    port: broker.port,
    gx,
    broker,
    setFault: (fault) => {
      gx.setLying(fault === 'lie');
      broker.setFault(fault === 'lie' ? 'none' : fault);
    },
    close: async () => {
      gx.stop();
      await broker.close();
    },
  };
};

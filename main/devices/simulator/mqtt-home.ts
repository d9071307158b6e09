import type { Clock } from '../../clock.ts';
import { type MqttBroker, startMqttBroker } from './mqtt-broker.ts';
import type { SimulatedHouse, SimulatorFault } from './types.ts';

const SPEAK_EVERY_MS = 1_000;
export const MQTT_HOME_USER = 'home';
export const MQTT_HOME_PASSWORD = 'broker-password';

/** The document with which the driver reads this simulator. */
export const MQTT_HOME_TOPICS = `
# A meter that sends JSON, and a plug with Tasmota
grid   state=tele/meter/SENSOR path=SML.Power unit=kW role=grid label="Grid meter" time=Time
grid   state=tele/meter/SENSOR path=SML.Voltage unit=V
boiler state=stat/boiler/POWER command=cmnd/boiler/POWER on=ON off=OFF ask=cmnd/boiler/POWER availability=tele/boiler/LWT online=Online offline=Offline role=water-heater
boiler state=tele/boiler/SENSOR path=ENERGY.Power unit=W availability=tele/boiler/LWT online=Online offline=Offline
boiler state=tele/boiler/SENSOR path=ENERGY.Total unit=kWh availability=tele/boiler/LWT online=Online offline=Offline
limit  state=inverter/limit unit=W command=inverter/limit/set payload='{"limit": {value}}' path=limit min=0 max=5000 step=10
pump   state=pump/mode command=pump/mode/set options=off,eco,heat role=heat-pump
`;

const numberIn = (text: string, name: string): number | null => {
  try {
    const value: unknown = JSON.parse(text);
    const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : null;
    return typeof found === 'number' ? found : null;
  } catch {
    return null; // A device leaves a command alone that it cannot read.
  }
};

export interface MqttHome extends MqttBroker {
  /** The plug loses its power: the broker says its last will. */
  unplug(isUnplugged: boolean): void;
}

/** A broker with a meter, a plug, an inverter limit and a heat pump behind it, standing on the simulated house. */
export const startMqttHome = async (options: {
  readonly house: SimulatedHouse;
  readonly clock: Clock;
  readonly loadId: string;
}): Promise<MqttHome> => {
  const { clock, house, loadId } = options;
  const broker = await startMqttBroker({
    clock,
    users: { [MQTT_HOME_USER]: MQTT_HOME_PASSWORD },
    label: 'MQTT broker of a home',
  });
  let fault: SimulatorFault = 'none';
  let limitW = 5_000;
  let mode = 'eco';
  let isUnplugged = false;
  let cancel: (() => void) | null = null;

  const load = () => house.state().loads.find(({ id }) => id === loadId);
  const sayPlug = (): void => {
    if (!isUnplugged) broker.publish('stat/boiler/POWER', load()?.on ? 'ON' : 'OFF');
  };
  const sayLimit = (): void => broker.publish('inverter/limit', JSON.stringify({ limit: limitW }));
  const sayMode = (): void => broker.publish('pump/mode', mode);
  const saySensors = (): void => {
    const { gridVoltageV, gridW } = house.state();
    const Time = new Date(clock.now()).toISOString();
    const SML = { Power: gridW / 1_000, Voltage: gridVoltageV };
    broker.publish('tele/meter/SENSOR', JSON.stringify({ Time, SML }));
    const plug = load();
    if (isUnplugged || !plug) return;
    const ENERGY = { Total: Number(plug.energyKwh.toFixed(3)), Power: Math.round(plug.powerW) };
    broker.publish('tele/boiler/SENSOR', JSON.stringify({ Time, ENERGY }));
  };
  const speak = (): void => {
    if (broker.clients().length > 0) for (const say of [saySensors, sayPlug, sayLimit, sayMode]) say();
    cancel = clock.after(SPEAK_EVERY_MS, speak);
  };

  const obey: Readonly<Record<string, (text: string) => void>> = {
    'cmnd/boiler/POWER': (text) => {
      if (isUnplugged) return;
      // Without a payload it only says its state.
      if (/^(ON|OFF)$/i.test(text) && fault !== 'lie') house.switchLoad(loadId, text.toUpperCase() === 'ON');
      sayPlug();
    },
    'inverter/limit/set': (text) => {
      if (fault !== 'lie') limitW = numberIn(text, 'limit') ?? limitW;
      sayLimit();
    },
    'pump/mode/set': (text) => {
      if (fault !== 'lie' && ['off', 'eco', 'heat'].includes(text)) mode = text;
      sayMode();
    },
  };
  broker.onPublish(({ topic, payload }) => obey[topic]?.(payload.toString('utf8')));
  broker.publish('tele/boiler/LWT', 'Online', { retain: true });
  speak();

  return {
    ...broker,
    setFault: (next) => {
      fault = next;
      broker.setFault(next);
    },
    unplug: (next) => {
      isUnplugged = next;
      broker.publish('tele/boiler/LWT', next ? 'Offline' : 'Online', { retain: true });
    },
    close: async () => {
      cancel?.();
      await broker.close();
    },
  };
};

import type { Clock } from '../../clock.ts';
import { createProfileShelf, type ProfileShelf } from './ocpp-profiles.ts';
import type { SimulatedHouse } from './types.ts';

const HARDWARE_A = 32;
const MAX_STACK_LEVEL = 10;
const LEAST_A = 6;

export type PlugStatus = 'Available' | 'Preparing' | 'Charging' | 'SuspendedEVSE' | 'Finishing';

export interface Plug {
  readonly shelf: ProfileShelf;
  /** Sets the relay as limit and transaction say, and answers the status that the charger shows. */
  settle(): PlugStatus;
  transactionId: number | null;
  isConnected: boolean;
  /** The car as it is measured now, in the form of a MeterValues call. */
  meterValues(context: 'Trigger' | 'Sample.Periodic'): object;
  meterWh(): number;
}

/** One plug with a car, in front of one load of the simulated house. */
export const createPlug = (options: {
  readonly house: SimulatedHouse;
  readonly loadId: string;
  readonly clock: Clock;
}): Plug => {
  const { house, loadId, clock } = options;
  const shelf = createProfileShelf(HARDWARE_A, MAX_STACK_LEVEL);

  const load = () => {
    const found = house.state().loads.find(({ id }) => id === loadId);
    if (!found) throw new Error(`The simulated house has no load "${loadId}".`);
    return found;
  };
  const meterWh = (): number => Math.round(load().energyKwh * 1_000);

  const plug: Plug = {
    shelf,
    transactionId: null,
    isConnected: true,
    settle: () => {
      const mayCharge = plug.isConnected && plug.transactionId !== null;
      const on = mayCharge && shelf.limitA(1, clock.now()) >= LEAST_A;
      if (load().on !== on) house.switchLoad(loadId, on);
      if (!plug.isConnected) return plug.transactionId === null ? 'Available' : 'Finishing';
      if (plug.transactionId === null) return 'Preparing';
      return on ? 'Charging' : 'SuspendedEVSE';
    },
    meterWh,
    meterValues: (context) => {
      const { powerW } = load();
      const voltage = house.state().gridVoltageV;
      const value = (measurand: string, unit: string, number: number, phase?: string) => ({
        value: number.toFixed(1),
        context,
        measurand,
        unit,
        ...(phase === undefined ? {} : { phase }),
      });
      return {
        connectorId: 1,
        ...(plug.transactionId === null ? {} : { transactionId: plug.transactionId }),
        meterValue: [
          {
            timestamp: new Date(clock.now()).toISOString(),
            sampledValue: [
              value('Power.Active.Import', 'W', powerW),
              value('Current.Import', 'A', powerW / voltage, 'L1'),
              value('Current.Import', 'A', 0, 'L2'),
              value('Current.Import', 'A', 0, 'L3'),
              value('Voltage', 'V', voltage, 'L1-N'),
              value('Current.Offered', 'A', shelf.limitA(1, clock.now())),
              { value: '54', context, measurand: 'SoC', unit: 'Percent', location: 'EV' },
              // The default measurand, as many chargers send it.
              { value: String(meterWh()), context, unit: 'Wh' },
            ],
          },
        ],
      };
    },
  };
  return plug;
};

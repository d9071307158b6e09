import type { HouseState, SimulatedHouse } from './types.ts';

/** One path of a GX's own bus; null is "no value now". */
export interface VenusPath {
  readonly service: string;
  readonly instance: number;
  readonly path: string;
  readonly value: number | string | null;
}

export const VENUS_BATTERY = 512;
const GRID_METER = 30;
export const VENUS_SENSOR = 24;
const NOMINAL_V = 51.2;
const PHASES = ['L1', 'L2', 'L3'] as const;
const IDLE_W = 20;

/** The phases of a house are never loaded alike; together they are the whole. */
const onPhases = (totalW: number): readonly number[] => {
  const first = Math.round(totalW * 0.5);
  const second = Math.round(totalW * 0.3);
  return [first, second, Math.round(totalW) - first - second];
};

/**
 * What a GX with a grid meter, a BMS on the CAN bus, a solar charger, two AC-coupled inverters and a temperature sensor
 * says of the house. Paths after the vendor's table (dbus_modbustcp, attributes.csv, column dbus_path).
 */
export const venusPaths = (house: SimulatedHouse, serial: string): readonly VenusPath[] => {
  const state = house.state();
  const capacityAh = (house.batteryCapacityKwh * 1_000) / NOMINAL_V;
  return [
    ...systemPaths(state, serial),
    ...of('battery', VENUS_BATTERY, {
      'Dc/0/Voltage': state.batteryVoltageV,
      'Dc/0/Current': state.batteryCurrentA,
      'Dc/0/Power': state.batteryW,
      'Dc/0/Temperature': state.batteryTempC,
      Soc: state.socPct,
      Soh: 98.5,
      Capacity: capacityAh,
      ConsumedAmphours: -capacityAh * (1 - state.socPct / 100),
      'Info/MaxChargeVoltage': 56.8,
      'Info/MaxChargeCurrent': (house.batteryCapacityKwh * 500) / NOMINAL_V,
      'Info/MaxDischargeCurrent': (house.batteryCapacityKwh * 500) / NOMINAL_V,
      'History/ChargedEnergy': state.total.chargeKwh,
      'History/DischargedEnergy': state.total.dischargeKwh,
      'Alarms/LowVoltage': 0,
      ProductName: 'Simulated BMS',
    }),
    ...of('grid', GRID_METER, {
      'Ac/Power': state.gridW,
      'Ac/Frequency': state.gridFrequencyHz,
      'Ac/Energy/Forward': state.total.importKwh,
      'Ac/Energy/Reverse': state.total.exportKwh,
      'Ac/L1/Voltage': state.gridVoltageV,
    }),
    ...of('solarcharger', 279, { 'Yield/Power': state.pvChargerW, 'Dc/0/Voltage': state.batteryVoltageV, State: 3 }),
    ...of('pvinverter', 20, { 'Ac/Power': state.pvString1W, 'Ac/L1/Power': state.pvString1W, 'Ac/L2/Power': null }),
    ...of('temperature', VENUS_SENSOR, { Temperature: state.batteryTempC - 2.5, Humidity: 48.2, TemperatureType: 2 }),
  ];
};

const systemPaths = (state: HouseState, serial: string): readonly VenusPath[] => {
  const grid = onPhases(state.gridW);
  const load = onPhases(state.loadW);
  const batteryState = state.batteryW > IDLE_W ? 1 : state.batteryW < -IDLE_W ? 2 : 0;
  const phases = (place: string, valuesW: readonly (number | null)[]): Readonly<Record<string, number | null>> =>
    Object.fromEntries(PHASES.map((phase, at) => [`Ac/${place}/${phase}/Power`, valuesW[at] ?? null]));
  return of('system', 0, {
    Serial: serial,
    ActiveBatteryService: `com.victronenergy.battery/${VENUS_BATTERY}`,
    'Dc/Battery/Voltage': state.batteryVoltageV,
    'Dc/Battery/Current': state.batteryCurrentA,
    'Dc/Battery/Power': state.batteryW,
    'Dc/Battery/Soc': state.socPct,
    'Dc/Battery/State': batteryState,
    'Dc/Battery/TimeToGo': null,
    'Dc/Pv/Power': state.pvChargerW,
    'Dc/System/Power': null,
    'Ac/ActiveIn/Source': 1,
    ...phases('Grid', grid),
    ...phases('Consumption', load),
    ...phases('PvOnGrid', [state.pvString1W, state.pvString2W, null]),
    ...phases('PvOnOutput', [null, null, null]),
    ...phases('PvOnGenset', [null, null, null]),
    ...phases('Genset', [null, null, null]),
    'SystemState/State': state.batteryW < 0 ? 256 : 257,
    'DynamicEss/Active': 0,
  });
};

const of = (
  service: string,
  instance: number,
  values: Readonly<Record<string, number | string | null>>,
): readonly VenusPath[] => Object.entries(values).map(([path, value]) => ({ service, instance, path, value }));

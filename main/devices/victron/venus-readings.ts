import type { Metric } from '../../../preload/contract/base.ts';
import type { ChannelId } from '../../ids.ts';
import type { Reading } from '../../reading.ts';
import { CHANNELS, GRID_PHASES, LOAD_PHASES } from './channel-ids.ts';
import { sensorChannel } from './channels.ts';
import { nominalVoltage } from './nominal-voltage.ts';

/** A valid value of one path of the GX's own bus, and when it was so. */
export interface VenusValue {
  readonly value: number | string;
  readonly at: number;
}

/** Everything that a GX says of itself, whoever carried it: VRM or MQTT. What is not valid now is not there. */
export interface VenusValues {
  /** `path` as in `Dc/Battery/Soc`. */
  of(service: string, instance: number, path: string): VenusValue | undefined;
  instances(service: string): readonly number[];
}

interface Measured {
  readonly value: number;
  readonly at: number;
}

const PHASES = ['L1', 'L2', 'L3'] as const;
const AC_SOLAR = ['PvOnOutput', 'PvOnGrid', 'PvOnGenset'] as const;

/** `com.victronenergy.battery/258`, or the only battery that there is; null where nobody can say which it is. */
const batteryInstance = (values: VenusValues): number | null => {
  const named = values.of('system', 0, 'ActiveBatteryService')?.value;
  const found = typeof named === 'string' ? /^com\.victronenergy\.battery\/(\d+)$/.exec(named)?.[1] : undefined;
  if (found !== undefined) return Number(found);
  const [only, ...others] = values.instances('battery');
  return only !== undefined && others.length === 0 ? only : null;
};

/** The only one of its kind: with two grid meters nobody could say which is meant. */
const onlyInstance = (values: VenusValues, service: string): number | null => {
  const [only, ...others] = values.instances(service);
  return only !== undefined && others.length === 0 ? only : null;
};

/** A sum is as old as its oldest part. */
const sumOf = (parts: readonly Measured[]): Measured | undefined =>
  parts.length === 0
    ? undefined
    : {
        value: parts.reduce((total, { value }) => total + value, 0),
        at: Math.min(...parts.map(({ at }) => at)),
      };

/** Readings of a system by the paths of its bus: what is absent there is absent here, and 0 is a measurement. */
export const venusReadings = (
  values: VenusValues,
  { receivedAt, sensors }: { readonly receivedAt: number; readonly sensors: readonly number[] },
): readonly Reading[] => {
  const found: Reading[] = [];
  const number = (service: string, instance: number | null, path: string): Measured | undefined => {
    const known = instance === null ? undefined : values.of(service, instance, path);
    return known !== undefined && typeof known.value === 'number' ? { value: known.value, at: known.at } : undefined;
  };
  const system = (path: string): Measured | undefined => number('system', 0, path);
  const add = (channelId: ChannelId, metric: Metric, measured: Measured | undefined): void => {
    if (measured === undefined) return;
    const { value, at } = measured;
    found.push({
      channelId,
      metric,
      value: value === 0 ? 0 : value,
      measuredAt: Math.min(at, receivedAt),
      receivedAt,
      quality: 'good',
    });
  };
  const there = (paths: readonly string[]): readonly Measured[] => paths.flatMap((path) => system(path) ?? []);

  const battery = batteryInstance(values);
  const own = (path: string): Measured | undefined => number('battery', battery, path);
  add(CHANNELS.battery, 'powerW', system('Dc/Battery/Power'));
  add(CHANNELS.battery, 'voltageV', system('Dc/Battery/Voltage'));
  add(CHANNELS.battery, 'currentA', system('Dc/Battery/Current'));
  add(CHANNELS.battery, 'socPct', system('Dc/Battery/Soc'));
  add(CHANNELS.battery, 'tempC', system('Dc/Battery/Temperature') ?? own('Dc/0/Temperature'));
  add(CHANNELS.battery, 'sohPct', own('Soh'));
  add(CHANNELS.battery, 'chargeLimitA', own('Info/MaxChargeCurrent'));
  add(CHANNELS.battery, 'dischargeLimitA', own('Info/MaxDischargeCurrent'));
  add(CHANNELS.battery, 'energyImportKwh', own('History/ChargedEnergy'));
  add(CHANNELS.battery, 'energyExportKwh', own('History/DischargedEnergy'));
  const capacityAh = own('Capacity');
  const voltageV = own('Dc/0/Voltage') ?? system('Dc/Battery/Voltage');
  if (capacityAh !== undefined && voltageV !== undefined)
    add(CHANNELS.battery, 'capacityKwh', {
      value: (capacityAh.value * nominalVoltage(voltageV.value)) / 1_000,
      at: capacityAh.at,
    });

  const meter = onlyInstance(values, 'grid');
  add(CHANNELS.grid, 'powerW', sumOf(there(PHASES.map((phase) => `Ac/Grid/${phase}/Power`))));
  add(CHANNELS.grid, 'frequencyHz', number('grid', meter, 'Ac/Frequency'));
  add(CHANNELS.grid, 'energyImportKwh', number('grid', meter, 'Ac/Energy/Forward'));
  add(CHANNELS.grid, 'energyExportKwh', number('grid', meter, 'Ac/Energy/Reverse'));

  const acSolar = AC_SOLAR.flatMap((place) => PHASES.map((phase) => `Ac/${place}/${phase}/Power`));
  add(CHANNELS.pv, 'powerW', sumOf(there(['Dc/Pv/Power', ...acSolar])));

  const acLoads = there(PHASES.map((phase) => `Ac/Consumption/${phase}/Power`));
  if (acLoads.length > 0) add(CHANNELS.load, 'powerW', sumOf([...acLoads, ...there(['Dc/System/Power'])]));

  for (const [names, place] of [
    [GRID_PHASES, 'Grid'],
    [LOAD_PHASES, 'Consumption'],
  ] as const) {
    const phases = PHASES.map((phase) => system(`Ac/${place}/${phase}/Power`));
    // One phase is the whole already.
    if (phases.filter((phase) => phase !== undefined).length < 2) continue;
    for (const [at, name] of names.entries()) add(CHANNELS[name], 'powerW', phases[at]);
  }

  for (const instance of sensors) {
    add(sensorChannel(instance), 'tempC', number('temperature', instance, 'Temperature'));
    add(sensorChannel(instance), 'humidityPct', number('temperature', instance, 'Humidity'));
  }
  return found;
};

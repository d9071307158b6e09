import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { SimulatedHouse } from './types.ts';

/** One entity as Home Assistant keeps it. */
export interface HubEntity {
  readonly entity_id: string;
  readonly state: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly last_changed: string;
  readonly last_updated: string;
  readonly last_reported: string;
  readonly context: { readonly id: string; readonly parent_id: string | null; readonly user_id: string | null };
}

/** A service that the server does not know, or data that it does not take. */
export class ServiceError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The lines with which the driver reads this simulator. */
export const HUB_ENTITIES = `
sensor.grid_power = grid
sensor.solar_power = pv
sensor.home_battery = battery
sensor.grid_import = none metric=energyImportKwh
switch.boiler = water-heater power=sensor.boiler_power energy=sensor.boiler_energy
number.charge_current = none unit=A min=0 max=200 step=1
climate.living_room = climate min=5 max=30 step=0.5 modes=off,heat,auto label="Living room"
input_select.house_mode = none options=home,away
`;

const numberOf = (value: unknown, least: number, most: number): number => {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new ServiceError('service_validation_error', `Value ${String(value)} is outside of ${least} to ${most}.`);
};
const optionOf = (value: unknown, options: readonly string[]): string => {
  if (typeof value === 'string' && options.includes(value)) return value;
  throw new ServiceError('service_validation_error', 'Option is not a supported mode.');
};

const MODES = ['off', 'heat', 'auto'] as const;
const HOUSE_MODES = ['home', 'away'] as const;

/** The state machine of a home: measured entities follow the house, settable ones what services say. */
export const createHubEntities = (options: {
  readonly house: SimulatedHouse;
  readonly clock: Clock;
  readonly loadId: string;
  /** How far this machine's clock is ahead of the others', ms. */
  readonly clockOffsetMs: () => number;
}) => {
  const { clock, house, loadId } = options;
  const entities = new Map<string, HubEntity>();
  const gone = new Set<string>();
  let currentA = 100;
  let targetTempC = 21;
  let mode = 'heat';
  let houseMode = 'home';

  const measured = (unit: string, device_class: string, friendly_name: string, state_class = 'measurement') => ({
    ...{ state_class, unit_of_measurement: unit, device_class, friendly_name },
  });
  /** State and attributes as they are now. */
  const now = (): Readonly<Record<string, readonly [string, Readonly<Record<string, unknown>>]>> => {
    const { batteryTempC, gridW, loads, pvW, socPct, total } = house.state();
    const load = loads.find(({ id }) => id === loadId);
    const energyWh = Math.round((load?.energyKwh ?? 0) * 1_000);
    return {
      'sensor.grid_power': [gridW.toFixed(1), measured('W', 'power', 'Grid power')],
      'sensor.solar_power': [(pvW / 1_000).toFixed(3), measured('kW', 'power', 'Solar power')],
      'sensor.home_battery': [`${Math.round(socPct)}`, measured('%', 'battery', 'Home battery')],
      'sensor.grid_import': [total.importKwh.toFixed(3), measured('kWh', 'energy', 'Grid import', 'total_increasing')],
      'sensor.boiler_power': [`${Math.round(load?.powerW ?? 0)}`, measured('W', 'power', 'Boiler power')],
      'sensor.boiler_energy': [`${energyWh}`, measured('Wh', 'energy', 'Boiler energy', 'total_increasing')],
      'sensor.battery_temperature': [
        `${batteryTempC.toFixed(1)}`,
        measured('°C', 'temperature', 'Battery temperature'),
      ],
      'sensor.remote_battery': ['87', measured('%', 'battery', 'Remote control')],
      'sensor.price': ['0.31', { unit_of_measurement: 'EUR/kWh', friendly_name: 'Price' }],
      'switch.boiler': [load?.on ? 'on' : 'off', { friendly_name: 'Boiler' }],
      'number.charge_current': [
        `${currentA}`,
        { min: 0, max: 200, step: 1, unit_of_measurement: 'A', friendly_name: 'Charge current' },
      ],
      'climate.living_room': [
        mode,
        {
          ...{ hvac_modes: MODES, min_temp: 5, max_temp: 30, target_temp_step: 0.5, current_temperature: 20.6 },
          ...{
            temperature: targetTempC,
            hvac_action: mode === 'off' ? 'off' : 'heating',
            friendly_name: 'Living room',
          },
        },
      ],
      'input_select.house_mode': [houseMode, { options: HOUSE_MODES, friendly_name: 'House mode' }],
      'sun.sun': ['above_horizon', { friendly_name: 'Sun' }],
    };
  };

  /** Brings every entity up to date; answers those whose state or attributes changed, with what they were. */
  const refresh = (contextId: string = randomUUID()) => {
    const at = new Date(clock.now() + options.clockOffsetMs()).toISOString().replace('Z', '000+00:00');
    const changes: { readonly before: HubEntity | null; readonly after: HubEntity }[] = [];
    for (const [entity_id, [shown, attributes]] of Object.entries(now())) {
      const state = gone.has(entity_id) ? 'unavailable' : shown;
      const before = entities.get(entity_id) ?? null;
      const isSame =
        before !== null &&
        before.state === state &&
        JSON.stringify(before.attributes) === JSON.stringify(gone.has(entity_id) ? before.attributes : attributes);
      if (isSame) {
        // Sensors are polled; what is set is written down only when it changes.
        if (entity_id.startsWith('sensor.')) entities.set(entity_id, { ...before, last_reported: at });
        continue;
      }
      const after: HubEntity = {
        entity_id,
        state,
        attributes,
        last_changed: before?.state === state ? before.last_changed : at,
        last_updated: at,
        last_reported: at,
        context: { id: contextId, parent_id: null, user_id: null },
      };
      entities.set(entity_id, after);
      changes.push({ before, after });
    }
    return changes;
  };

  const SERVICES: Readonly<Record<string, (data: Readonly<Record<string, unknown>>) => void>> = {
    'switch.turn_on switch.boiler': () => house.switchLoad(loadId, true),
    'switch.turn_off switch.boiler': () => house.switchLoad(loadId, false),
    'number.set_value number.charge_current': ({ value }) => {
      currentA = numberOf(value, 0, 200);
      house.setChargeLimitA(currentA);
    },
    'climate.set_temperature climate.living_room': ({ temperature }) => {
      targetTempC = numberOf(temperature, 5, 30);
    },
    'climate.set_hvac_mode climate.living_room': ({ hvac_mode }) => {
      mode = optionOf(hvac_mode, MODES);
    },
    'input_select.select_option input_select.house_mode': ({ option }) => {
      houseMode = optionOf(option, HOUSE_MODES);
    },
  };

  refresh();
  return {
    refresh,
    get: (id: string): HubEntity | undefined => entities.get(id),
    list: (): readonly HubEntity[] => [...entities.values()],
    /** Throws a ServiceError; does nothing where `acts` is false, and says so as little as a real one. */
    run: (domain: string, service: string, data: Readonly<Record<string, unknown>>, acts: boolean): void => {
      const ids = [data['entity_id']].flat().filter((id) => typeof id === 'string');
      if (!Object.keys(SERVICES).some((known) => known.startsWith(`${domain}.${service} `)))
        throw new ServiceError('not_found', `Service ${domain}.${service} not found.`);
      for (const id of ids) {
        const serve = SERVICES[`${domain}.${service} ${id}`];
        // Home Assistant only warns of entities that it does not know.
        if (serve && acts && !gone.has(id)) serve(data);
      }
    },
    setAvailable: (id: string, isAvailable: boolean): void => void (isAvailable ? gone.delete(id) : gone.add(id)),
  };
};

import { describe, expect, it } from 'vitest';
import { hubChannels, hubConnectionSchema } from '../../../../main/devices/home-assistant/channels.ts';
import { type EntityLine, parseEntityLines } from '../../../../main/devices/home-assistant/entity-line.ts';
import type { EntityState } from '../../../../main/devices/home-assistant/messages.ts';
import {
  companionReadings,
  entityReadings,
  serviceOf,
  setpointOf,
} from '../../../../main/devices/home-assistant/readings.ts';
import { suggestedLines } from '../../../../main/devices/home-assistant/suggest.ts';
import { HUB_ENTITIES } from '../../../../main/devices/simulator/home-assistant-entities.ts';
import { channelId } from '../../../../main/ids.ts';

const lineOf = (text: string): EntityLine => {
  const { lines, problems } = parseEntityLines(text);
  const [line] = lines;
  if (!line) throw new Error(problems[0]?.message);
  return line;
};
const stateOf = (entity_id: string, state: string, attributes: Record<string, unknown> = {}): EntityState => ({
  entity_id,
  state,
  attributes,
});
const CELSIUS = { temperature: '°C' };
const FAHRENHEIT = { temperature: '°F' };
const TIMES = { measuredAt: 1, receivedAt: 2 };

describe('the lines of entities', () => {
  it('become channels', () => {
    const channels = hubChannels({ host: 'h', port: 1, options: { entities: HUB_ENTITIES } });
    expect(
      channels.map(
        ({ channelId: id, control, suggestedRole }) => `${id} ${suggestedRole} ${control?.control.kind ?? '-'}`,
      ),
    ).toEqual([
      'sensor.grid_power grid -',
      'sensor.solar_power pv -',
      'sensor.home_battery battery -',
      'sensor.grid_import none -',
      'switch.boiler water-heater switch',
      'number.charge_current none number',
      'climate.living_room climate number',
      'climate.living_room:mode none choice',
      'input_select.house_mode none choice',
    ]);
    expect(channels[4]?.metrics).toEqual(['on', 'powerW', 'energyKwh']);
    expect(channels[4]?.control?.effect.kind).toBe('power-follows-switch');
    expect(channels[6]?.control?.defaultSafeState).toBe(18);
    // Off could freeze a house.
    expect(channels[7]?.control?.defaultSafeState).toBe('auto');
  });

  it.each([
    ['sensor.x', 'write it as entity = role'],
    ['Sensor.X = grid', 'write it as entity = role'],
    ['sensor.x = metre', '"metre" is no role'],
    ['cover.x = none', '"cover.x" can be no channel'],
    [`sensor.${'x'.repeat(60)} = none`, 'shorter id'],
    ['sensor.x = grid unit=W', '"unit" has no meaning for sensor'],
    ['sensor.x = grid metric=watt', '"watt" is unknown'],
    ['switch.x = ev power=switch.y', 'a sensor is needed'],
    ['switch.x = ev safe=maybe', 'safe= is on or off'],
    ['number.x = none min=1', 'min= and a larger max='],
    ['number.x = none min=5 max=1', 'min= and a larger max='],
    ['number.x = none min=0 max=5 safe=9', 'safe= must lie between'],
    ['number.x = none min=a max=5', '"a" is no number'],
    ['climate.x = climate modes=heat', 'at least two different values'],
    ['input_select.x = none options=a,b safe=c', 'safe= must be one of'],
    ['sensor.x = grid\nsensor.x = pv', 'stands there twice'],
    ['', 'there is no entity'],
  ])('%j: %s', (text, why) => {
    expect(
      parseEntityLines(text)
        .problems.map(({ message }) => message)
        .join(),
    ).toContain(why);
  });

  it('name the line in the failure of the form', () => {
    const parsed = hubConnectionSchema.safeParse({
      host: 'h',
      port: 1,
      options: { entities: '# mine\nsensor.x = moon' },
    });
    expect(parsed.error?.issues[0]).toMatchObject({ path: ['options', 'entities'] });
    expect(parsed.error?.issues[0]?.message).toMatch(/^line 2: "moon" is no role/);
  });
});

describe('states', () => {
  it.each([
    ['sensor.a = none', '1.5', { unit_of_measurement: 'kW', device_class: 'power' }, 'powerW 1500'],
    ['sensor.a = none', '2500', { unit_of_measurement: 'Wh' }, 'energyKwh 2.5'],
    ['sensor.a = none metric=energyImportKwh', '3', { unit_of_measurement: 'MWh' }, 'energyImportKwh 3000'],
    ['sensor.a = none', '212', { unit_of_measurement: '°F' }, 'tempC 100'],
    ['sensor.a = none', '63', { unit_of_measurement: '%', device_class: 'battery' }, 'socPct 63'],
    ['sensor.a = none', '63', { unit_of_measurement: '%', device_class: 'humidity' }, 'humidityPct 63'],
    ['sensor.a = none', '63', { unit_of_measurement: '%' }, ''],
    ['sensor.a = none metric=socPct', '63', { unit_of_measurement: '%' }, 'socPct 63'],
    ['sensor.a = none', '9', { unit_of_measurement: 'kWh', device_class: 'energy_storage' }, 'capacityKwh 9'],
    ['sensor.a = none', '0.3', { unit_of_measurement: 'EUR/kWh' }, ''],
    ['sensor.a = none', '5', {}, ''],
    ['sensor.a = none', 'unavailable', { unit_of_measurement: 'W' }, ''],
    ['sensor.a = none', 'unknown', { unit_of_measurement: 'W' }, ''],
    ['sensor.a = none', '', { unit_of_measurement: 'W' }, ''],
    ['sensor.a = none', '0x10', { unit_of_measurement: 'W' }, ''],
    ['sensor.a = none', '12 W', { unit_of_measurement: 'W' }, ''],
    ['sensor.a = none', '1,5', { unit_of_measurement: 'W' }, ''],
    ['sensor.a = none', 'Infinity', { unit_of_measurement: 'W' }, ''],
    ['switch.a = ev', 'on', {}, 'on 1'],
    ['light.a = none', 'off', {}, 'on 0'],
    ['input_boolean.a = none', 'unavailable', {}, ''],
    ['number.a = none unit=kW min=0 max=5', '2.5', {}, 'setpointW 2500'],
    ['number.a = none', '2.5', {}, ''],
    ['climate.a = climate', 'heat', { current_temperature: null, temperature: 21 }, 'targetTempC 21'],
    ['climate.a = climate', 'unavailable', { current_temperature: 20 }, ''],
  ])('%s in the state %j with %j brings %j', (text, state, attributes, expected) => {
    const readings = entityReadings(lineOf(text), stateOf('any', state, attributes), CELSIUS, TIMES);
    expect(readings.map(({ metric, value }) => `${metric} ${Math.round(value * 1e6) / 1e6}`).join(' ')).toBe(expected);
  });

  it('take power of a plug from its companion only where it is power', () => {
    const line = lineOf('switch.a = ev power=sensor.p');
    const read = (unit: string) =>
      companionReadings(line, 'powerW', stateOf('sensor.p', '1.2', { unit_of_measurement: unit }), TIMES);
    expect(read('kW')).toMatchObject([{ channelId: 'switch.a', metric: 'powerW', value: 1_200 }]);
    expect(read('kWh')).toEqual([]);
  });

  it('are commanded by services, temperatures as the server wants them', () => {
    const call = (text: string, value: boolean | number | string, units = CELSIUS, suffix = '') => {
      const line = lineOf(text);
      const called = serviceOf(line, channelId(`${line.entityId}${suffix}`), value, units);
      return called && `${called.domain}.${called.service} ${JSON.stringify(called.data)}`;
    };
    expect(call('switch.a = ev', true)).toBe('switch.turn_on {}');
    expect(call('switch.a = ev', 'on')).toBeNull();
    expect(call('input_number.a = none min=0 max=10', 4)).toBe('input_number.set_value {"value":4}');
    expect(call('input_number.a = none min=0 max=10', 11)).toBeNull();
    expect(call('climate.a = climate', 20)).toBe('climate.set_temperature {"temperature":20}');
    expect(call('climate.a = climate', 20, FAHRENHEIT)).toBe('climate.set_temperature {"temperature":68}');
    expect(call('climate.a = climate', 31)).toBeNull();
    expect(call('climate.a = climate modes=off,heat', 'heat', CELSIUS, ':mode')).toBe(
      'climate.set_hvac_mode {"hvac_mode":"heat"}',
    );
    expect(call('climate.a = climate modes=off,heat', 'cool', CELSIUS, ':mode')).toBeNull();
    expect(call('water_heater.a = water-heater modes=off,eco', 'eco', CELSIUS, ':mode')).toBe(
      'water_heater.set_operation_mode {"operation_mode":"eco"}',
    );
    expect(call('select.a = none options=x,y', 'y')).toBe('select.select_option {"option":"y"}');
    expect(call('sensor.a = none', 1)).toBeNull();
  });

  it('say what is set', () => {
    const line = lineOf('climate.a = climate modes=off,heat');
    const state = stateOf('climate.a', 'heat', { temperature: 68 });
    expect(setpointOf(line, channelId('climate.a'), state, FAHRENHEIT)).toBe(20);
    expect(setpointOf(line, channelId('climate.a:mode'), state, FAHRENHEIT)).toBe('heat');
    expect(
      setpointOf(lineOf('switch.a = ev'), channelId('switch.a'), stateOf('switch.a', 'unavailable'), CELSIUS),
    ).toBeNull();
  });
});

describe('suggestions', () => {
  it('leave out what is no channel, what is ours, and batteries of remote controls', () => {
    const measured = (unit: string, device_class: string) => ({
      unit_of_measurement: unit,
      device_class,
      state_class: 'measurement',
    });
    const lines = suggestedLines(
      [
        stateOf('sensor.solar_inverter_power', '3.1', { ...measured('kW', 'power'), friendly_name: 'Inverter' }),
        stateOf('sensor.remote_level', '80', measured('%', 'battery')),
        stateOf('sensor.battery_soc', '80', measured('%', 'battery')),
        stateOf('sensor.commandcenter_grid_power', '80', measured('W', 'power')),
        stateOf('sensor.price', '0.3', { unit_of_measurement: 'EUR/kWh', state_class: 'measurement' }),
        stateOf('sun.sun', 'above_horizon'),
        stateOf('switch.wallbox', 'off'),
        stateOf('number.limit', '5', { min: 6, max: 16, step: 1, unit_of_measurement: 'A' }),
        stateOf('number.odd', '5', { min: 6, max: 16, unit_of_measurement: 'furlong' }),
        stateOf('select.mode', 'a', { options: ['a', 'b'] }),
        stateOf('climate.us', 'heat', { hvac_modes: ['off', 'heat'], min_temp: 45, max_temp: 86 }),
      ],
      true,
    );
    expect(lines.map(({ line }) => line)).toEqual([
      'sensor.solar_inverter_power = pv',
      'sensor.battery_soc = battery',
      'switch.wallbox = ev',
      'number.limit = none unit=A min=6 max=16 step=1',
      'select.mode = none options=a,b',
      'climate.us = climate min=7.22 max=30 modes=off,heat',
    ]);
    expect(lines[0]?.label).toBe('Inverter: 3.1 kW (as W)');
  });
});

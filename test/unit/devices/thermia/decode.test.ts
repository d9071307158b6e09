import { describe, expect, it } from 'vitest';
import { type ThermiaPoll, thermiaReadings } from '../../../../main/devices/thermia/decode.ts';
import { COILS, DISCRETE, HOLDINGS, INPUTS } from '../../../../main/devices/thermia/registers.ts';
import { fixtureText } from '../../../support/devices/fixture.ts';

const TABLE = fixtureText('thermia/genesis_modbus.csv')
  .split(/\r?\n/)
  .filter((line) => /^\w+,\d+,/.test(line))
  .map((line) => {
    const [kind = '', address, name = '', scale, , mega, inverter] = line.split(',');
    return {
      kind,
      address: Number(address),
      name,
      scale: Number(scale),
      mega: mega === 'yes',
      inverter: inverter === 'yes',
    };
  });
const entry = (kind: string, address: number) => TABLE.find((row) => row.kind === kind && row.address === address);

const EMPTY: ThermiaPoll = {
  inputs: { demand: null, temperatures: null, tank: null, power: null, energy: null, room: null },
  holdings: { comfort: null, hotWater: null },
  coils: { allowed: null },
  discrete: { alarms: null, compressor: null },
};
const read = (changes: { readonly [Part in keyof ThermiaPoll]?: Partial<ThermiaPoll[Part]> }) => {
  const poll = {
    inputs: { ...EMPTY.inputs, ...changes.inputs },
    holdings: { ...EMPTY.holdings, ...changes.holdings },
    coils: { ...EMPTY.coils, ...changes.coils },
    discrete: { ...EMPTY.discrete, ...changes.discrete },
  };
  const readings = thermiaReadings(poll, { measuredAt: 1, receivedAt: 2 });
  return Object.fromEntries(readings.map(({ channelId, metric, value }) => [`${channelId} ${metric}`, value]));
};

describe('the register table', () => {
  it.each([
    ['input', INPUTS],
    ['holding', HOLDINGS],
    ['coil', COILS],
    ['dinput', DISCRETE],
  ])('has every %s address that is read, in blocks of at most 16', (kind, blocks) => {
    for (const { start, count } of Object.values(blocks)) {
      expect(count).toBeLessThanOrEqual(16);
      for (let address = start; address < start + count; address += 1) {
        const isSecondWord = entry(kind, address - 1)?.name.includes('kwh_total') === true;
        expect(entry(kind, address) !== undefined || isSecondWord, `${kind} ${address}`).toBe(true);
      }
    }
  });

  it('says the scales that are used, and that the electric meter is for inverter models only', () => {
    expect(entry('input', 121)).toMatchObject({ name: 'input_room_temperature_sensor', scale: 10 });
    for (const [kind, address] of [
      ['input', 13],
      ['input', 12],
      ['input', 17],
      ['holding', 5],
      ['holding', 22],
      ['holding', 23],
    ] as const)
      expect(entry(kind, address)?.scale, `${kind} ${address}`).toBe(100);
    for (const address of [78, 79, 80, 83])
      expect(entry('input', address)).toMatchObject({ mega: false, inverter: true });
    expect(entry('coil', 8)?.name).toBe('coil_enable_tap_water');
    expect(entry('coil', 9)?.name).toBe('coil_enable_heat');
    expect(entry('dinput', 199)?.name).toBe('dinput_compressor_control_signal');
  });
});

describe('readings', () => {
  it('scale the room by ten and everything else by a hundred, with sign', () => {
    expect(
      read({
        inputs: {
          room: [215],
          temperatures: [7_810, 3_130, 3_510, 320, 60, 3_470, 0x1_0000 - 1_250],
          tank: [5_060, 4_480, 4_870, 3_400],
        },
        holdings: { comfort: [2_150], hotWater: [4_400, 5_400] },
      }),
    ).toEqual({
      'room tempC': 21.5,
      'room targetTempC': 21.5,
      'hot-water tempC': 48.7,
      'hot-water targetTempC': 54,
      'hot-water-start targetTempC': 44,
      'outdoor tempC': -12.5,
      'supply tempC': 34.7,
    });
  });

  it('leave out a sensor that is not there: 32767 is neither 327.67 °C nor 0', () => {
    const absent = 32_767;
    expect(
      read({
        inputs: {
          room: [absent],
          tank: [absent, absent, absent, absent],
          power: [absent, absent, absent],
          energy: [absent, absent],
          demand: [absent],
        },
      }),
    ).toEqual({});
    expect(read({ inputs: { power: [700, absent, absent] } })).toEqual({ 'heat-pump powerW': 700 });
  });

  it('add up the phases, read the long counter high word first, and name the gravest alarm', () => {
    expect(
      read({
        inputs: { power: [480, 470, 480], energy: [1, 4_587], demand: [98] },
        discrete: { alarms: [0, 1, 1], compressor: [0] },
      }),
    ).toEqual({
      'heat-pump powerW': 1_430,
      'heat-pump energyKwh': 70_123,
      'heat-pump stateCode': 98,
      'heat-pump faultCode': 2,
      'heat-pump on': 0,
    });
    expect(read({ discrete: { alarms: [0, 0, 0] }, coils: { allowed: [1, 0, 0] } })).toEqual({
      'heat-pump faultCode': 0,
      'allow-hot-water on': 1,
      'allow-heating on': 0,
    });
  });
});

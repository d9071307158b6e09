import { describe, expect, it } from 'vitest';
import { blockOf } from '../../../../main/devices/modbus/block.ts';
import { gxReadings } from '../../../../main/devices/victron/decode.ts';
import { byName } from '../../../support/simulated-house.ts';

const at = { measuredAt: 1, receivedAt: 2 };
const poll = (values: Record<number, number>, wide = true) => {
  const block = (start: number, count: number) =>
    blockOf(
      start,
      Array.from({ length: count }, (_, offset) => values[start + offset] ?? 0),
    );
  return {
    battery: block(840, 5),
    narrowAc: block(806, 21),
    wideAc: wide ? block(872, 42) : null,
    dcPv: block(850, 1),
    dcLoads: block(860, 1),
    setpoint: null,
    minimumSoc: null,
    limits: null,
    wideDischargeLimit: null,
    service: null,
  };
};

describe('registers of a GX', () => {
  it('divides by the scale and reads two’s complement', () => {
    const read = byName(gxReadings(poll({ 840: 527, 841: 65_536 - 123, 842: 65_536 - 648, 843: 71, 844: 2 }), at));
    expect(read).toMatchObject({
      'battery.voltageV': 52.7,
      'battery.currentA': -12.3,
      'battery.powerW': -648,
      'battery.socPct': 71,
    });
  });

  it('puts the high word first: 0x0001 0x86A0 is 100,000 W', () => {
    const read = byName(gxReadings(poll({ 826: 1, 902: 1, 903: 0x86a0, 908: 0xffff, 909: 0xfc18 }), at));
    expect(read).toMatchObject({ 'load.powerW': 100_000, 'grid.powerW': -1_000 });
  });

  it('adds AC-coupled solar of every position to the DC-coupled', () => {
    expect(byName(gxReadings(poll({ 850: 900, 885: 100, 891: 20, 897: 3 }), at))['pv.powerW']).toBe(1_023);
    expect(byName(gxReadings(poll({ 850: 900, 808: 100, 811: 20, 814: 3 }, false), at))['pv.powerW']).toBe(1_023);
  });

  it('tells a grid at 0 W from no grid measurement', () => {
    expect(byName(gxReadings(poll({ 826: 1 }), at))['grid.powerW']).toBe(0);
    expect(byName(gxReadings(poll({ 826: 240 }), at))['grid.powerW']).toBe(0);
    expect(byName(gxReadings(poll({ 826: 0 }), at))).not.toHaveProperty('grid.powerW');
  });

  it('counts loads on the DC side', () => {
    expect(byName(gxReadings(poll({ 860: 40, 903: 500 }), at))['load.powerW']).toBe(540);
    expect(byName(gxReadings(poll({}), at))).not.toHaveProperty('load.powerW');
  });

  it('keeps 0 % beside a voltage as suspect, and drops all of a battery without both', () => {
    const soc = gxReadings(poll({ 840: 480 }), at).find(({ metric }) => metric === 'socPct');
    expect(soc).toMatchObject({ value: 0, quality: 'suspect' });
    expect(byName(gxReadings(poll({ 842: 500 }), at))).not.toHaveProperty('battery.powerW');
    expect(byName(gxReadings(poll({ 842: 500, 843: 60 }), at))).toMatchObject({ 'battery.socPct': 60 });
  });
});

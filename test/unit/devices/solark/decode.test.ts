import { describe, expect, it } from 'vitest';
import { blockOf } from '../../../../main/devices/modbus/block.ts';
import { firstFault, solarkReadings } from '../../../../main/devices/solark/decode.ts';
import { byName } from '../../../support/simulated-house.ts';

const at = { measuredAt: 1, receivedAt: 2 };
const block = (start: number, count: number, values: Record<number, number>) =>
  blockOf(
    start,
    Array.from({ length: count }, (_, offset) => values[start + offset] ?? 0),
  );
const poll = (values: Record<number, number>) => ({
  fastGrid: block(150, 20, values),
  fastPower: block(170, 20, values),
  fastBattery: block(190, 5, values),
});

describe('registers of an inverter', () => {
  it('turns discharge round: 1,500 W and 28.41 A out of the battery are negative here', () => {
    const read = byName(solarkReadings(poll({ 182: 1_235, 183: 5_280, 184: 47, 190: 1_500, 191: 2_841 }), at));
    expect(read).toMatchObject({
      'battery.powerW': -1_500,
      'battery.currentA': -28.41,
      'battery.voltageV': 52.8,
      'battery.socPct': 47,
      'battery.tempC': 23.5,
    });
  });

  it('reads two’s complement', () => {
    const read = byName(solarkReadings(poll({ 172: 65_536 - 2_400, 183: 5_280, 184: 1, 190: 65_536 - 900 }), at));
    expect(read).toMatchObject({ 'grid.powerW': -2_400, 'battery.powerW': 900 });
  });

  it('has no battery without a voltage and no temperature without a sensor', () => {
    expect(Object.keys(byName(solarkReadings(poll({}), at))).filter((name) => name.startsWith('battery'))).toEqual([]);
    expect(byName(solarkReadings(poll({ 183: 5_200, 184: 50 }), at))).not.toHaveProperty('battery.tempC');
  });

  it('keeps 0 % as suspect', () => {
    const soc = solarkReadings(poll({ 183: 5_200 }), at).find(({ metric }) => metric === 'socPct');
    expect(soc).toMatchObject({ value: 0, quality: 'suspect' });
  });

  it('numbers faults as the manual does', () => {
    expect(firstFault([0, 0, 0, 0])).toBe(0);
    expect(firstFault([1, 0, 0, 0])).toBe(1);
    expect(firstFault([0, 0b100, 0, 0])).toBe(19);
    expect(firstFault([0, 0, 0, 0x8000])).toBe(64);
  });
});

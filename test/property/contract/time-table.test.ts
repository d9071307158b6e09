import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseTimeTable, type TimeTableSlot, timeTableText } from '../../../preload/contract/time-table.ts';

const tables: fc.Arbitrary<readonly TimeTableSlot[]> = fc
  .uniqueArray(
    fc.record({
      startMinute: fc.integer({ min: 0, max: 1439 }),
      powerW: fc.integer({ min: 0, max: 100_000 }),
      socPct: fc.integer({ min: 0, max: 100 }),
      gridCharge: fc.boolean(),
      generatorCharge: fc.boolean(),
      sell: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8, selector: ({ startMinute }) => startMinute },
  )
  .map((slots) => [...slots].sort((a, b) => a.startMinute - b.startMinute));

it('reads back every table that it writes, and equal tables are equal texts', () => {
  fc.assert(
    fc.property(tables, fc.boolean(), (slots, inForce) => {
      const text = timeTableText(slots, inForce);
      const again = parseTimeTable(text);
      expect(again).toEqual({ slots, inForce });
      expect('slots' in again && timeTableText(again.slots, again.inForce)).toBe(text);
    }),
  );
});

it('refuses what is out of order and never throws on any text', () => {
  fc.assert(
    fc.property(tables, (slots) => {
      if (slots.length > 1) expect(parseTimeTable(timeTableText([...slots].reverse()))).toHaveProperty('problem');
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      const parsed = parseTimeTable(text);
      expect('problem' in parsed || parsed.slots.length > 0).toBe(true);
    }),
  );
});

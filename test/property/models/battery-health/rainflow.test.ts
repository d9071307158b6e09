import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRainflow, rainflow } from '../../../../models/battery-health/rainflow.ts';

const series = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 200 });

/** Counts by range; where equal ranges follow each other, one whole cycle is as good as two halves. */
const totals = (counts: readonly string[]): Readonly<Record<string, number>> => {
  const sum: Record<string, number> = {};
  for (const each of counts) {
    const [range = '', count = ''] = each.split('/');
    sum[range] = (sum[range] ?? 0) + Number(count);
  }
  return sum;
};

/** ASTM E1049-85, 5.4.4, word for word, as an independent judge: range totals of full and half cycles. */
const asWritten = (values: readonly number[]): Readonly<Record<string, number>> => {
  const turns = values.filter((value, index) => {
    if (index > 0 && value === values[index - 1]) return false;
    const next = values.slice(index + 1).find((other) => other !== value);
    const before = values.slice(0, index).findLast((other) => other !== value);
    return next === undefined || before === undefined || next > value === before > value;
  });
  const counts: string[] = [];
  const points: number[] = [];
  const range = (back: number): number => Math.abs((points.at(-back) ?? 0) - (points.at(-back - 1) ?? 0));
  for (const point of turns) {
    points.push(point);
    while (points.length >= 3 && range(1) >= range(2)) {
      if (points.length === 3) {
        counts.push(`${range(2)}/0.5`);
        points.shift();
      } else {
        counts.push(`${range(2)}/1`);
        points.splice(-3, 2);
      }
    }
  }
  for (let index = 1; index < points.length; index += 1)
    counts.push(`${Math.abs((points[index] ?? 0) - (points[index - 1] ?? 0))}/0.5`);
  return totals(counts);
};

describe('rainflow counting', () => {
  it('keeps the whole way: ranges of all cycles add up to every rise and fall', () => {
    fc.assert(
      fc.property(series, (values) => {
        const way = values.slice(1).reduce((sum, value, index) => sum + Math.abs(value - (values[index] ?? 0)), 0);
        const counted = rainflow(values).reduce((sum, each) => sum + 2 * each.count * each.depth, 0);
        expect(counted).toBeCloseTo(way, 6);
      }),
    );
  });

  it('counts what the standard counts', () => {
    fc.assert(
      fc.property(series, (values) => {
        const counted = rainflow(values).map((each) => `${each.depth}/${each.count}`);
        expect(totals(counted)).toEqual(asWritten(values));
      }),
      { numRuns: 300 },
    );
  });

  it('is the same in one go and value by value, and its widest range is that of the series', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 100 }), (values) => {
        const counter = createRainflow();
        const streamed = values.flatMap((value) => [...counter.push(value)]);
        expect([...streamed, ...counter.open()]).toEqual(rainflow(values));
        const widest = Math.max(0, ...rainflow(values).map((each) => each.depth));
        expect(widest).toBe(Math.max(...values) - Math.min(...values));
      }),
    );
  });
});

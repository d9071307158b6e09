import type { Measure } from '../../../preload/contract/base.ts';

/** Ways in which a reading is wrong. */
export const DEFECTS = ['absent', 'not-a-number', 'spike', 'zero', 'late', 'stale', 'future'] as const;
export type Defect = (typeof DEFECTS)[number] | 'none';

/** The measure as everybody gets to see it. */
export const bent = (measure: Measure, how: Defect, now: number): Measure => {
  switch (how) {
    case 'none':
      return measure;
    case 'absent':
      return { ...measure, value: null, measuredAt: null, freshness: 'absent' };
    case 'not-a-number':
      return { ...measure, value: Number.NaN };
    case 'spike':
      return { ...measure, value: 1e9 };
    case 'zero':
      return { ...measure, value: 0 };
    case 'late':
      return measure.freshness === 'fresh' ? { ...measure, freshness: 'late' } : measure;
    case 'stale':
      return { ...measure, measuredAt: now - 600_000, freshness: 'stale' };
    case 'future':
      return { ...measure, measuredAt: now + 600_000 };
  }
};

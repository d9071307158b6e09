import { z } from 'zod';
import type { EnsembleDesign } from '../../../models/ensemble/types.ts';
import { inGroup } from '../../../models/features/inputs.ts';
import { lagDays } from '../../../models/features/lags.ts';
import { rollingHours, rollingSameHour } from '../../../models/features/rolling.ts';
import { createExtraTrees } from '../../../models/learners/extra-trees.ts';
import { createRidge } from '../../../models/learners/ridge.ts';

/** A small honest design for tests of what works with any design: the same hour of days before, two learners, two experts. */
export const plainDesign: EnsembleDesign<{ readonly highest: number }> = {
  target: 'load',
  features: inGroup('all', [
    { name: 'week', unit: 'W', doc: 'Mean of the same hour over 7 days.' },
    { name: 'yesterday', unit: 'W', doc: 'The same hour of the day before.' },
    { name: 'lastDay', unit: 'W', doc: 'Mean of the last 24 hours.' },
    { name: 'hourSin', unit: '', doc: 'Sine of the local hour.' },
    { name: 'hourCos', unit: '', doc: 'Cosine of the local hour.' },
    { name: 'weekday', unit: '1 to 7', doc: 'The local weekday, Monday first.' },
  ]),
  experts: ['week', 'yesterday'],
  learners: () => [createRidge(), createExtraTrees({ trees: 30 })],
  historyHours: 7 * 24,
  isTrainingOrigin: (frame, origin) => frame.hour[origin] === 0,
  prepare: (frame, origin) => ({
    highest: frame.values
      .subarray(0, origin)
      .reduce((most, value) => (Number.isNaN(value) ? most : Math.max(value, most)), 0),
  }),
  readPrepared: (value) => z.strictObject({ highest: z.number() }).parse(value),
  rows: (frame, origin, horizon) => {
    const lastDay = rollingHours(frame, origin, 24).mean;
    return Array.from({ length: Math.min(horizon, frame.hours - origin) }, (_, lead) => {
      const target = origin + lead;
      const week = rollingSameHour(frame, origin, target, 7).mean;
      const yesterday = lagDays(frame, origin, target, 1 + Math.floor(lead / 24));
      const angle = (2 * Math.PI * (frame.hour[target] ?? 0)) / 24;
      const or = (value: number): number => (Number.isFinite(value) ? value : week);
      const features = [week, or(yesterday), or(lastDay), Math.sin(angle), Math.cos(angle), frame.weekday[target] ?? 1];
      return { target, lead, base: week, scale: 500, features, experts: [week, or(yesterday)] };
    }).filter((row) => Number.isFinite(row.base));
  },
  simple: (frame, origin) => ({
    naive: (target) => lagDays(frame, origin, target, 1 + Math.floor((target - origin) / 24)),
    baseline: (target) => rollingSameHour(frame, origin, target, 7).mean,
  }),
  bounds: ({ highest }) => ({ low: 0, high: highest * 1.5 }),
};

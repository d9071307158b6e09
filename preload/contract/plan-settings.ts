import { z } from 'zod';
import { channelIdSchema, deviceIdSchema } from './base.ts';
import { within } from './bounds.ts';

/** What a person wants of the planner: the aim, how careful it is, the battery, and what each load has to do. */
const clockTimeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write a time as 06:30.');
/** 1 = Monday to 7 = Sunday; empty is every day. */
const weekdaysSchema = z.array(z.number().int().min(1).max(7)).max(7).default([]);

const channelSchema = z.strictObject({ deviceId: deviceIdSchema, channelId: channelIdSchema });

/** What a load is to do. Times are by the home's wall clock; `from` later than `to` runs over midnight. */
export const loadWishSchema = z.discriminatedUnion('kind', [
  /** It runs where a kWh costs less than it earns: miners. */
  z.strictObject({ kind: z.literal('value'), valuePerKwh: z.number().min(0).max(100) }),
  /** So many minutes between two times of each of the days. */
  z.strictObject({
    kind: z.literal('run'),
    minutes: z.number().int().min(5).max(1_440),
    from: clockTimeSchema,
    to: clockTimeSchema,
    days: weekdaysSchema,
    inOnePiece: z.boolean(),
  }),
  /** So much energy between two times of each of the days: a car. `minKw` is the least that it charges with. */
  z.strictObject({
    kind: z.literal('energy'),
    energyKwh: z.number().positive().max(1_000),
    from: clockTimeSchema,
    to: clockTimeSchema,
    days: weekdaysSchema,
    minKw: z.number().min(0).max(1_000),
    maxKw: z.number().positive().max(1_000),
  }),
  /** A tank that is kept between two temperatures, with what the home draws from it in a day. */
  z.strictObject({
    kind: z.literal('tank'),
    litres: z.number().positive().max(10_000),
    minC: within(5, 95, '°C'),
    maxC: within(5, 95, '°C'),
    /** Measured in the tank; without it the model alone says how warm it is. */
    sensor: channelSchema.nullable(),
    drawKwhPerDay: z.number().min(0).max(1_000),
    /** Heat that comes out per kWh of electricity. */
    heatPerKwh: z.number().positive().max(10),
  }),
  /** A zone that is kept between two temperatures by heating or cooling; how it reacts is learnt. */
  z.strictObject({
    kind: z.literal('comfort'),
    minC: within(5, 35, '°C'),
    maxC: within(5, 35, '°C'),
    sensor: channelSchema,
    direction: z.enum(['heat', 'cool']),
    heatPerKwh: z.number().positive().max(10),
  }),
]);
export type LoadWish = z.infer<typeof loadWishSchema>;

export const plannedLoadSchema = z.strictObject({
  deviceId: deviceIdSchema,
  channelId: channelIdSchema,
  wish: loadWishSchema,
  /** Money for each start: wear of a machine that does not like it. */
  startCost: z.number().min(0).max(1_000),
});
export type PlannedLoad = z.infer<typeof plannedLoadSchema>;

export const planSettingsSchema = z.strictObject({
  /** Off: no plan is made, and rules and tiers go on as before. */
  enabled: z.boolean(),
  aim: z.strictObject({
    /** 1 counts money as it is; 0 plans without it. */
    money: z.number().min(0).max(10),
    /** Money that a kg of CO2 is worth to the person. */
    perKgCo2: z.number().min(0).max(100),
    /** Money that each kWh not bought is worth to the person, beside its price. */
    perImportedKwh: z.number().min(0).max(100),
  }),
  reserve: z.strictObject({
    /** How far from the middle forecast (0) to the poor one (1: p10 of the sun, p90 of the load) the reserve reaches. */
    towardsPoorCase: z.number().min(0).max(1),
    /** The charge to have before a storm; null leaves storms alone. */
    beforeStormPct: within(0, 100, '%').nullable(),
  }),
  battery: z.strictObject({
    chargeEfficiencyPct: within(50, 100, '%'),
    dischargeEfficiencyPct: within(50, 100, '%'),
    standingLossPctPerDay: within(0, 20, '%'),
    /** Money for each kWh that goes in and each that comes out. */
    wearPerKwh: z.number().min(0).max(10),
    /** Whether it may be charged from the grid, and feed the grid. */
    fromGrid: z.boolean(),
    toGrid: z.boolean(),
  }),
  loads: z.array(plannedLoadSchema).max(50),
  /** A new plan replaces the one in force only if it is better by so much money on the same data. */
  keepUnlessBetterBy: z.number().min(0).max(1_000),
});
export type PlanSettings = z.infer<typeof planSettingsSchema>;

export const DEFAULT_PLAN_SETTINGS: PlanSettings = {
  enabled: true,
  aim: { money: 1, perKgCo2: 0, perImportedKwh: 0 },
  reserve: { towardsPoorCase: 0.5, beforeStormPct: 90 },
  battery: {
    chargeEfficiencyPct: 95,
    dischargeEfficiencyPct: 95,
    standingLossPctPerDay: 0.5,
    wearPerKwh: 0.02,
    fromGrid: true,
    toGrid: false,
  },
  loads: [],
  keepUnlessBetterBy: 0.05,
};

/** Rules between fields: a sentence for each field that is wrong, such as `loads.0`. */
export const planSettingsProblems = (settings: PlanSettings): Readonly<Record<string, string>> => {
  const problems: Record<string, string> = {};
  const seen = new Set<string>();
  for (const [place, { deviceId, channelId, wish }] of settings.loads.entries()) {
    const field = `loads.${place}`;
    const key = `${deviceId} ${channelId}`;
    if (seen.has(key)) problems[field] = 'This load is listed twice: keep one of the two.';
    seen.add(key);
    if ((wish.kind === 'tank' || wish.kind === 'comfort') && wish.maxC - wish.minC < 0.5)
      problems[field] = 'The upper temperature must lie at least half a degree above the lower one.';
    if (wish.kind === 'energy' && wish.minKw > wish.maxKw)
      problems[field] = 'The least power must not lie above the most.';
  }
  const { money, perKgCo2, perImportedKwh } = settings.aim;
  if (money + perKgCo2 + perImportedKwh <= 0)
    problems['aim.money'] = 'Something has to count: money, carbon or the energy that is bought.';
  return problems;
};

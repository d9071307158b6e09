import type { BatteryLife } from './life.ts';
import { ageingRates, type BatteryUse, type Chemistry, literatureLossPct } from './stress.ts';

/** What wears this battery most, as data for a sentence: what it costs and what would be better. */
export interface HealthAdvice {
  readonly code: 'deep-cycles' | 'heat' | 'full-at-rest' | 'high-rate';
  /** Points of capacity over ten years that would be kept. */
  readonly savesPct: number;
  /** What is now, and what would be better, in `unit`. */
  readonly now: number;
  readonly better: number;
  readonly unit: '%' | '°C' | 'C';
  readonly sentence: string;
}

const DAYS = 3652;
/** Less than this over ten years is not worth a sentence. */
const LEAST_PCT = 0.3;

/** The dearest first; empty where nothing would help much. `fullCyclesPerDay` as measured. */
export const healthAdvice = (
  chemistry: Chemistry,
  life: BatteryLife,
  fullCyclesPerDay: number,
): readonly HealthAdvice[] => {
  const { use } = life;
  const lossOf = (changed: Partial<BatteryUse>): number =>
    literatureLossPct(ageingRates(chemistry, { ...use, ...changed }), DAYS, fullCyclesPerDay * DAYS);
  const asItIs = lossOf({});
  const round = (value: number): number => Math.round(value * 10) / 10;
  const all: readonly Omit<HealthAdvice, 'savesPct'>[] = [
    {
      code: 'deep-cycles',
      now: round(use.depthPct),
      better: 60,
      unit: '%',
      sentence: 'Cycles go deep: a higher minimum charge makes them shallower.',
    },
    {
      code: 'heat',
      now: round(use.temperatureC),
      better: 22,
      unit: '°C',
      sentence: 'The battery is warm: a cooler place or more air around it makes it last.',
    },
    {
      code: 'full-at-rest',
      now: round(use.meanSocPct),
      better: 55,
      unit: '%',
      sentence:
        'It stands at a high charge for long: charge it later in the day, or not to the top while the sun is plenty.',
    },
    {
      code: 'high-rate',
      now: round(use.rateC),
      better: 0.3,
      unit: 'C',
      sentence: 'It is charged or discharged fast for its size: a lower power limit spares it.',
    },
  ];
  const changes: Readonly<Record<HealthAdvice['code'], Partial<BatteryUse>>> = {
    'deep-cycles': { depthPct: 60 },
    heat: { temperatureC: 22 },
    'full-at-rest': { meanSocPct: 55 },
    'high-rate': { rateC: 0.3 },
  };
  return all
    .filter((each) => each.now > each.better)
    .map((each) => ({ ...each, savesPct: round(asItIs - lossOf(changes[each.code])) }))
    .filter((each) => each.savesPct >= LEAST_PCT)
    .toSorted((one, other) => other.savesPct - one.savesPct);
};

import { solveCholesky } from '../../../models/learners/ridge.ts';

/** How a zone answers: one capacity that loses heat to the outside (the simplest RC model), and what else warms it. */
export interface ThermalModel {
  readonly capacityKwhPerK: number;
  readonly lossKwPerK: number;
  /** Mean heat of people, devices and sun, kW. */
  readonly gainKw: number;
  readonly learnt: boolean;
}

/** One hour: temperature at its mean, of the air outside, and the electric power of the heating, kW. */
export interface ThermalHour {
  readonly at: number;
  readonly insideC: number;
  readonly outsideC: number;
  readonly powerKw: number;
}

const HOUR_MS = 3_600_000;
/** Two days of pairs of hours, of which some heat: less says nothing of a house. */
const LEAST_PAIRS = 48;
const LEAST_HEATED = 6;
/** Bounds outside which a fit is a coincidence: a light room to a heavy house, hours to a week and a half. */
const CAPACITY = { least: 0.2, most: 40 } as const;
const TIME_CONSTANT_H = { least: 4, most: 250 } as const;
const MOST_GAIN_KW = 5;

/** A heated zone of about 100 m² of ordinary build: 20 h until two thirds of a step outside have come in. */
export const USUAL_ZONE: ThermalModel = { capacityKwhPerK: 4, lossKwPerK: 0.2, gainKw: 0.3, learnt: false };

interface Pair {
  readonly riseC: number;
  readonly heatKw: number;
  readonly lossC: number;
}

const pairsOf = (hours: readonly ThermalHour[], heatPerKwh: number): readonly Pair[] =>
  hours.flatMap((hour, place): readonly Pair[] => {
    const next = hours[place + 1];
    if (next === undefined || next.at - hour.at !== HOUR_MS) return [];
    return [
      {
        riseC: next.insideC - hour.insideC,
        // Means of hours lie half an hour apart from their ends: the rise between two means comes of both hours.
        heatKw: (heatPerKwh * (hour.powerKw + next.powerKw)) / 2,
        lossC: (hour.outsideC + next.outsideC - hour.insideC - next.insideC) / 2,
      },
    ];
  });

/** Least squares of rise = a·heat + b·(outside − inside) + c, each column scaled to its spread for the sake of the digits. */
const solve = (pairs: readonly Pair[]): readonly [number, number, number] => {
  const columns = (pair: Pair): readonly number[] => [pair.heatKw, pair.lossC, 1];
  const size = 3;
  const scale = Array.from({ length: size }, (_, column) =>
    Math.max(1e-6, Math.sqrt(pairs.reduce((all, pair) => all + (columns(pair)[column] ?? 0) ** 2, 0) / pairs.length)),
  );
  const square = new Float64Array(size * size);
  const side = new Float64Array(size);
  for (const pair of pairs) {
    const row = columns(pair).map((value, column) => value / (scale[column] ?? 1));
    for (let one = 0; one < size; one += 1) {
      side[one] = (side[one] ?? 0) + (row[one] ?? 0) * pair.riseC;
      for (let other = 0; other < size; other += 1)
        square[one * size + other] = (square[one * size + other] ?? 0) + (row[one] ?? 0) * (row[other] ?? 0);
    }
  }
  for (let column = 0; column < size; column += 1)
    square[column * size + column] = (square[column * size + column] ?? 0) + 1e-6;
  const solved = solveCholesky(square, side);
  const [a = 0, b = 0, c = 0] = Array.from(solved, (value, column) => value / (scale[column] ?? 1));
  return [a, b, c];
};

/**
 * The zone's model from hours of its past: dT/dt = (heat + gain + loss × (outside − inside)) / capacity, fitted by least
 * squares over the rise from hour to hour. `heatPerKwh` is negative for cooling. What does not come out within the bounds of
 * real houses is not believed, and the usual zone stands in.
 */
export const fitThermalModel = (hours: readonly ThermalHour[], heatPerKwh: number): ThermalModel => {
  const pairs = pairsOf(hours, heatPerKwh);
  const heated = pairs.filter(({ heatKw }) => Math.abs(heatKw) > 0.1).length;
  if (pairs.length < LEAST_PAIRS || heated < LEAST_HEATED || pairs.length - heated < LEAST_HEATED) return USUAL_ZONE;
  const [perHeat, perLoss, constant] = solve(pairs);
  if (perHeat <= 0 || perLoss <= 0) return USUAL_ZONE;
  const capacityKwhPerK = 1 / perHeat;
  const gainKw = constant * capacityKwhPerK;
  const inBounds =
    capacityKwhPerK >= CAPACITY.least &&
    capacityKwhPerK <= CAPACITY.most &&
    1 / perLoss >= TIME_CONSTANT_H.least &&
    1 / perLoss <= TIME_CONSTANT_H.most &&
    Math.abs(gainKw) <= MOST_GAIN_KW;
  if (!inBounds) return USUAL_ZONE;
  return { capacityKwhPerK, lossKwPerK: perLoss * capacityKwhPerK, gainKw, learnt: true };
};

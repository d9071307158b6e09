/**
 * Trains the decision model on the first 60 % of each home and judges it on the rest, beside the rule "charge above x" whose
 * x is the best on the same training rows. `node test/bench/decision/backtest.ts [DATA]`
 */
import { loadTensorflow } from '../../../main/tensorflow.ts';
import { fitDecision } from '../../../models/decision/decision-model.ts';
import { type DecisionScore, scoreDecisions } from '../../../models/decision/decision-score.ts';
import { type DecisionRow, replayRows } from '../../../models/decision/rows.ts';
import { eschborn, fontana } from './homes.ts';

const data = process.argv[2] ?? '../shared/data';
const { tf, name } = await loadTensorflow();
console.log(`backend ${name}`);

/** Loads that a battery of this size can be asked to bear: no run takes more than half of it. */
const runsOf = (capacityKwh: number) =>
  [500, 1000, 1500, 2000, 3000]
    .flatMap((powerW) => [1, 2, 3, 4].map((hours) => ({ powerW, hours })))
    .filter(({ powerW, hours }) => (powerW * hours) / 1000 <= capacityKwh / 2);
const pct = (share: number): string => `${(100 * share).toFixed(1)} %`.padStart(8);
const line = (title: string, score: DecisionScore): void =>
  console.log(
    `${title.padEnd(26)} rows ${score.rows}, base rate ${pct(score.baseRate)}, accuracy ${pct(score.accuracy)}, precision ${pct(score.precision)}, recall ${pct(score.recall)}, Brier ${score.brier.toFixed(4)} (base rate ${(score.baseRate * (1 - score.baseRate)).toFixed(4)})`,
  );

/** The charge above which a run is best said to end well, on these rows. */
const bestRule = (rows: readonly DecisionRow[]): number => {
  const accuracy = (x: number): number => rows.filter((row) => (row.features[0] ?? 0) > x === row.good).length;
  return Array.from({ length: 21 }, (_, step) => step * 5).reduce(
    (best, x) => (accuracy(x) > accuracy(best) ? x : best),
    0,
  );
};

for (const home of [eschborn(data), ...['01', '03', '09', '17'].map((number) => fontana(data, number))]) {
  const { load, pv, limits } = home;
  const split = Math.floor(load.hours * 0.6);
  const shared = { load, pv, limits, runs: runsOf(limits.capacityKwh), seed: 1 };
  const train = replayRows({ ...shared, from: 14 * 24, to: split - 48, triesPerHour: 2 });
  const test = replayRows({ ...shared, from: split, to: load.hours, triesPerHour: 2, seed: 2 });
  const begun = performance.now();
  const before = tf.memory().numTensors;
  const model = fitDecision(tf, train, { seed: 1 });
  if (model === null) {
    console.log(`${home.name}: too little to learn from`);
    continue;
  }
  const took = (performance.now() - begun) / 1000;
  const truth = test.map((row) => row.good);
  const score = scoreDecisions(truth, model.probabilities(test.map((row) => row.features)));
  const x = bestRule(train);
  const asked = test.filter((row) => (row.features[0] ?? 0) >= 40);
  line(
    `${home.name}: asked from 40 % on`,
    scoreDecisions(
      asked.map((row) => row.good),
      model.probabilities(asked.map((row) => row.features)),
    ),
  );
  line(`${home.name}: model`, score);
  line(
    `${home.name}: charge > ${x} %`,
    scoreDecisions(
      truth,
      Float32Array.from(test, (row) => ((row.features[0] ?? 0) > x ? 1 : 0)),
    ),
  );
  line(
    `${home.name}: simulated p50 ≥ 40`,
    scoreDecisions(
      truth,
      Float32Array.from(test, (row) => ((row.features[13] ?? 0) >= 40 ? 1 : 0)),
    ),
  );
  console.log(
    `  calibration (said → came): ${score.calibration.map((bin) => `${bin.said.toFixed(2)}→${bin.came.toFixed(2)} (${bin.rows})`).join(', ')}; ${took.toFixed(1)} s`,
  );
  model.dispose();
  if (tf.memory().numTensors !== before) console.log(`  LEAK: ${tf.memory().numTensors - before} tensors`);
}

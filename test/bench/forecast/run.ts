// npm run bench:forecast: our forecasts against Prophet and the simple methods on the development sets, on the same hours.
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadTensorflow } from '../../../main/learning/tensorflow.ts';
import { compare } from './compare.ts';
import { DATA_FOLDER, DATASETS, dataIsThere, type Span } from './datasets.ts';
import { modelFor } from './ours.ts';
import { type Result, report, yardstickTable } from './table.ts';

const USAGE =
  'Usage: npm run bench:forecast -- [--only load|pv|wind|price] [--home NAME] [--quick] [--yardsticks] [--out FILE]';
const { values: asked } = parseArgs({
  options: {
    only: { type: 'string' },
    home: { type: 'string' },
    /** Two weeks of each span, without Prophet, to the screen only. */
    quick: { type: 'boolean', default: false },
    /** Without our own model. */
    yardsticks: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});
const TARGETS = { load: 'load', pv: 'solar', wind: 'wind', price: 'price' } as const;
const isTarget = (name: string): name is keyof typeof TARGETS => name in TARGETS;
if (asked.only !== undefined && !isTarget(asked.only)) {
  console.error(USAGE);
  process.exit(2);
}
if (!dataIsThere()) {
  console.error(`The development sets are not there: ${DATA_FOLDER}. They are no part of the repository.`);
  process.exit(1);
}
const target = asked.only === undefined ? undefined : TARGETS[asked.only];
const chosen = DATASETS.filter(
  (dataset) =>
    (target === undefined || dataset.target === target) &&
    (asked.home === undefined || dataset.home === asked.home || dataset.set === asked.home),
);
if (chosen.length === 0) {
  console.error(
    `No set is called ${asked.home}. There are: ${[...new Set(DATASETS.map(({ home }) => home))].join(', ')}`,
  );
  process.exit(2);
}

const { tf, name: backend } = await loadTensorflow();
const TWO_WEEKS_HOURS = 14 * 24;
const shortened = (span: Span): Span =>
  asked.quick ? { ...span, to: Math.min(span.to, span.from + TWO_WEEKS_HOURS) } : span;
const results: Result[] = [];
const command = ['npm run bench:forecast', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(
  ' ',
);
const machine = `${os.cpus()[0]?.model ?? 'unknown processor'}, ${os.cpus().length} cores, Node ${process.versions.node}, TensorFlow.js on ${backend}`;
const write = (): void => {
  if (asked.quick && asked.out === undefined) return;
  const part = asked.only === undefined ? '' : `-${asked.only}`;
  const file = asked.out ?? join(import.meta.dirname, `RESULTS${part}.md`);
  writeFileSync(file, report(results, command, new Date().toISOString().slice(0, 10), machine));
};
for (const lazy of chosen) {
  const dataset = lazy.read();
  const model = asked.yardsticks ? null : modelFor(dataset.target);
  for (const span of dataset.spans.map(shortened)) {
    const startedMs = performance.now();
    const scores = await compare(dataset, span, { tf, model, prophet: !asked.quick });
    const { set, home, unit } = dataset;
    results.push({ set, home, target: dataset.target, unit, span: span.name, scores });
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
    console.log(`${dataset.target} ${set} ${home} ${span.name} (${scores[0]?.hours ?? 0} hours, ${seconds} s)`);
    for (const { method, rmse, mae, r2 } of scores)
      console.log(
        `  ${method.padEnd(24)} RMSE ${rmse.toPrecision(4)}  MAE ${mae.toPrecision(4)}  R² ${r2?.toFixed(3) ?? ''}`,
      );
    write();
  }
}
console.log(`\n${yardstickTable(results)}`);

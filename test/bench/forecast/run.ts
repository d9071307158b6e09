// npm run bench:forecast: our forecasts against Prophet and the simple methods on the development sets, on the same hours.
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadTensorflow } from '../../../main/tensorflow.ts';
import { type Ablation, ablate, ablationReport } from './ablation.ts';
import { compare } from './compare.ts';
import { DATA_FOLDER, DATASETS, dataIsThere, type LazyDataset, type Span } from './datasets.ts';
import { keepResult, keptResults } from './kept.ts';
import { modelFor } from './ours.ts';
import { type Result, report, yardstickTable } from './table.ts';

const USAGE =
  'Usage: npm run bench:forecast -- [--only load|pv|wind|price] [--home NAME] [--quick] [--yardsticks] [--ablate] [--keep FOLDER] [--out FILE]';
const { values: asked } = parseArgs({
  options: {
    only: { type: 'string' },
    home: { type: 'string' },
    /** Two weeks of each span, without Prophet, to the screen only. */
    quick: { type: 'boolean', default: false },
    /** Without our own model. */
    yardsticks: { type: 'boolean', default: false },
    /** What each group of inputs brings, in four weeks of one series a quantity. */
    ablate: { type: 'boolean', default: false },
    out: { type: 'string' },
    /** A folder of scores: what is run is added, and the file is made of all of them. */
    keep: { type: 'string' },
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
/** One series a quantity: an ablation takes as many runs as there are groups. */
const ABLATED_HOMES = { load: '17', solar: 'site-a', wind: '1', price: 'DE_LU' } as const;
const isAsked = ({ target: of, home, set }: LazyDataset): boolean => {
  if (target !== undefined && of !== target) return false;
  if (asked.home !== undefined) return home === asked.home || set === asked.home;
  return !asked.ablate || home === ABLATED_HOMES[of];
};
const chosen = DATASETS.filter(isAsked);
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
const words = asked.keep === undefined ? process.argv.slice(2) : asked.only === undefined ? [] : ['--only', asked.only];
const command = ['npm run bench:forecast', ...(words.length > 0 ? ['--', ...words] : [])].join(' ');
const machine = `${os.cpus()[0]?.model ?? 'unknown processor'}, ${os.cpus().length} cores, Node ${process.versions.node}, TensorFlow.js on ${backend}`;
const today = (): string => new Date().toISOString().slice(0, 10);
const write = (): void => {
  if (asked.quick && asked.out === undefined) return;
  const part = asked.only === undefined ? '' : `-${asked.only}`;
  const file = asked.out ?? join(import.meta.dirname, `RESULTS${part}.md`);
  const shown =
    asked.keep === undefined
      ? results
      : keptResults(
          asked.keep,
          DATASETS.filter((each) => target === undefined || each.target === target),
        );
  writeFileSync(file, report(shown, command, today(), machine));
};

const compareAll = async (): Promise<void> => {
  for (const lazy of chosen) {
    const dataset = lazy.read();
    const model = asked.yardsticks ? null : modelFor(dataset.target);
    for (const span of dataset.spans.map(shortened)) {
      const startedMs = performance.now();
      const scores = await compare(dataset, span, { tf, model, prophet: !asked.quick });
      const { set, home, unit } = dataset;
      const at = new Date().toISOString();
      const result = { set, home, target: dataset.target, unit, span: span.name, at, scores };
      results.push(result);
      if (asked.keep !== undefined) keepResult(asked.keep, result);
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
};

const FOUR_WEEKS_HOURS = 2 * TWO_WEEKS_HOURS;
const ablateAll = async (): Promise<void> => {
  const ablations: Ablation[] = [];
  for (const lazy of chosen) {
    const dataset = lazy.read();
    const hours = (asked.quick ? TWO_WEEKS_HOURS : FOUR_WEEKS_HOURS) / dataset.spans.length;
    const spans = dataset.spans.map((span) => ({ ...span, to: Math.min(span.to, span.from + hours) }));
    console.log(`${dataset.target} ${dataset.set} ${dataset.home}`);
    const found = await ablate(dataset, spans, tf, ({ group, rmse, mae }) =>
      console.log(`  ${(group ?? 'all inputs').padEnd(32)} RMSE ${rmse.toPrecision(4)}  MAE ${mae.toPrecision(4)}`),
    );
    ablations.push({ dataset, spans: spans.map(({ name }) => name), found });
    const file = asked.out ?? join(import.meta.dirname, 'ABLATION.md');
    writeFileSync(file, ablationReport(ablations, command, today(), machine));
  }
};

await (asked.ablate ? ablateAll() : compareAll());

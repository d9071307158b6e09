// npm run bench:control: whether commands come true, how long they and STOP take, and what rules cost; printed and written down.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join, resolve } from 'node:path';
import type { Figure } from '../types.ts';
import { benchLatency } from './latency.ts';
import { benchReplay } from './replay.ts';
import { benchRules } from './rules.ts';
import { benchWeek } from './week.ts';

const load = (): string =>
  os
    .loadavg()
    .map((each) => each.toFixed(1))
    .join(', ');
const folder = mkdtempSync(join(os.tmpdir(), 'commandcenter-bench-control-'));
const machine = `${os.cpus()[0]?.model ?? 'unknown processor'}, ${os.cpus().length} cores, Node ${process.versions.node}`;
const figures: (Figure & { readonly load: string })[] = [];
try {
  for (const bench of [benchWeek, benchLatency, benchRules, benchReplay]) {
    process.stdout.write(`… ${bench.name}\n`);
    const before = load();
    const found = await bench(mkdtempSync(join(folder, 'run-')));
    figures.push(...found.map((figure) => ({ ...figure, load: before })));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const width = Math.max(...figures.map(({ name }) => name.length));
process.stdout.write(`\n${machine}; load of the machine in 1, 5, 15 min at the end: ${load()}\n\n`);
for (const { name, value, unit, note } of figures)
  process.stdout.write(
    `${name.padEnd(width)}  ${value.toFixed(unit === '' || value >= 1_000 ? 0 : 2).padStart(8)} ${unit.padEnd(2)} ${note}\n`,
  );
const out = resolve(import.meta.dirname, '../../../out/bench-control.json');
writeFileSync(out, JSON.stringify({ machine, at: new Date().toISOString(), figures }, null, 2));
process.stdout.write(`\nWritten to ${out}\n`);
process.exit(0);

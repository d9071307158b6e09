// npm run bench: measures what shared QUALITY asks for, on this machine, and prints a table and a JSON file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join, resolve } from 'node:path';
import { benchHistory } from './history.ts';
import { benchStart } from './start.ts';
import { benchStop } from './stop.ts';
import { benchTraining } from './training.ts';
import type { Figure } from './types.ts';

const folder = mkdtempSync(join(os.tmpdir(), 'commandcenter-bench-'));
const machine = `${os.cpus()[0]?.model ?? 'unknown processor'}, ${os.cpus().length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.type()} ${os.release()}, Node ${process.versions.node}`;
const figures: Figure[] = [];
try {
  for (const bench of [benchStart, benchTraining, benchHistory, benchStop]) {
    process.stdout.write(`… ${bench.name}\n`);
    figures.push(...(await bench(mkdtempSync(join(folder, 'run-')))));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const width = Math.max(...figures.map((figure) => figure.name.length));
process.stdout.write(`\n${machine}\n\n`);
for (const { name, value, unit, note } of figures)
  process.stdout.write(
    `${name.padEnd(width)}  ${value.toFixed(value < 10 ? 2 : 0).padStart(9)} ${unit.padEnd(3)} ${note}\n`,
  );
const out = resolve(import.meta.dirname, '../../out/bench.json');
writeFileSync(out, JSON.stringify({ machine, at: new Date().toISOString(), figures }, null, 2));
process.stdout.write(`\nWritten to ${out}\n`);
process.exit(0);

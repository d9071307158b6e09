// The floors of the house: runs dependency-cruiser over the sources and prints only what breaks a rule. Its own command
// line also prints a notice about TypeScript 7, which it reads through swc.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { ROOT } from './setup.mjs';

const { options, forbidden } = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs'));
const { output } = await cruise(['main', 'models', 'preload', 'renderer'], {
  ...options,
  baseDir: ROOT,
  validate: true,
  ruleSet: { forbidden },
});
const broken = output.summary.violations;
for (const { from, to, rule } of broken) process.stderr.write(`${rule.name}: ${from} → ${to}\n`);
if (broken.length > 0) process.exit(1);
process.stdout.write(
  `${output.summary.totalCruised} modules, ${output.summary.totalDependenciesCruised} dependencies: every room knows only rooms below it.\n`,
);
if (output.summary.totalCruised < 20) {
  process.stderr.write('Far too few modules were read: the check itself is broken.\n');
  process.exit(1);
}

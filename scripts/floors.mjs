// npm run check:floors: every room knows only rooms below it.
import { floorsOf } from './floors-of.mjs';
import { ROOT } from './setup.mjs';

const LEAST_MODULES = 300;

const { broken, modules, dependencies } = await floorsOf(ROOT, ['main', 'models', 'preload', 'renderer']);
for (const line of broken) process.stderr.write(`${line}\n`);
if (broken.length > 0) process.exit(1);
if (modules < LEAST_MODULES) {
  process.stderr.write(`Only ${modules} modules were read: the check itself is broken.\n`);
  process.exit(1);
}
process.stdout.write(`${modules} modules, ${dependencies} dependencies: every room knows only rooms below it.\n`);

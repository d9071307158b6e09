// Runs dependency-cruiser over a tree with the house's rules. Its own command line also prints a notice about
// TypeScript 7, which it reads through swc.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { ROOT } from './setup.mjs';

/** What breaks a rule, and how much was read: a check that read nothing proves nothing. */
export const floorsOf = async (baseDir, folders) => {
  const { options, forbidden } = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs'));
  const { output } = await cruise(folders, { ...options, baseDir, validate: true, ruleSet: { forbidden } });
  const { violations, totalCruised, totalDependenciesCruised } = output.summary;
  return {
    broken: violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`),
    modules: totalCruised,
    dependencies: totalDependenciesCruised ?? 0,
  };
};

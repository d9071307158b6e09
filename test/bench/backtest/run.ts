// npm run bench:backtest [PART OF A NAME]: what each policy costs on measured years, and how near it is to perfect foresight.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../../../main/planning/backtest/accounts.ts';
import { runPolicy } from '../../../main/planning/backtest/run.ts';
import type { PolicyName } from '../../../main/planning/backtest/types.ts';
import { loadSolver } from '../../../main/planning/highs.ts';
import { CASES, caseOf } from './cases.ts';

const only = process.argv[2] ?? '';
const POLICIES: readonly PolicyName[] = ['none', 'self', 'rules', 'tiers', 'plan', 'prescient'];
const lines = [
  '| home | policy | cost | energy | peak | wear | saving of possible | cycles | over a limit | processor s |',
  '|---|---|---|---|---|---|---|---|---|---|',
];

for (const name of CASES.filter((each) => each.includes(only))) {
  const { past, site } = caseOf(name);
  const accounts = new Map<PolicyName, { readonly account: Account; readonly seconds: number }>();
  for (const policy of POLICIES) {
    const before = process.cpuUsage();
    const ran = await runPolicy(policy, past, site, {
      ...{ horizonHours: 36, controlMinutes: 15, nowMs: () => performance.now(), loadSolver, learnt: null },
    });
    const seconds = process.cpuUsage(before).user / 1e6;
    if (!ran.ok || ran.value === null) {
      console.log(`${name} ${policy}: ${ran.ok ? 'ended' : ran.error.message}`);
      continue;
    }
    accounts.set(policy, { account: ran.value.account, seconds });
    console.log(
      `${name.padEnd(24)} ${policy.padEnd(10)} ${ran.value.account.cost.toFixed(2).padStart(9)}  ${seconds.toFixed(1)} s`,
    );
  }
  const none = accounts.get('none')?.account.cost ?? Number.NaN;
  const best = accounts.get('prescient')?.account.cost ?? Number.NaN;
  for (const [policy, { account, seconds }] of accounts) {
    const { cost, energyCost, peakCost, wearCost, cycles, violations } = account;
    const share = ((100 * (none - cost)) / (none - best)).toFixed(1);
    lines.push(
      `| ${name} | ${policy} | ${[cost, energyCost, peakCost, wearCost].map((value) => value.toFixed(2)).join(' | ')} | ${share} % | ${cycles.toFixed(0)} | ${violations} | ${seconds.toFixed(1)} |`,
    );
  }
  if (only === '') writeFileSync(join(import.meta.dirname, 'RESULTS.md'), `${head()}\n${lines.join('\n')}\n`);
}
if (only !== '') console.log(lines.join('\n'));

function head(): string {
  return `# What policies cost on measured years

Written by \`npm run bench:backtest\`. Eschborn: May 2024 to April 2025, the market's price of the hour plus 0.18, 0.08 for what is fed in;
x3 is three times the load. Fontana: October 2016 to July 2017, the tariff by the clock of the data set, 0.08 for what is fed in.
Battery 10 kWh, 5 kW, 95 % each way, wear 0.01 per kWh in and out. \`peak\`: monthly steps by the mean of the three highest days.
`;
}

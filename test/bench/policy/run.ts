// npm run bench:policy [END ...]: what a learnt policy pays beside others on weeks that it has not seen. Figures, no assertions.
import { filledPast, playPlanner } from '../../../main/planning/learnt/planner-play.ts';
import { loadTensorflow } from '../../../main/tensorflow.ts';
import { checkPolicy } from '../../../models/control-policy/checks.ts';
import { trainPolicy } from '../../../models/control-policy/train.ts';
import { clearlyCheaper, tryOut } from '../../../models/control-policy/trial.ts';
import { dataIsThere } from '../plan/data.ts';
import { HOME, measuredSeries, ZONE } from './home.ts';

if (!dataIsThere()) {
  console.error('The development sets are not beside the repository: nothing can be measured.');
  process.exit(1);
}
/** Ends of the held-out four weeks; the four weeks before choose, and all before those is learnt from. */
const ENDS = process.argv.length > 2 ? process.argv.slice(2) : ['2025-03-01', '2025-06-01'];
const FROM = '2024-04-02T00:00:00Z';
const DAY_STEPS = 24;
const SET_ASIDE = 28 * DAY_STEPS;
const SEED = 7;

const { tf, name } = await loadTensorflow();
for (const end of ENDS) {
  const series = measuredSeries(FROM, `${end}T00:00:00Z`, 60);
  const steps = series.loadKw.length;
  const heldOut = { from: steps - SET_ASIDE, to: steps };
  const choose = { from: heldOut.from - SET_ASIDE, to: heldOut.from };
  const learn = { from: 8 * DAY_STEPS, to: choose.from };
  const before = process.cpuUsage();
  const begunMs = performance.now();
  const lesson = await trainPolicy({ series, home: HOME, learn, choose }, { tf, seed: SEED, tick: async () => true });
  if (lesson === null) throw new Error('nobody ended it');
  const seconds = (performance.now() - begunMs) / 1000;
  const cpu = process.cpuUsage(before).user / 1e6;
  const { policy, imitatedCost, practisedCost } = lesson;
  const trial = tryOut(policy, series, heldOut);
  const planMs = performance.now();
  const planned = await playPlanner(filledPast(series, ZONE, heldOut), policy, {
    nowMs: () => performance.now(),
    goOn: async () => true,
  });
  const planDays = planned.ok ? (planned.value ?? []) : [];
  const plan = planDays.reduce((sum, each) => sum + each, 0);
  const possible = trial.none.cost - trial.prescient.cost;
  const line = (label: string, cost: number): void =>
    console.log(
      `  ${label.padEnd(22)} ${cost.toFixed(2).padStart(8)} EUR  ${((100 * (trial.none.cost - cost)) / possible).toFixed(1).padStart(6)} % of what foresight saves`,
    );
  console.log(
    `Four weeks to ${end}, hours, ${Math.round((learn.to - learn.from) / DAY_STEPS)} days learnt from, ${name}: ${seconds.toFixed(0)} s (processor ${cpu.toFixed(0)} s)`,
  );
  line('no battery', trial.none.cost);
  line('self-consumption', trial.self.cost);
  line('simple planner', trial.plan.cost);
  line('plan of the backtests', plan);
  line('learnt policy', trial.learnt.cost);
  line('perfect foresight', trial.prescient.cost);
  console.log(
    `  the days that choose: ${imitatedCost.toFixed(3)} a day by imitation, ${practisedCost.toFixed(3)} after practice; cheaper than the plan by more than chance: ${clearlyCheaper(trial.learnt.dayCosts, planDays) ? 'yes' : 'no'}; planned in ${((performance.now() - planMs) / 1000).toFixed(1)} s`,
  );
  for (const { passed, name: check, sentence } of checkPolicy(policy, series, heldOut, trial))
    console.log(`  ${passed ? 'passed' : 'FAILED'} ${check}: ${sentence}`);
}

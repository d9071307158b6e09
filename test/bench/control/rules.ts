// node test/bench/control/rules.ts: one look at 1,000 rules.
import { createSiteRules } from '../../../main/automation/rules/site-rules.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { permanent } from '../../../main/result.ts';
import type { Condition, Quantity, Rule, Test } from '../../../preload/contract/rules.ts';
import { createHouse } from '../../support/control/house.ts';
import { HOME } from '../../support/control/snapshots.ts';
import { channelOf, ruleOf } from '../../support/rules/rules.ts';
import { type Bench, median } from '../types.ts';

const RULES = 1_000;
const TICKS = 200;
const WARM_UP = 20;
const TICK_MS = 30_000;

/** Every kind of test, so that no rule is cheap by being like its neighbour. */
const testOf = (index: number): Test => {
  const quantities: readonly Quantity[] = [
    { of: 'soc' },
    { of: 'surplus-power' },
    { of: 'import-price' },
    { of: 'forecast', kind: 'pv', hours: 1 + (index % 24), statistic: 'sum', band: 'p50' },
    { of: 'channel-power', channel: channelOf(`load-${index % 20}`) },
    { of: 'pv-power' },
  ];
  const quantity = quantities[index % quantities.length] ?? { of: 'soc' };
  switch (index % 5) {
    case 0:
      return { is: 'time', window: { from: '08:00', to: '20:00', days: [1 + (index % 7)] } };
    case 1:
      return { is: 'sun', since: 'sunrise', offsetMinutes: index % 60 };
    case 2:
      return { is: 'price-rank', rank: 'cheapest', hours: 1 + (index % 8) };
    default:
      return { is: index % 2 === 0 ? 'above' : 'below', quantity, value: index * 3, hysteresis: 5 };
  }
};
const manyRules = (): readonly Rule[] =>
  Array.from({ length: RULES }, (_, index) => {
    const condition: Condition = {
      all: [{ any: [{ test: testOf(index + 1) }, { test: testOf(index + 2) }] }, { not: { test: testOf(index + 3) } }],
    };
    return ruleOf({
      id: `rule-${index}`,
      name: `Rule ${index}`,
      triggers: [{ test: testOf(index), forMs: 60_000 * (index % 10) }],
      condition,
      priority: 1 + (index % 9),
      actions: [{ do: 'switch', channel: channelOf(`load-${index % 20}`), on: index % 2 === 0 }],
    });
  });

/** One look at 1,000 rules of every kind through the real commander and database, while the meters move. */
export const benchRules: Bench = async () => {
  const house = await createHouse(
    Array.from({ length: 20 }, (_, index) => ({ id: `load-${index}`, config: { name: `Load ${index}` }, powerW: 800 })),
  );
  const store = house.store();
  const at = house.clock.now();
  store.transaction(() => {
    for (const rule of manyRules()) store.rules.save(HOME, rule, 'Bench', at);
  });
  store.prices.upsert(
    HOME,
    Array.from({ length: 192 }, (_, slot) => ({
      at: at - 86_400_000 + slot * 900_000,
      stepMs: 900_000,
      importPerKwh: 0.2 + 0.1 * Math.sin(slot),
      exportPerKwh: 0.05,
      source: 'bench',
    })),
  );
  await house.start();
  const rules = createSiteRules(
    {
      store,
      clock: house.clock,
      log: createLog(memorySink(), house.clock),
      bus: house.bus,
      commander: house.commander(),
      telemetry: house.meters.telemetry,
      feeds: { weatherFor: () => [], carbonFor: () => [] },
      siteIds: () => [HOME],
      driverOf: () => undefined,
      workflowName: (_, id) => id,
      runWorkflow: () => permanent('workflow.unknown', 'None.', 'None.'),
    },
    HOME,
  );
  const took: number[] = [];
  const worked: number[] = [];
  for (let tick = 0; tick < TICKS + WARM_UP; tick += 1) {
    house.meters.meters.socPct = 50 + 40 * Math.sin(tick / 5);
    house.meters.meters.pvW = 2_000 + 2_000 * Math.sin(tick / 3);
    await house.pass(TICK_MS);
    const startedAt = performance.now();
    const before = process.cpuUsage();
    rules.tick();
    const { user, system } = process.cpuUsage(before);
    if (tick < WARM_UP) continue;
    took.push(performance.now() - startedAt);
    worked.push((user + system) / 1_000);
  }
  /** The same house while nothing moves but the time. */
  const idle: number[] = [];
  for (let tick = 0; tick < TICKS; tick += 1) {
    await house.pass(TICK_MS);
    const before = process.cpuUsage();
    rules.tick();
    const { user, system } = process.cpuUsage(before);
    idle.push((user + system) / 1_000);
  }
  house.close();
  const p99 = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? 0;
  const note = `${RULES} rules of every kind with conditions, ${TICKS} looks, 20 loads, real commander and database`;
  return [
    { name: 'Look at 1,000 rules, processor time, median', value: median(worked), unit: 'ms', note },
    { name: 'Look at 1,000 rules, processor time, p99', value: p99(worked), unit: 'ms', note },
    {
      name: 'Look at 1,000 rules, processor time, nothing moves',
      value: median(idle),
      unit: 'ms',
      note: 'the same, and only the time goes on',
    },
    { name: 'Look at 1,000 rules, median', value: median(took), unit: 'ms', note },
    {
      name: 'Look at 1,000 rules, p99',
      value: p99(took),
      unit: 'ms',
      note,
    },
  ];
};

if (process.argv[1] === import.meta.filename) {
  for (const { name, value, unit, note } of await benchRules(''))
    process.stdout.write(`${name.padEnd(52)} ${value.toFixed(2).padStart(8)} ${unit}  ${note}\n`);
  process.exit(0);
}

// node test/bench/control/replay.ts: what 50 rules would have done over 30 days of the demo home, in the worker thread.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createReplayClient } from '../../../main/automation/replay/replay-client.ts';
import { demoDeviceId } from '../../../main/center/demo-site.ts';
import { systemClock } from '../../../main/clock.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { Rule, Test } from '../../../preload/contract/rules.ts';
import { DEMO_NOW, demoHome, demoPast } from '../../support/automation/demo-past.ts';
import { above, all, any, at, below, ref, ruleOf, SOC, turn } from '../../support/automation/rules.ts';
import type { Bench } from '../types.ts';

const DAY_MS = 86_400_000;
const RULES = 50;
const DAYS = 30;

const LOADS = (['miner-a', 'miner-b', 'water-heater'] as const).map((name) => ref(demoDeviceId(name)));

/** The kinds of wishes that homes have, with numbers that differ. */
const wish = (index: number): Partial<Rule> & { readonly when: Test; readonly forMs?: number } => {
  const value = index % 20;
  switch (index % 5) {
    case 0:
      return {
        when: above(SOC, 60 + value, 5),
        condition: all(at('08:00', '20:00'), below({ of: 'import-price' }, 0.4)),
      };
    case 1:
      return { when: above({ of: 'surplus-power' }, 500 + 50 * value, 200), forMs: 600_000 };
    case 2:
      return { when: { is: 'price-rank', rank: 'cheapest', hours: 1 + (index % 6) }, condition: all(below(SOC, 90)) };
    case 3:
      return {
        when: { is: 'sun', since: 'sunrise', offsetMinutes: 30 },
        condition: { all: [{ not: { test: below(SOC, 40) } }, any(above({ of: 'pv-power' }, 800), above(SOC, 95))] },
      };
    default:
      return { when: above({ of: 'import-power' }, 1_000 + 100 * value), forMs: 300_000, cooldownMs: 900_000 };
  }
};

const fiftyRules = (): readonly Rule[] =>
  Array.from({ length: RULES }, (_, index) =>
    ruleOf({
      id: `rule-${index}`,
      name: `Rule ${index}`,
      priority: 1 + (index % 9),
      ...wish(index),
      actions: LOADS.slice(index % 3, (index % 3) + 1).map((load) => turn(load, index % 5 !== 4)),
    }),
  );

export const benchReplay: Bench = async (folder) => {
  const store = await demoPast(folder);
  const clock = systemClock();
  const client = createReplayClient({
    workerUrl: pathToFileURL(resolve(import.meta.dirname, '../../../main/automation/replay/replay-worker.ts')),
    clock,
    log: createLog(memorySink(), clock),
  });
  const task = {
    databasePath: store.databasePath,
    home: demoHome(),
    rules: fiftyRules().map((rule) => ({ rule, dry: false })),
    from: DEMO_NOW - DAYS * DAY_MS,
    to: DEMO_NOW,
  };
  const run = async () => {
    const startedAt = performance.now();
    const answer = await client.run(task);
    if (!answer.ok) throw new Error(answer.error.message);
    return { tookMs: performance.now() - startedAt, replay: answer.value.replay };
  };
  const first = await run();
  const second = await run();
  await client.stop();
  store.close();
  const note = `${DAYS} days, ${first.replay.stepMs / 60_000} min steps, ${first.replay.firings.length} firings`;
  return [
    { name: `replay of ${RULES} rules, thread started`, value: first.tookMs / 1000, unit: 's', note },
    { name: `replay of ${RULES} rules`, value: second.tookMs / 1000, unit: 's', note: 'the same again' },
  ];
};

if (process.argv[1] === import.meta.filename) {
  const folder = mkdtempSync(join(tmpdir(), 'commandcenter-replay-'));
  try {
    for (const { name, value, unit, note } of await benchReplay(folder))
      process.stdout.write(`${name.padEnd(36)} ${value.toFixed(2).padStart(8)} ${unit}  ${note}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

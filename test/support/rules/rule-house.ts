import { createRules } from '../../../main/automation/rules/engine.ts';
import type { RulesDeps } from '../../../main/automation/rules/engine-types.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { permanent } from '../../../main/result.ts';
import type { Rule } from '../../../preload/contract/rules.ts';
import { createHouse, type LoadOptions } from '../control/house.ts';
import { HOME } from '../control/snapshots.ts';

/** The rules over the real commander, envelope, ledger and database; only the devices are stand-ins. */
export const createRuleHouse = async (
  loads: readonly LoadOptions[],
  rules: readonly Rule[],
  options: { readonly mode?: 'watch' | 'suggest' | 'automate'; readonly deps?: Partial<RulesDeps> } = {},
) => {
  const house = await createHouse(loads, { mode: options.mode ?? 'automate' });
  const sink = memorySink();
  for (const rule of rules) {
    house.store().rules.save(HOME, rule, 'Ann', house.clock.now());
    house.clock.jump(1);
  }
  await house.start();
  const build = () =>
    createRules({
      store: house.store(),
      clock: house.clock,
      log: createLog(sink, house.clock),
      bus: house.bus,
      commander: house.commander(),
      telemetry: house.meters.telemetry,
      feeds: { weatherFor: () => [], carbonFor: () => [] },
      siteIds: () => [HOME],
      driverOf: () => undefined,
      workflowName: (_, id) => id,
      runWorkflow: () => permanent('workflow.unknown', 'There is no such workflow.', 'Choose another one.'),
      ...options.deps,
    });
  let engine = build();
  engine.start(new AbortController().signal);
  return {
    ...house,
    sink,
    engine: () => engine,
    /** Moves time on; the meters are read every `stepMs` and the house hears of it. */
    live: async (spanMs: number, stepMs = 10_000, before: (at: number) => void = () => undefined): Promise<void> => {
      for (let left = spanMs; left > 0; left -= stepMs) {
        before(house.clock.now());
        house.meters.poll();
        house.bus.emit('live', house.meters.telemetry.live(HOME));
        await house.clock.advance(Math.min(stepMs, left));
      }
    },
    save: (rule: Rule): void => {
      house.store().rules.save(HOME, rule, 'Ann', house.clock.now());
      engine.reload(HOME);
    },
    /** As a kill and a new start. */
    again: async (offMs = 0): Promise<void> => {
      await engine.stop();
      await house.kill();
      await house.clock.advance(offMs);
      await house.start();
      engine = build();
      engine.start(new AbortController().signal);
    },
    firings: () => house.store().rules.firings(HOME, 500),
    stateOf: (ruleId: string) => engine.list(HOME).find(({ rule }) => rule.id === ruleId),
    writesTo: (id: string) => house.wire.filter((entry) => entry.deviceId === id).map((entry) => entry.value),
    close: async (): Promise<void> => {
      await engine.stop();
      house.close();
    },
  };
};
export type RuleHouse = Awaited<ReturnType<typeof createRuleHouse>>;

import { Worker } from 'node:worker_threads';
import { afterEach, expect, it } from 'vitest';
import { createActing } from '../../../main/automation/acting.ts';
import { createReplayClient } from '../../../main/automation/replay/replay-client.ts';
import { createSchedules } from '../../../main/automation/schedules/schedules.ts';
import { createWorkflows, type Workflows } from '../../../main/automation/workflows/workflows.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { RuleAction } from '../../../preload/contract/rules.ts';
import { checkedHome } from '../../support/automation/checked-home.ts';
import { HOME } from '../../support/control/snapshots.ts';
import { createRuleHouse, type RuleHouse } from '../../support/rules/rule-house.ts';
import { channelOf, ruleOf } from '../../support/rules/rules.ts';
import { plainNames } from '../../support/rules/world.ts';

const MINUTE = 60_000;
const ON_TIME_MS = 2_000;
/** A planner's thread that computes and computes. */
const SPINS = new URL('data:text/javascript,for(;;);');

let house: RuleHouse;
const ends: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await house.close();
});

const switching = (id: string, on: boolean): RuleAction => ({ do: 'switch', channel: channelOf(id), on });
const site = { id: HOME, timeZone: 'Europe/Berlin', latitude: 50, longitude: 8, currency: 'EUR' };

it('while a planner computes for half an hour and a device hangs, every boundary is acted on within two seconds', async () => {
  house = await createRuleHouse(
    [{ id: 'scheduled' }, { id: 'ruled' }, { id: 'worked' }, { id: 'planned' }, { id: 'hung' }],
    [
      ruleOf({
        // 13:05 to 13:20 in Berlin.
        triggers: [{ test: { is: 'time', window: { from: '13:05', to: '13:20', days: [] } }, forMs: 0 }],
        actions: [switching('ruled', true)],
      }),
    ],
  );
  const { clock } = house;
  const from = Math.floor(clock.now() / MINUTE) * MINUTE;
  const log = createLog(memorySink(), clock);
  const life = new AbortController();
  ends.push(() => {
    life.abort();
    return undefined;
  });

  const planner = createReplayClient({ workerUrl: SPINS, clock, log, timeoutMs: 30 * MINUTE });
  ends.push(() => planner.stop());
  const { settings, safety, channels } = checkedHome();
  const home = { site, settings, safety, channels, deviceNames: {}, workflowNames: {} };
  const planned = planner.run({ databasePath: 'none', home, rules: [], from: 0, to: 1 });

  let workflows: Workflows;
  const act = createActing({
    ...{ clock, bus: house.bus, store: house.store(), commander: house.commander() },
    telemetry: house.meters.telemetry,
    runWorkflow: (siteId, id, who) => workflows.run(siteId, id, who),
  });
  const shared = {
    ...{ store: house.store(), clock, log, bus: house.bus, commander: house.commander(), act },
    siteIds: () => [HOME],
    names: () => plainNames,
    problemOf: () => null,
  };
  workflows = createWorkflows({ ...shared, world: (siteId) => house.engine().world(siteId) });
  const schedules = createSchedules(shared);
  workflows.start(life.signal);
  schedules.start(life.signal);
  ends.push(
    () => schedules.stop(),
    () => workflows.stop(),
  );

  schedules.save(HOME, {
    id: 'schedule',
    name: 'Ten minutes of heat',
    enabled: true,
    when: { kind: 'once', at: from + 10 * MINUTE },
    actions: [switching('scheduled', true), switching('hung', true)],
    durationMs: 10 * MINUTE,
  });
  workflows.save(HOME, {
    id: 'workflow',
    name: 'Later',
    enabled: true,
    steps: [
      { step: 'wait', ms: 7 * MINUTE },
      { step: 'act', action: switching('worked', true), retries: 0, undo: null },
    ],
    resumes: true,
  });
  // The last good plan of a planner that says nothing more: it ends when it said that it would.
  await house.act('planned', { origin: 'plan', who: 'plan', leaseMs: 15 * MINUTE });
  const plannedAt = house.wire.find(({ deviceId }) => deviceId === 'planned')?.at ?? 0;
  house.device('hung').behave('hung');
  const workflowAt = clock.now() + 7 * MINUTE;
  workflows.run(HOME, 'workflow', 'Ada');

  await house.live(31 * MINUTE, 1_000);
  await expect(planned).resolves.toMatchObject({ ok: false, error: { code: 'replay.timeout' } });

  const lateMs = (id: string, value: boolean, dueAt: number): number =>
    (house.wire.find((entry) => entry.deviceId === id && entry.value === value)?.at ?? Number.NaN) - dueAt;
  const due: readonly [string, boolean, number][] = [
    ['ruled', true, from + 5 * MINUTE],
    ['worked', true, workflowAt],
    ['scheduled', true, from + 10 * MINUTE],
    ['planned', false, plannedAt + 15 * MINUTE],
    ['ruled', false, from + 20 * MINUTE],
    ['scheduled', false, from + 20 * MINUTE],
  ];
  for (const [id, value, dueAt] of due) {
    const late = lateMs(id, value, dueAt);
    expect([id, value, late >= 0 && late <= ON_TIME_MS ? 'on time' : `${late} ms late`]).toEqual([
      id,
      value,
      'on time',
    ]);
  }
  // Nothing was switched beside them and the plan's own beginning.
  expect(house.wire).toHaveLength(due.length + 1);
}, 30_000);

it('the planner of that test does compute: its thread never answers', async () => {
  const spins = new Worker(SPINS);
  const answer = new Promise((resolve) => spins.once('message', resolve));
  spins.postMessage({});
  await expect(Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 50, 'silent'))])).resolves.toBe(
    'silent',
  );
  await spins.terminate();
});

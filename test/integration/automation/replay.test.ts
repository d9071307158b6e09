import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createRuleChecks, type RuleChecks } from '../../../main/automation/check/rule-checks.ts';
import { createReplayClient } from '../../../main/automation/replay/replay-client.ts';
import { runReplay } from '../../../main/automation/replay/replay-task.ts';
import type { ReplayTask } from '../../../main/automation/replay/types.ts';
import { DEMO_SITE, demoDeviceId } from '../../../main/center/demo-site.ts';
import { replayClock, systemClock } from '../../../main/clock.ts';
import { driverOf } from '../../../main/devices/registry.ts';
import { DEMO_BATTERY_KWH } from '../../../main/devices/simulator/demo-home.ts';
import { channelId, siteId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { Store } from '../../../main/store/types.ts';
import { ruleQueries } from '../../../preload/contract/automation.ts';
import { type Rule, replaySchema } from '../../../preload/contract/rules.ts';
import { DEMO_NOW, demoHome, demoPast } from '../../support/automation/demo-past.ts';
import { above, at, below, ref, ruleOf, SOC, turn } from '../../support/automation/rules.ts';

const WORKER = pathToFileURL(resolve(import.meta.dirname, '../../../main/automation/replay/replay-worker.ts'));
const DAY_MS = 86_400_000;
const FROM = DEMO_NOW - 30 * DAY_MS;
const HEATER = ref(demoDeviceId('water-heater'));
const MINER = ref(demoDeviceId('miner-a'));
const folder = mkdtempSync(join(tmpdir(), 'commandcenter-replay-'));
let store: Store;

beforeAll(async () => {
  store = await demoPast(folder);
  for (const { deviceId, config } of demoHome().channels)
    store.devices.add(
      {
        id: deviceId,
        siteId: DEMO_SITE.id,
        driverId: 'shelly-gen2',
        name: config.name,
        identity: null,
        connection: { host: '192.0.2.1', port: 80 },
        channels: [config],
      },
      DEMO_NOW,
    );
});
afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const taskOf = (rules: readonly Rule[], more: Partial<ReplayTask> = {}): ReplayTask => ({
  databasePath: store.databasePath,
  home: demoHome(),
  rules: rules.map((rule) => ({ rule, dry: false })),
  from: FROM,
  to: DEMO_NOW,
  ...more,
});
const heating = ruleOf({
  id: 'heat',
  name: 'Sun to the heater',
  when: above({ of: 'surplus-power' }, 2_000, 1_500),
  forMs: 600_000,
  actions: [turn(HEATER, true)],
});

describe('a replay over the demo home’s past', () => {
  it('comes close to the meter where no rule runs', () => {
    for (const daysAgo of [0, 90, 180, 270]) {
      const to = DEMO_NOW - daysAgo * DAY_MS;
      const { replay } = runReplay(taskOf([], { from: to - 30 * DAY_MS, to }));
      const meter = (series: 'grid' | 'load'): { readonly took: number; readonly gave: number } => {
        const id = store.series.idOf({
          siteId: DEMO_SITE.id,
          deviceId: '',
          channelId: channelId(`site:${series}`),
          metric: 'powerW',
        });
        const kwh = store.rollups.range('hour', id, replay.from, replay.to).map(({ energyKwh }) => energyKwh ?? 0);
        const sum = (sign: 1 | -1): number => kwh.reduce((total, each) => total + Math.max(0, sign * each), 0);
        return { took: sum(1), gave: sum(-1) };
      };
      const { took, gave } = meter('grid');
      const loadKwh = meter('load').took;
      expect(replay.coveragePct).toBeGreaterThan(85);
      expect(replay.withRules).toEqual(replay.withoutRules);
      // The demo’s charge is reckoned from a capacity that nobody knows, so it drifts over the winter.
      expect(Math.abs(replay.withoutRules.importKwh - took)).toBeLessThan(0.12 * loadKwh);
      // Net of both, apart from what the battery holds more or less at the end.
      const netKwh = replay.withoutRules.importKwh - replay.withoutRules.exportKwh;
      expect(Math.abs(netKwh - (took - gave))).toBeLessThan(0.05 * loadKwh + DEMO_BATTERY_KWH);
    }
  });

  it('says what 30 days would have been with a rule, with cost and charge, and what it takes for granted', () => {
    const { replay, past } = runReplay(taskOf([heating]));
    expect(replay.stepMs).toBe(300_000);
    expect(past[0]?.firings).toBeGreaterThan(5);
    expect(replay.firings[0]).toMatchObject({ ruleName: 'Sun to the heater', branch: 'actions', how: 'asked' });
    expect(replay.firings[0]?.sentence).toContain('solar surplus');
    expect(replay.withRules.exportKwh).toBeLessThan(replay.withoutRules.exportKwh - 20);
    expect(replay.withRules.cost ?? 0).toBeGreaterThan(replay.withoutRules.cost ?? 0);
    expect(replay.soc.length).toBeLessThanOrEqual(500);
    expect(replay.assumptions.join(' ')).toMatch(/the model imports [\d.]+ kWh where the meter read [\d.]+ kWh/);
    expect(replay.assumptions.join(' ')).toContain('means of an hour');
  });

  it('goes by the minute over the last days, and answers the same each time', () => {
    const task = taskOf([heating], { from: DEMO_NOW - 2 * DAY_MS });
    const first = runReplay(task);
    expect(first.replay.stepMs).toBe(60_000);
    expect(runReplay(task)).toEqual(first);
  });
});

describe('the replay’s own thread', () => {
  const clientOf = (clock = systemClock(), timeoutMs = 60_000) => {
    const client = createReplayClient({ workerUrl: WORKER, clock, log: createLog(memorySink(), clock), timeoutMs });
    onTestFinished(() => client.stop());
    return client;
  };
  const codeOf = (result: Awaited<ReturnType<ReturnType<typeof clientOf>['run']>>): string | null =>
    result.ok ? null : result.error.code;
  const short = () => taskOf([heating], { from: DEMO_NOW - 2 * DAY_MS });

  it('answers as it would in this thread, one after the other', async () => {
    const client = clientOf();
    const [one, two] = await Promise.all([client.run(short()), client.run(taskOf([], { from: DEMO_NOW - DAY_MS }))]);
    expect(one).toEqual({ ok: true, value: runReplay(short()) });
    expect(two.ok && two.value.replay.firings).toEqual([]);
  });

  it('ends a cancelled one, running or waiting, and serves the next', async () => {
    const client = clientOf();
    const running = new AbortController();
    const waiting = new AbortController();
    const first = client.run(taskOf([heating]), running.signal);
    const second = client.run(taskOf([heating]), waiting.signal);
    const third = client.run(short());
    waiting.abort();
    running.abort();
    expect(codeOf(await first)).toBe('replay.cancelled');
    expect(codeOf(await second)).toBe('replay.cancelled');
    expect(codeOf(await third)).toBeNull();
    expect(codeOf(await client.run(short(), AbortSignal.abort()))).toBe('replay.cancelled');
  });

  it('gives up after its time, says why it failed, and ends what is under way when it is stopped', async () => {
    const clock = replayClock(DEMO_NOW);
    const client = clientOf(clock, 1_000);
    const slow = client.run(taskOf([heating]));
    await clock.advance(1_000);
    expect(codeOf(await slow)).toBe('replay.timeout');
    const lost = client.run({ ...short(), databasePath: join(folder, 'nothing.sqlite') });
    expect(codeOf(await lost)).toBe('replay.failed');
    const last = client.run(short());
    await client.stop();
    expect(codeOf(await last)).toBe('replay.cancelled');
    expect(codeOf(await client.run(short()))).toBe('replay.cancelled');
  });
});

describe('the check of a rule', () => {
  let checks: RuleChecks;
  beforeAll(() => {
    const clock = replayClock(DEMO_NOW);
    checks = createRuleChecks({
      store,
      clock,
      log: createLog(memorySink(), clock),
      workerUrl: WORKER,
      driverOf,
      workflowsOf: () => [],
    });
  });
  afterAll(() => checks.stop());
  const found = async (rule: Rule) => {
    const { problems, past } = await checks.check(DEMO_SITE.id, rule);
    return { brief: problems.map(({ code, lines }) => `${code}: ${lines.join(' ')}`), past };
  };

  it('tells how an ordinary rule would have fared, whatever mode it is in', async () => {
    const answer = await checks.check(DEMO_SITE.id, { ...heating, mode: 'off' });
    expect(ruleQueries['rules.check'].output.parse(answer)).toEqual(answer);
    const { sentence, problems, past } = answer;
    expect(sentence).toBe(
      'When the solar surplus is above 2 kW (until 500 W) for 10 min: switch Water heater on. Afterwards it goes back to how it was.',
    );
    expect(problems).toEqual([]);
    expect(past?.days).toBe(30);
    expect(past?.firings).toBeGreaterThan(5);
    expect(past?.coveragePct).toBeGreaterThan(95);
    expect(past?.heldPct).toBeGreaterThan(1);
  });

  it('warns of what never and always held, and of what nobody measured', async () => {
    const never = ruleOf({ when: above({ of: 'pv-power' }, 90_000), actions: [turn(HEATER, true)] });
    expect((await found(never)).brief).toEqual(['never-fires: triggers.0']);
    const always = ruleOf({ when: below({ of: 'pv-power' }, 90_000), actions: [turn(HEATER, true)] });
    expect(await found(always)).toMatchObject({ brief: ['always-fires: triggers.0'], past: { heldPct: 100 } });
    const unknown = ruleOf({ when: above({ of: 'carbon' }, 300), actions: [turn(HEATER, true)] });
    expect(await found(unknown)).toMatchObject({ brief: ['no-data: triggers.0'], past: { coveragePct: 0 } });
  });

  it('warns of flapping, with the device whose limit it breaks', async () => {
    const quarters = {
      ...ruleOf({ actions: [turn(MINER, true)] }),
      triggers: [0, 1, 2, 3, 4, 5].map((tenth) => ({ test: at(`12:${tenth}0`, `12:${tenth}5`), forMs: 0 })),
    };
    const { brief } = await found(quarters);
    expect(brief).toEqual(['flaps: triggers.0 triggers.1 triggers.2 triggers.3 triggers.4 triggers.5 actions.0']);
  });

  it('says nothing twice, and still tells the past of a rule that contradicts itself', async () => {
    const { brief, past } = await found(ruleOf({ when: above(SOC, 100), actions: [turn(HEATER, true)] }));
    expect(brief).toEqual(['never-fires: triggers.0.test']);
    expect(past?.firings).toBe(0);
  });

  it('looks at the saved rules beside it, but not at itself nor at those that are off', async () => {
    const saved = ruleOf({ id: 'saved', name: 'Saved', when: above(SOC, 20), actions: [turn(HEATER, false)] });
    store.rules.save(DEMO_SITE.id, saved, 'Test', DEMO_NOW);
    onTestFinished(() => void store.rules.remove(DEMO_SITE.id, 'saved', 'Test', DEMO_NOW));
    const rule = ruleOf({ when: above(SOC, 70, 40), actions: [turn(HEATER, true)] });
    expect((await found(rule)).brief).toContain('fights-rule: actions.0 other.actions.0');
    expect((await found({ ...rule, id: 'saved' })).brief).toEqual([]);
    store.rules.save(DEMO_SITE.id, { ...saved, mode: 'off' }, 'Test', DEMO_NOW);
    expect((await found(rule)).brief).toEqual([]);
  });

  it('replays drafts beside what is saved: those in test run dry, drafts take the place of their own', async () => {
    const wish = { siteId: DEMO_SITE.id, from: DEMO_NOW - 2 * DAY_MS, to: DEMO_NOW + DAY_MS, only: false };
    const saved = ruleOf({
      id: 'saved',
      name: 'Saved',
      mode: 'test',
      when: at('10:00', '12:00'),
      actions: [turn(MINER, true)],
    });
    store.rules.save(DEMO_SITE.id, saved, 'Test', DEMO_NOW);
    onTestFinished(() => void store.rules.remove(DEMO_SITE.id, 'saved', 'Test', DEMO_NOW));
    const beside = await checks.replay({ ...wish, drafts: [{ ...heating, mode: 'off' }] });
    if (!beside.ok) throw new Error(beside.error.message);
    expect(replaySchema.parse(beside.value)).toEqual(beside.value);
    expect(beside.value.to).toBe(DEMO_NOW);
    expect(beside.value.rules.map(({ ruleId }) => ruleId)).toEqual(['heat', 'saved']);
    expect(new Set(beside.value.firings.filter(({ ruleId }) => ruleId === 'saved').map(({ how }) => how))).toEqual(
      new Set(['dry']),
    );
    const draft = await checks.replay({ ...wish, drafts: [{ ...saved, name: 'Draft' }] });
    expect(draft.ok && draft.value.rules.map(({ name }) => name)).toEqual(['Draft']);
    const only = await checks.replay({ ...wish, drafts: [heating], only: true });
    expect(only.ok && only.value.rules).toHaveLength(1);
    const future = await checks.replay({ ...wish, drafts: [], from: DEMO_NOW });
    expect(future.ok ? null : future.error.code).toBe('replay.span');
  });

  it('has nothing to say of a home that was never measured', async () => {
    store.sites.add({ ...DEMO_SITE, id: siteId('new') }, DEMO_NOW);
    const { problems, past } = await checks.check(siteId('new'), ruleOf({ when: above(SOC, 50) }));
    expect(problems.map(({ code }) => code)).toEqual(['no-data']);
    expect(past).toMatchObject({ firings: 0, heldPct: 0, coveragePct: 0 });
  });
});

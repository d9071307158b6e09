import { afterEach, describe, expect, it } from 'vitest';
import { createActing } from '../../../main/automation/acting.ts';
import type { RuleWorld } from '../../../main/automation/rules/types.ts';
import { createSchedules } from '../../../main/automation/schedules/schedules.ts';
import { createWorkflows, type Workflows } from '../../../main/automation/workflows/workflows.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { Condition, RuleAction } from '../../../preload/contract/rules.ts';
import type { Schedule, Workflow } from '../../../preload/contract/workflows.ts';
import { createHouse, type House } from '../../support/control/house.ts';
import { HOME } from '../../support/control/snapshots.ts';

const MINUTE = 60_000;
const names = {
  currency: 'EUR',
  channel: ({ deviceId }: { deviceId: string }) => deviceId,
  device: (id: string) => id,
  workflow: (id: string) => id,
  setpoint: (_: unknown, value: unknown) => String(value),
};

/** A house with the schedules and workflows of one run of the program; `soc` is what rules see of the battery. */
const automate = (house: House, soc: { now: number | null } = { now: 50 }) => {
  const log = createLog(memorySink(), house.clock);
  const { clock, bus } = house;
  const life = new AbortController();
  let workflows: Workflows;
  const act = createActing({
    clock,
    bus,
    store: house.store(),
    commander: house.commander(),
    telemetry: house.meters.telemetry,
    runWorkflow: (siteId, id, who) => workflows.run(siteId, id, who),
  });
  const world = (): RuleWorld =>
    ({
      at: clock.now(),
      zone: 'Europe/Berlin',
      names,
      quantity: () => soc.now,
      lookedAt: null,
    }) as unknown as RuleWorld;
  const shared = {
    store: house.store(),
    clock,
    log,
    bus,
    commander: house.commander(),
    act,
    siteIds: () => [HOME],
    names: () => names,
    problemOf: (_: unknown, action: RuleAction) =>
      'channel' in action && action.channel.deviceId === 'nobody' ? 'There is no such device.' : null,
  };
  workflows = createWorkflows({ ...shared, world: () => world() });
  const schedules = createSchedules(shared);
  workflows.start(life.signal);
  schedules.start(life.signal);
  /** What a dead process does is kept nowhere. */
  const die = (): void => {
    void workflows.stop();
    void schedules.stop();
  };
  return { workflows, schedules, die };
};

const houses: House[] = [];
const homeOf = async (options: Parameters<typeof createHouse>[1] = {}): Promise<House> => {
  const house = await createHouse(
    [
      { id: 'heater', powerW: 2000 },
      { id: 'miner', powerW: 1000 },
    ],
    options,
  );
  houses.push(house);
  await house.start();
  return house;
};
afterEach(() => {
  for (const house of houses.splice(0)) house.close();
});

const refOf = (house: House, id: string) => ({ deviceId: house.device(id).id, channelId: house.device(id).channel });
const switching = (house: House, id: string, on: boolean): RuleAction => ({
  do: 'switch',
  channel: refOf(house, id),
  on,
});
const above = (value: number): Condition => ({
  test: { is: 'above', quantity: { of: 'soc' }, value, hysteresis: 0 },
});
const workflowOf = (house: House, more: Partial<Workflow> = {}): Workflow => ({
  id: 'workflow_a',
  name: 'Gentle start',
  enabled: true,
  steps: [
    { step: 'act', action: switching(house, 'heater', true), retries: 0, undo: switching(house, 'heater', false) },
    { step: 'wait', ms: 10 * MINUTE },
    { step: 'act', action: switching(house, 'miner', true), retries: 0, undo: null },
  ],
  resumes: true,
  ...more,
});
const runOf = (house: House) => house.store().workflows.runs(HOME, 1)[0];

describe('a workflow', () => {
  it('does its steps one after the other and says what came of each', async () => {
    const house = await homeOf();
    const { workflows } = automate(house);
    expect(workflows.save(HOME, workflowOf(house)).ok).toBe(true);
    expect(workflows.run(HOME, 'workflow_a', 'Mara').ok).toBe(true);
    await house.pass(2 * MINUTE);
    expect(house.device('heater').value()).toBe(true);
    expect(house.device('miner').value()).toBe(false);
    expect(workflows.run(HOME, 'workflow_a', 'Mara')).toMatchObject({ ok: false, error: { code: 'workflow.runs' } });
    await house.pass(12 * MINUTE);
    expect(house.device('miner').value()).toBe(true);
    expect(runOf(house)).toMatchObject({ state: 'done', begunBy: 'Mara', sentence: 'All steps are done.' });
    expect(runOf(house)?.steps.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
  });

  it('puts back what it did when a later step fails', async () => {
    const house = await homeOf();
    const { workflows } = automate(house);
    house.device('miner').behave('refusing');
    workflows.save(HOME, workflowOf(house));
    workflows.run(HOME, 'workflow_a', 'Mara');
    await house.pass(16 * MINUTE);
    expect(runOf(house)).toMatchObject({ state: 'undone' });
    expect(runOf(house)?.steps.map(({ state }) => state)).toEqual(['undone', 'done', 'failed']);
    expect(house.device('heater').value()).toBe(false);
  });

  it('waits for a condition, and fails or goes on when it never holds', async () => {
    const house = await homeOf();
    const soc = { now: 50 as number | null };
    const { workflows } = automate(house, soc);
    const waits = (onLimit: 'fail' | 'go-on'): Workflow =>
      workflowOf(house, {
        steps: [
          { step: 'wait-until', condition: above(80), limitMs: 20 * MINUTE, onLimit },
          { step: 'act', action: switching(house, 'miner', true), retries: 0, undo: null },
        ],
      });
    workflows.save(HOME, waits('fail'));
    workflows.run(HOME, 'workflow_a', 'Mara');
    await house.pass(10 * MINUTE);
    soc.now = 90;
    await house.pass(MINUTE);
    expect(runOf(house)).toMatchObject({ state: 'done' });
    soc.now = null;
    workflows.run(HOME, 'workflow_a', 'Mara');
    await house.pass(21 * MINUTE);
    expect(runOf(house)).toMatchObject({ state: 'failed' });
  });

  it('goes on waiting after a restart, for what is left', async () => {
    const house = await homeOf();
    const first = automate(house);
    first.workflows.save(HOME, workflowOf(house));
    first.workflows.run(HOME, 'workflow_a', 'Mara');
    await house.pass(4 * MINUTE);
    first.die();
    await house.kill();
    await house.start();
    automate(house);
    await house.pass(4 * MINUTE);
    expect(runOf(house)).toMatchObject({ state: 'running' });
    await house.pass(6 * MINUTE);
    expect(house.device('miner').value()).toBe(true);
    expect(runOf(house)).toMatchObject({ state: 'done' });
  });

  it('that was in the middle of an action at a kill is ended and told, never repeated', async () => {
    const house = await homeOf();
    const { workflows, die } = automate(house);
    house.device('heater').behave('hung');
    workflows.save(HOME, workflowOf(house));
    workflows.run(HOME, 'workflow_a', 'Mara');
    await house.clock.advance(1_000);
    die();
    await house.kill();
    house.device('heater').behave('obedient');
    const before = house.wire.length;
    await house.start();
    automate(house);
    await house.pass(2 * MINUTE);
    expect(runOf(house)).toMatchObject({ state: 'interrupted' });
    expect(house.wire.slice(before).filter(({ value }) => value === true)).toEqual([]);
  });

  it('ends with a stop and leaves the rest to it; a person’s cancel puts back', async () => {
    const house = await homeOf();
    const { workflows } = automate(house);
    workflows.save(HOME, workflowOf(house));
    workflows.run(HOME, 'workflow_a', 'Mara');
    await house.pass(6 * MINUTE);
    const { id } = runOf(house) ?? { id: '' };
    expect(workflows.cancel(HOME, id, 'Jonas').ok).toBe(true);
    await house.pass(2 * MINUTE);
    expect(runOf(house)).toMatchObject({ state: 'cancelled', sentence: 'Jonas cancelled it.' });
    expect(house.device('heater').value()).toBe(false);
    await house.pass(8 * MINUTE);
    workflows.run(HOME, 'workflow_a', 'Mara');
    await house.pass(2 * MINUTE);
    void house.stop().activate(HOME, 'Mara', 'window', null);
    await house.pass(MINUTE);
    expect(runOf(house)).toMatchObject({ state: 'cancelled', sentence: 'The house was stopped.' });
    expect(workflows.run(HOME, 'workflow_a', 'Mara')).toMatchObject({ ok: false, error: { code: 'workflow.stopped' } });
  });

  it('asks a person in Suggest, and no answer is a no', async () => {
    const house = await homeOf({ mode: 'suggest' });
    const { workflows } = automate(house);
    workflows.save(HOME, workflowOf(house));
    workflows.run(HOME, 'workflow_a', 'Mara');
    await house.clock.advance(1_000);
    const [waiting] = house.commander().pending(HOME);
    expect(waiting?.reason).toContain('Gentle start');
    house.commander().approve(waiting?.id ?? '', 'Jonas', 'tray');
    await house.pass(2 * MINUTE);
    expect(house.device('heater').value()).toBe(true);
    await house.pass(10 * MINUTE);
    expect(house.commander().pending(HOME)).toHaveLength(1);
    await house.pass(6 * MINUTE);
    expect(runOf(house)?.state === 'undone' || runOf(house)?.state === 'running').toBe(true);
    expect(house.device('miner').value()).toBe(false);
  });

  it('does not ask again after a no, and takes its question back when it is cancelled', async () => {
    const house = await homeOf({ mode: 'suggest' });
    const { workflows } = automate(house);
    const asking = workflowOf(house, {
      steps: [{ step: 'act', action: switching(house, 'heater', true), retries: 3, undo: null }],
    });
    workflows.save(HOME, asking);
    workflows.run(HOME, 'workflow_a', 'Mara');
    await house.clock.advance(1_000);
    house.commander().deny(house.commander().pending(HOME)[0]?.id ?? '', 'Jonas', 'tray');
    await house.pass(MINUTE);
    expect(runOf(house)).toMatchObject({ state: 'failed' });
    expect(house.commander().settled(HOME, 9)).toHaveLength(1);

    workflows.save(HOME, {
      ...asking,
      steps: [{ ...asking.steps[0], action: switching(house, 'miner', true) }] as Workflow['steps'],
    });
    workflows.run(HOME, 'workflow_a', 'Mara');
    await house.clock.advance(1_000);
    expect(house.commander().pending(HOME)).toHaveLength(1);
    workflows.cancel(HOME, runOf(house)?.id ?? '', 'Mara');
    await house.clock.advance(1_000);
    expect(house.commander().pending(HOME)).toEqual([]);
    expect(house.wire).toEqual([]);
  });

  it('with an action that this home does not have, or that runs a workflow, is refused by its step', async () => {
    const house = await homeOf();
    const { workflows } = automate(house);
    const nobody = { deviceId: 'nobody', channelId: 'switch:0' } as unknown as ReturnType<typeof refOf>;
    const wrong = workflowOf(house, {
      steps: [{ step: 'act', action: { do: 'switch', channel: nobody, on: true }, retries: 0, undo: null }],
    });
    expect(workflows.save(HOME, wrong)).toMatchObject({
      ok: false,
      error: { message: 'Step 1: There is no such device.' },
    });
    const nested = workflowOf(house, {
      steps: [{ step: 'act', action: { do: 'workflow', workflowId: 'workflow_a' }, retries: 0, undo: null }],
    });
    expect(workflows.save(HOME, nested)).toMatchObject({ ok: false });
    expect(workflows.list(HOME)).toEqual([]);
  });
});

const scheduleOf = (house: House, more: Partial<Schedule> = {}): Schedule => ({
  id: 'schedule_a',
  name: 'Hot water',
  enabled: true,
  when: { kind: 'once', at: house.clock.now() + 10 * MINUTE },
  actions: [switching(house, 'heater', true)],
  durationMs: 30 * MINUTE,
  ...more,
});

describe('a schedule', () => {
  it('does its action at its time, once, and gives back after its span', async () => {
    const house = await homeOf();
    const { schedules } = automate(house);
    expect(schedules.save(HOME, scheduleOf(house)).ok).toBe(true);
    await house.pass(9 * MINUTE);
    expect(house.device('heater').value()).toBe(false);
    await house.pass(2 * MINUTE);
    expect(house.device('heater').value()).toBe(true);
    expect(schedules.list(HOME)[0]).toMatchObject({ last: { state: 'done' }, nextAt: [] });
    await house.pass(31 * MINUTE);
    expect(house.device('heater').value()).toBe(false);
    expect(house.wire.filter(({ value }) => value === true)).toHaveLength(1);
  });

  it('comes again and again by its rule', async () => {
    const house = await homeOf();
    const { schedules } = automate(house);
    const when = { kind: 'recurring' as const, rrule: 'FREQ=HOURLY', startLocal: '2026-06-01T00:10' };
    schedules.save(HOME, scheduleOf(house, { when, durationMs: 10 * MINUTE }));
    await house.pass(3 * 60 * MINUTE);
    expect(house.wire.filter(({ value }) => value === true)).toHaveLength(3);
  });

  it('that was missed while nobody ran is told and not made up for', async () => {
    const house = await homeOf();
    const first = automate(house);
    first.schedules.save(HOME, scheduleOf(house));
    await house.pass(2 * MINUTE);
    first.die();
    await house.kill();
    await house.clock.advance(60 * MINUTE);
    await house.start();
    const { schedules } = automate(house);
    await house.pass(5 * MINUTE);
    expect(schedules.list(HOME)[0]?.last).toMatchObject({ state: 'missed' });
    expect(house.device('heater').value()).toBe(false);
    expect(house.store().events.countSince(HOME, 'schedule', 0)).toBe(1);
  });

  it('is done once, also when what was looked at is forgotten or another process looks again', async () => {
    const house = await homeOf();
    const first = automate(house);
    const tell: RuleAction = { do: 'notify', level: 'info', text: 'It is time.' };
    first.schedules.save(HOME, scheduleOf(house, { actions: [tell] }));
    const told: string[] = [];
    house.bus.on('notice', ({ text }) => void told.push(text));
    await house.pass(11 * MINUTE);
    first.die();
    house.store().state.set(`schedules-looked-at:${HOME}`, String(house.clock.now() - 10 * MINUTE));
    automate(house);
    await house.pass(MINUTE);
    expect(told).toEqual(['It is time.']);
    expect(house.store().workflows.lastRun(HOME, 'schedule_a')).toMatchObject({ state: 'done' });
  });

  it('is refused in Watch and while stopped, with the reason', async () => {
    const house = await homeOf({ mode: 'watch' });
    const { schedules } = automate(house);
    schedules.save(HOME, scheduleOf(house));
    await house.pass(12 * MINUTE);
    expect(schedules.list(HOME)[0]?.last).toMatchObject({ state: 'refused', sentence: 'The house was in Watch.' });
    expect(house.wire).toEqual([]);
  });

  it('of the past, or one that never comes, is refused', async () => {
    const house = await homeOf();
    const { schedules } = automate(house);
    const past = scheduleOf(house, { when: { kind: 'once', at: house.clock.now() - 1 } });
    expect(schedules.save(HOME, past)).toMatchObject({ ok: false, error: { code: 'schedule.past' } });
    expect(schedules.list(HOME)).toEqual([]);
  });
});

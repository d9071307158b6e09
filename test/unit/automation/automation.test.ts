import { describe, expect, it } from 'vitest';
import { type AutomationDeps, createAutomation } from '../../../main/automation/automation.ts';
import { replayClock } from '../../../main/clock.ts';
import type { Proposal } from '../../../main/control/types.ts';
import { createEventBus } from '../../../main/events.ts';
import { channelId, deviceId, siteId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { permanent } from '../../../main/result.ts';
import type { Mode } from '../../../preload/contract/base.ts';
import { DEFAULT_SETTINGS } from '../../../preload/contract/house.ts';
import type { LiveState, StopState } from '../../../preload/contract/site.ts';
import { channelConfig, liveState } from '../../support/house-views.ts';
import { measure, NOON, projection } from '../../support/miner-input.ts';

const HOME = siteId('home');
const CHANNEL = channelId('switch:0');
const PLUGS = ['a', 'b'].map((name, index) => ({
  deviceId: deviceId(`plug-${name}`),
  config: channelConfig({
    channelId: CHANNEL,
    name: `Miner ${name.toUpperCase()}`,
    role: 'miner',
    priority: index + 1,
  }),
}));

const house = () => {
  const clock = replayClock(NOON);
  const sink = memorySink();
  const failures: unknown[] = [];
  const bus = createEventBus((_, thrown) => failures.push(thrown));
  const submitted: Proposal[] = [];
  const on = new Map(PLUGS.map((plug) => [plug.deviceId, false]));
  const state = new Map<string, string>();
  const world = {
    mode: 'automate' as Mode,
    stop: undefined as StopState | undefined,
    live: liveState({ siteId: HOME, socPct: measure(85, '%'), batteryVoltageV: measure(53, 'V') }) as LiveState,
    obeys: true,
    lease: null as { owner: string; reason: string; expiresAt: number } | null,
    pendingCommand: false,
    settings: DEFAULT_SETTINGS,
  };
  const deps: AutomationDeps = {
    clock,
    bus,
    log: createLog(sink, clock),
    siteIds: () => [HOME],
    store: {
      settings: { get: () => world.settings } as unknown as AutomationDeps['store']['settings'],
      forecasts: {
        latest: () => ({
          ...projection(() => 85, 2, clock.now()),
          siteId: HOME,
          kind: 'soc',
          version: null,
          servedBy: 'physical',
          because: '',
        }),
      } as unknown as AutomationDeps['store']['forecasts'],
      state: { get: (name) => state.get(name), set: (name, value) => void state.set(name, value) },
      channelControl: {
        get: () => (world.lease ? { lease: world.lease } : undefined),
      } as unknown as AutomationDeps['store']['channelControl'],
      stops: { active: () => world.stop } as unknown as AutomationDeps['store']['stops'],
    },
    commander: {
      mode: () => world.mode,
      withdraw: () => undefined,
      pending: () => [],
      view: (id) => ({
        setpoint: on.get(id) ?? null,
        setpointSince: NOON,
        hold: null,
        pending: world.pendingCommand ? { actionId: 'act_1', value: true, step: 'sent', since: clock.now() } : null,
        trouble: null,
      }),
      submit: (proposal) => {
        submitted.push(proposal);
        if (world.obeys) on.set(proposal.deviceId, proposal.setpoint === true);
        return permanent('control.refused', 'Refused in this test.', 'Nothing.');
      },
    },
    telemetry: { live: () => world.live, channels: () => PLUGS },
  };
  const automation = createAutomation(deps);
  return { automation, clock, bus, submitted, world, sink, failures, state, on };
};

const started = () => {
  const home = house();
  home.automation.start(new AbortController().signal);
  return home;
};

describe('the automation service', () => {
  it('proposes as a rule with the numbers, once, and nothing that is already so', async () => {
    const home = started();
    await home.clock.advance(300_000);
    expect(home.submitted.map((each) => [each.deviceId, each.setpoint])).toEqual([
      ['plug-a', true],
      ['plug-b', true],
    ]);
    expect(home.submitted[0]).toMatchObject({
      origin: 'rule',
      who: 'Miner tiers',
      surface: 'system',
      reasonCode: 'SOC_TIER_ALLOWS',
      reason:
        'The battery’s lowest expected charge in the next 6 h is 85 %, above the 40 % that Miner A needs: it starts.',
      ifIgnored: 'Miner A stays off and the surplus goes to the battery or the grid.',
    });
    await home.clock.advance(3_600_000);
    expect(home.submitted).toHaveLength(2);
    await home.automation.stop();
  });

  it('runs as often as the settings ask, from the change on', async () => {
    const home = started();
    const runAt = () => (home.automation.lastRunAt(HOME) ?? NOON) - NOON;
    await home.clock.advance(299_000);
    expect(runAt()).toBe(0);
    await home.clock.advance(1_000);
    expect(runAt()).toBe(300_000);
    home.world.settings = { ...DEFAULT_SETTINGS, rulesEveryMs: 60_000 };
    home.bus.emit('settings', { siteId: HOME });
    await home.clock.advance(125_000);
    expect(runAt()).toBe(420_000);
    home.world.settings = { ...DEFAULT_SETTINGS, rulesEveryMs: 600_000 };
    home.bus.emit('settings', { siteId: HOME });
    await home.clock.advance(599_000);
    expect(runAt()).toBe(420_000);
    await home.clock.advance(1_000);
    expect(runAt()).toBe(1_025_000);
    await home.automation.stop();
  });

  it('repeats an unheard start after 15 min and an unheard pause after 5 min', async () => {
    const home = started();
    home.world.obeys = false;
    await home.clock.advance(1_800_000);
    expect(home.submitted.filter((each) => each.deviceId === 'plug-a')).toHaveLength(2);
    home.submitted.length = 0;
    home.on.set(deviceId('plug-a'), true);
    home.world.live = { ...home.world.live, socPct: measure(20, '%') };
    await home.clock.advance(1_800_000);
    expect(home.submitted.filter((each) => each.deviceId === 'plug-a')).toHaveLength(6);
    await home.automation.stop();
  });

  it.each([
    ['watch mode', { mode: 'watch' as const }],
    ['a stop', { stop: {} as StopState }],
    ['a command on its way', { pendingCommand: true }],
  ])('proposes nothing under %s', async (_, change) => {
    const home = started();
    Object.assign(home.world, change);
    await home.clock.advance(3_600_000);
    expect(home.submitted).toEqual([]);
    await home.automation.stop();
  });

  it('runs within a second of events, once for many', async () => {
    const home = started();
    home.bus.emit('live', { ...home.world.live, socPct: measure(79, '%') });
    await home.clock.advance(2_000);
    expect(home.submitted).toHaveLength(0);
    for (const value of [81, 79, 81]) home.bus.emit('live', { ...home.world.live, socPct: measure(value, '%') });
    home.bus.emit('forecast', { siteId: HOME, issuedAt: NOON });
    home.bus.emit('deviceState', { siteId: HOME, deviceId: deviceId('plug-a'), state: 'online' });
    await home.clock.advance(2_000);
    expect(home.submitted).toHaveLength(2);
    expect(home.automation.lastRunAt(HOME)).toBe(NOON + 3_000);
    await home.automation.stop();
  });

  it.each(['forecast', 'mode', 'stop', 'deviceState'] as const)('looks again on %s', async (name) => {
    const home = started();
    if (name === 'forecast') home.bus.emit(name, { siteId: HOME, issuedAt: NOON });
    if (name === 'mode') home.bus.emit(name, { siteId: HOME, mode: 'automate' });
    if (name === 'stop') home.bus.emit(name, null);
    if (name === 'deviceState') home.bus.emit(name, { siteId: HOME, deviceId: deviceId('plug-a'), state: 'online' });
    await home.clock.advance(1_500);
    expect(home.submitted).toHaveLength(2);
    await home.automation.stop();
  });

  it.each([
    ['its own lease that ends soon', { owner: 'rule: Miner tiers', minutes: 20 }, 85, true, [true]],
    ['its own lease that has time', { owner: 'rule: Miner tiers', minutes: 60 }, 85, true, []],
    ["a person's lease", { owner: 'manual: Mara', minutes: 20 }, 85, true, []],
    ['a pause that must last', { owner: 'rule: Miner tiers', minutes: 20 }, 45, false, [false]],
    ['a pause while the charge is not known', { owner: 'rule: Miner tiers', minutes: 20 }, null, false, [false]],
    ['a run while the charge is not known', { owner: 'rule: Miner tiers', minutes: 20 }, null, true, []],
  ] as const)('renews only what it stands behind: %s', async (_, lease, charge, isOn, expected) => {
    const home = started();
    home.world.lease = { owner: lease.owner, reason: '', expiresAt: NOON + lease.minutes * 60_000 };
    home.world.live = { ...home.world.live, socPct: measure(charge, '%') };
    for (const plug of PLUGS) home.on.set(plug.deviceId, isOn);
    await home.clock.advance(600_000);
    const ofA = home.submitted.filter((each) => each.deviceId === 'plug-a');
    expect(ofA.map((each) => each.setpoint)).toEqual(expected);
    expect(ofA.every((each) => each.leaseMs === 1_800_000)).toBe(true);
    await home.automation.stop();
  });

  it('remembers a low pause across a restart', async () => {
    const home = started();
    home.on.set(deviceId('plug-a'), true);
    home.world.live = { ...home.world.live, socPct: measure(45, '%') };
    await home.clock.advance(300_000);
    expect(home.submitted.map((each) => each.setpoint)).toEqual([false]);
    await home.automation.stop();
    home.world.live = { ...home.world.live, socPct: measure(70, '%') };
    expect(home.automation.explain(HOME)[0]).toMatchObject({ waits: 'waits for 80 %', setpoint: null });
    expect(JSON.parse(home.state.get('automation.miner-tiers:home') ?? '')).toMatchObject({ pausedLow: true });
  });

  it('a site that fails is logged and the rules go on', async () => {
    const home = started();
    home.world.live = null as unknown as LiveState;
    await home.clock.advance(300_000);
    expect(home.sink.lines.join()).toContain('could not run');
    expect(home.automation.lastRunAt(HOME)).toBeNull();
    await home.automation.stop();
  });

  it.each(['stop', 'abort'] as const)('leaves no timer and no listener after %s', async (how) => {
    const home = house();
    const abort = new AbortController();
    home.automation.start(abort.signal);
    home.bus.emit('forecast', { siteId: HOME, issuedAt: NOON });
    if (how === 'stop') await home.automation.stop();
    else abort.abort();
    expect(home.clock.pendingTimers()).toBe(0);
    expect(home.bus.listenerCount()).toBe(0);
  });
});

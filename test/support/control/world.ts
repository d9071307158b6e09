import type { Judge } from '../../../main/control/envelope.ts';
import type { Proposal } from '../../../main/control/types.ts';
import { DEFAULT_SAFETY, type Safety } from '../../../preload/contract/safety.ts';
import { createHouse, type House } from './house.ts';
import { HOME, proposalOf } from './snapshots.ts';
import { writeEnvelope } from './world-envelope.ts';
import { bendSenses, duties, type Senses, startGuard } from './world-guard.ts';
import { handValue, LOADS, wishedValue } from './world-loads.ts';
import { createQuestions } from './world-questions.ts';
import { createWorldState } from './world-state.ts';
import type { Script, Step } from './world-steps.ts';
import { createOnlooker } from './world-wire.ts';

export interface WorldReport {
  readonly violations: readonly string[];
  /** How many steps were really played. */
  readonly steps: number;
  readonly writes: number;
  readonly outcomes: ReadonlyMap<string, number>;
  /** Every event in order, for whoever has to find out why. */
  readonly trace: readonly string[];
}

/** Steps of which a device is not done within one look. */
const SETTLES_MS = 6_000;

/**
 * Plays a script on a real commander, a real guard and a real database, and lets the oracle look at every write on the
 * wire, at every answer to a question, and at what must have been done by now.
 */
export const playWorld = async ({ startAt, steps }: Script, judge?: Judge): Promise<WorldReport> => {
  const state = createWorldState();
  const { violations } = state;
  const questions = createQuestions(state);
  const senses: Senses = { bends: { grid: 'none', soc: 'none' }, pressed: false };
  const since = { grid: Number.POSITIVE_INFINITY, button: Number.POSITIVE_INFINITY };
  let frozen = false;
  /** How far the wall clock went back in this run. */
  let setBackMs = 0;
  let written: Safety = DEFAULT_SAFETY;
  let guard = new AbortController();
  const onlooker = createOnlooker((): House => house, state);
  const house: House = await createHouse(LOADS, {
    startAt,
    remembers: true,
    timings: { leaseTickMs: 15_000 },
    ...onlooker,
    ...(judge ? { judge } : {}),
  });
  bendSenses(house, senses);
  house.store().settings.set(HOME, { batteryCapacityKwh: 12 }, 'Ada', house.clock.now());
  const heard = (proposal: Proposal, answer: ReturnType<typeof house.wish>): void => {
    if (answer.ok) questions.heard(house, proposal, answer.value);
  };
  const begin = async (): Promise<void> => {
    await house.start();
    guard = startGuard(house, state, () => written, heard);
  };
  await begin();

  const trace: string[] = [];
  house.bus.on('action', ({ deviceId, deviceName, origin, asked, before, step, outcome, sentence, reasonCode }) => {
    const facts = state.of(deviceId);
    if (reasonCode === 'FOREIGN_CHANGE') state.free(deviceId, house.clock.monotonicMs());
    // A load that a person starts may take the battery out of a person's hand; one that automation starts may not.
    if (reasonCode === 'BATTERY_LOCKED' && step === 'sent' && facts.hold?.origin === 'manual') {
      if (facts.hold.untilAt > house.clock.now() && state.lastWishOrigin !== 'manual')
        violations.push('person-overruled: the battery was locked for automation');
      state.free(deviceId, house.clock.monotonicMs());
    }
    // With its lease the guard's hold ends too.
    if (reasonCode === 'LEASE_ENDED' && origin === 'safety' && facts.hold?.origin === 'safety') facts.hold = null;
    // A newer wish of the same origin that a crash broke off had already taken the place of the older one's hold.
    if (outcome === 'interrupted' && step === 'sent' && facts.hold?.origin === origin) facts.hold = null;
    trace.push(
      `${house.clock.now()} ${deviceName} ${origin} ${reasonCode} ${asked} before ${before} ${step} ${outcome} ${sentence}`,
    );
  });

  /** The house as a whole is not what it was a moment ago. */
  const disturbed = (): void => {
    state.calmMs = house.clock.monotonicMs();
  };
  const restart = async (goes: () => Promise<void>): Promise<void> => {
    guard.abort();
    questions.restarted(setBackMs);
    setBackMs = 0;
    await goes();
    await begin();
    disturbed();
  };
  const sensed = (): void => {
    const now = house.clock.monotonicMs();
    const hidden = ['absent', 'not-a-number', 'spike', 'stale', 'future'].includes(senses.bends.grid);
    since.grid = hidden ? Math.min(since.grid, now) : Number.POSITIVE_INFINITY;
    since.button = senses.pressed === true ? Math.min(since.button, now) : Number.POSITIVE_INFINITY;
  };

  const wish = async ({ load, origin, level, holdMs, leaseMs, answer }: Extract<Step, { kind: 'wish' }>) => {
    const target = house.devices[load];
    if (!target) return;
    state.lastWishMs = house.clock.monotonicMs();
    state.lastWishOrigin = origin;
    const change = { setpoint: wishedValue(target.id, level), origin, who: origin, holdMs, leaseMs };
    const wished = house.wish(target.id, change);
    if (!wished.ok) return;
    // A person's newer wish takes the place of the older hold, whatever comes of it.
    if (origin === 'manual' && 'action' in wished.value && wished.value.action.outcome !== 'refused')
      state.of(target.id).hold = null;
    const proposal = proposalOf({ siteId: HOME, deviceId: target.id, channelId: target.channel, ...change });
    const asked = questions.heard(house, proposal, wished.value);
    if (asked && answer !== 'later') questions.decide(house, asked, answer === 'yes' ? 'approve' : 'deny');
    await house.clock.advance(0);
  };

  const play = async (step: Step): Promise<void> => {
    const target = 'load' in step ? house.devices[step.load] : undefined;
    const now = house.clock.monotonicMs();
    switch (step.kind) {
      case 'wish':
        return wish(step);
      case 'answer': {
        state.lastWishMs = now;
        // Only automation is asked about.
        state.lastWishOrigin = 'rule';
        const one = questions.pick(step.which);
        for (let time = 0; one && time < step.times; time += 1) questions.decide(house, one, step.decision);
        return house.clock.advance(0);
      }
      case 'pass':
        await house.pass(step.spanMs);
        return duties(house, state, since, written);
      case 'behave':
        if (target) state.of(target.id).calmMs = now;
        return target?.behave(step.as);
      case 'hand':
        if (target) state.of(target.id).calmMs = now;
        return target?.byHand(handValue(target.id, step.level));
      case 'meters':
        Object.assign(house.meters.meters, { socPct: step.socPct, pvW: step.pvW, householdW: step.householdW });
        return house.meters.poll();
      case 'freeze':
        frozen = step.what === 'grid' || (frozen && step.what === 'soc');
        return step.what === 'none' ? house.meters.thaw() : house.meters.freeze(step.what);
      case 'bend':
        senses.bends[step.what] = step.how;
        return sensed();
      case 'button':
        senses.pressed = step.pressed;
        house.bus.emit('readings', { siteId: HOME, deviceId: house.device('miner').id, readings: [] });
        return sensed();
      case 'mode':
        disturbed();
        if (house.commander().setMode(HOME, step.mode, 'Ada').ok) state.mode = step.mode;
        return;
      case 'stop':
        state.beginStop();
        disturbed();
        await house.stop().activate(HOME, 'Ada', 'window', null);
        return;
      case 'release':
        disturbed();
        if (!house.stop().release(HOME, 'Ada', 'window').ok) return;
        if (senses.pressed === true && written.stopInputs.length > 0) violations.push('released-while-pressed');
        state.stopped = false;
        return;
      case 'drill': {
        const sent = house.wire.length;
        const quiet = state.stopped;
        const drilled = house.stop().drill(HOME, 'Ada', 'window');
        if (!quiet && house.wire.length > sent) violations.push('drill-writes');
        await house.clock.advance(SETTLES_MS);
        if ((await drilled).ok && quiet) violations.push('drilled-while-stopped');
        return;
      }
      case 'kill':
        return restart(house.kill);
      case 'leave':
        // Whoever leaves gives back what was borrowed, and what the guard held with a lease is over then.
        for (const facts of state.all()) if (facts.hold?.origin === 'safety') facts.hold = null;
        return restart(house.leave);
      case 'limits':
        disturbed();
        house.store().settings.set(HOME, { maxGridImportW: step.maxGridImportW }, 'Ada', house.clock.now());
        return;
      case 'allow': {
        const record = target && house.store().devices.get(target.id);
        if (!target || !record) return;
        house.store().devices.update({
          ...record,
          channels: record.channels.map((channel) => ({ ...channel, controllable: step.controllable })),
        });
        Object.assign(state.of(target.id), { controllable: step.controllable, calmMs: now });
        return;
      }
      case 'letGo':
        if (!target) return;
        house.commander().releaseHold(HOME, target.id, target.channel, 'Ada');
        state.free(target.id, now);
        return;
      case 'jump':
        disturbed();
        setBackMs += Math.max(0, -step.spanMs);
        house.clock.jump(step.spanMs);
        if (step.noticed) house.bus.emit('timeJump', { spanMs: step.spanMs });
        return house.clock.advance(0);
      case 'envelope':
        disturbed();
        house.meters.meters.shedC = step.shedC;
        written = step.safety;
        writeEnvelope(house, step.safety, step.poorPct);
        return house.meters.poll();
      case 'own':
        disturbed();
        return house.own(step.still);
    }
  };

  let played = 0;
  for (const step of steps) {
    trace.push(`${house.clock.now()} ${JSON.stringify(step)}`);
    state.forgetPast(house.clock.now());
    await play(step);
    played += 1;
    if (violations.length > 0) break;
  }
  const writes = house.wire.length;
  guard.abort();
  house.close();
  return { violations, steps: played, writes, outcomes: state.outcomes, trace };
};

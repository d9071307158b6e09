import { describe, expect, it } from 'vitest';
import { type ReplayClock, replayClock } from '../../../main/clock.ts';
import { createEventBus } from '../../../main/events.ts';
import { createDeadMan } from '../../../main/health/dead-man.ts';
import { createHealth } from '../../../main/health/health.ts';
import { ruleHeartbeat } from '../../../main/health/heartbeats.ts';
import { createNoticeRouting } from '../../../main/health/routing/routing.ts';
import { newId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { Messenger, Told } from '../../../main/messengers/types.ts';
import { ok, temporary } from '../../../main/result.ts';
import type { PollerState } from '../../../main/telemetry/types.ts';
import type { Notice } from '../../../preload/contract/house.ts';
import {
  DEFAULT_MESSAGE_SETTINGS,
  type MessageSettings,
  type MessengerKind,
} from '../../../preload/contract/messages.ts';
import { poller } from '../../support/pollers.ts';
import { HOME, tempStore } from '../../support/store/temp-store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Noon of a summer day in Berlin. */
const NOON = Date.UTC(2026, 5, 17, 10);

/** A messenger that takes messages unless it is broken. */
const messengerOf = (kind: MessengerKind) => {
  const taken: Told[] = [];
  const world = { broken: false, tries: 0 };
  const messenger: Messenger = {
    kind,
    takesAnswers: false,
    tell: async (message) => {
      world.tries += 1;
      if (world.broken) return temporary('messenger.away', `${kind} is away.`, 'Wait.');
      taken.push(message);
      return ok({ messageId: `${world.tries}` });
    },
    ask: async () => ok({ messageId: '' }),
    close: async () => ok(undefined),
    listen: async () => undefined,
  };
  return { messenger, taken, world };
};

const house = async (changes: Partial<MessageSettings> = {}, start = NOON) => {
  const clock: ReplayClock = replayClock(start);
  const { store } = await tempStore({ clock });
  store.messages.setSettings(HOME, { ...DEFAULT_MESSAGE_SETTINGS, ...changes }, [], { who: 'Anna', at: start });
  const bus = createEventBus((_, thrown) => {
    throw thrown;
  });
  const log = createLog(memorySink(), clock);
  const [ntfy, email, sms] = [messengerOf('ntfy'), messengerOf('email'), messengerOf('sms')];
  const desktop: string[] = [];
  bus.on('told', ({ title }) => desktop.push(title));
  const notices: Notice[] = [];
  bus.on('notice', (notice) => notices.push(notice));
  const world = {
    ready: [ntfy.messenger, email.messenger, sms.messenger] as readonly Messenger[],
    pollers: [poller('A')] as readonly PollerState[],
    mode: 'watch' as 'watch' | 'automate',
    lastRunAt: start,
  };
  const make = () =>
    createNoticeRouting({
      ...{ bus, store, clock, log },
      messengers: { ready: () => world.ready, onChange: () => () => undefined },
      siteIds: () => [HOME],
      settingsOf: (id) => store.messages.settings(id),
      zoneOf: (id) => store.sites.get(id)?.timeZone ?? 'UTC',
    });
  const routing = make();
  routing.start(new AbortController().signal);
  const say = (words: Partial<Notice> = {}): void =>
    bus.emit('notice', {
      ...{
        id: newId('notice'),
        at: clock.now(),
        level: 'attention',
        title: 'The meter is silent',
        text: '',
        subject: 'm',
      },
      ...words,
    });
  return { clock, store, bus, log, ntfy, email, sms, desktop, notices, world, routing, make, say };
};
const outcomes = (store: Awaited<ReturnType<typeof house>>['store']): readonly string[] =>
  store.messages
    .list(HOME, 200)
    .map(({ outcome, by }) => `${outcome}${by.length > 0 ? ` ${by.join()}` : ''}`)
    .reverse();

describe('notices on their way out', () => {
  it('are told after they lasted, by those who take their level, once, and their end the same way', async () => {
    const { clock, say, ntfy, email, sms, desktop, store } = await house();
    say();
    await clock.advance(3 * MINUTE_MS - 1);
    expect(ntfy.taken).toEqual([]);
    await clock.advance(1);
    expect([ntfy.taken.length, email.taken.length, sms.taken.length]).toEqual([1, 1, 0]);
    say();
    say({ recovered: true, level: 'info', title: 'The meter is back' });
    await clock.advance(5 * MINUTE_MS);
    expect(ntfy.taken.map(({ title }) => title)).toEqual(['The meter is silent', 'The meter is back']);
    expect(desktop).toEqual(['The meter is silent', 'The meter is back']);
    expect(outcomes(store)).toEqual(['sent ntfy,email', 'repeated', 'sent ntfy,email']);
  });

  it('that are over before are not told, and those that are critical at once and by all', async () => {
    const { clock, say, sms, desktop, store } = await house();
    say();
    await clock.advance(MINUTE_MS);
    say({ recovered: true, level: 'info' });
    await clock.advance(HOUR_MS);
    expect(desktop).toEqual([]);
    say({ level: 'critical' });
    await clock.advance(0);
    expect(sms.taken).toHaveLength(1);
    expect(outcomes(store)).toEqual(['too-soon', 'sent ntfy,email,sms']);
  });

  it('wait for the end of quiet hours and come in one message; what is critical does not wait', async () => {
    const { clock, say, ntfy, desktop, store } = await house();
    await clock.advance(11 * HOUR_MS);
    say({ subject: 'a', title: 'The plug is away' });
    say({ subject: 'b', title: 'The car is away' });
    say({ subject: 'c', title: 'The pump is away' });
    await clock.advance(HOUR_MS);
    say({ subject: 'b', recovered: true, level: 'info' });
    say({ subject: 'd', level: 'critical', title: 'The fuse is too hot' });
    await clock.advance(6 * HOUR_MS);
    expect(desktop).toEqual(['The fuse is too hot']);
    await clock.advance(2 * HOUR_MS);
    expect(desktop).toEqual(['The fuse is too hot', '2 of 3 notices need you']);
    expect(ntfy.taken.at(-1)?.text).toContain('23:00 The plug is away.');
    expect(ntfy.taken).toHaveLength(2);
    expect(outcomes(store)).toEqual([
      'held-quiet',
      'held-quiet',
      'held-quiet',
      'sent ntfy,email,sms',
      'sent ntfy,email',
    ]);
  });

  it('go by another messenger when one fails, are tried again when all do, and the window says so', async () => {
    const { clock, say, ntfy, email, sms, notices, store } = await house();
    ntfy.world.broken = true;
    email.world.broken = true;
    say();
    await clock.advance(4 * MINUTE_MS);
    expect(sms.taken.map(({ title }) => title)).toEqual(['The meter is silent']);
    expect(notices.map(({ subject }) => subject)).toEqual(['m', 'messenger/ntfy', 'messenger/email']);
    sms.world.broken = true;
    say({ subject: 'x', level: 'critical', title: 'The fuse is too hot' });
    await clock.advance(2_000);
    expect(outcomes(store)).toContain('failed');
    email.world.broken = false;
    await clock.advance(30 * MINUTE_MS);
    expect(email.taken.map(({ title }) => title)).toContain('The fuse is too hot');
    expect(notices.some(({ subject, recovered }) => subject === 'messenger/email' && recovered === true)).toBe(true);
  });

  it('are not sent late when they are over', async () => {
    const { clock, say, ntfy, world } = await house();
    world.ready = [ntfy.messenger];
    ntfy.world.broken = true;
    say({ level: 'critical' });
    await clock.advance(30_000);
    say({ recovered: true, level: 'info', title: 'Over' });
    await clock.advance(HOUR_MS);
    ntfy.world.broken = false;
    await clock.advance(12 * HOUR_MS);
    expect(ntfy.taken.map(({ title }) => title)).not.toContain('The meter is silent');
  });

  it('are shown on the desktop and kept where nobody takes them', async () => {
    const { clock, say, world, desktop, store } = await house();
    world.ready = [];
    say();
    await clock.advance(4 * MINUTE_MS);
    expect(desktop).toHaveLength(1);
    expect(outcomes(store)).toEqual(['nobody']);
  });

  it('are not told again after a restart, but their end is', async () => {
    const { clock, say, ntfy, routing, make } = await house();
    say();
    await clock.advance(4 * MINUTE_MS);
    await routing.stop();
    expect(clock.pendingTimers()).toBe(0);
    const again = make();
    again.start(new AbortController().signal);
    say();
    await clock.advance(HOUR_MS);
    expect(ntfy.taken).toHaveLength(1);
    say({ recovered: true, level: 'info', title: 'The meter is back' });
    await clock.advance(HOUR_MS);
    expect(ntfy.taken.map(({ title }) => title)).toEqual(['The meter is silent', 'The meter is back']);
    await again.stop();
  });

  it('are told again when they last and the repeat span is over', async () => {
    const { clock, say, ntfy } = await house({ quiet: null, repeatAfterMs: 6 * HOUR_MS });
    say();
    await clock.advance(4 * MINUTE_MS);
    say();
    await clock.advance(5 * HOUR_MS);
    expect(ntfy.taken).toHaveLength(1);
    await clock.advance(HOUR_MS);
    expect(ntfy.taken).toHaveLength(2);
    await clock.advance(24 * HOUR_MS);
    expect(ntfy.taken).toHaveLength(2);
  });

  it('keep their turn under a flood, and leave no listener behind', async () => {
    const { clock, say, ntfy, routing, bus } = await house({ debounceMs: 0 });
    for (let count = 0; count < 50; count += 1) {
      say({ subject: `s${count}`, title: `Trouble ${count}` });
      await clock.advance(100);
    }
    expect(ntfy.taken.length).toBeGreaterThan(0);
    expect(ntfy.taken.length).toBeLessThan(10);
    await routing.stop();
    say();
    await clock.advance(HOUR_MS);
    expect(bus.listenerCount()).toBe(2);
  });
});

describe('far too many, or none when it matters', () => {
  it('a device that flaps 500 times a day gives two messages at most, on the desktop too', async () => {
    const { clock, store, bus, log, world, ntfy, desktop } = await house({ quiet: null });
    const health = createHealth({
      ...{ store, clock, bus, log, siteIds: () => [HOME], mode: () => 'watch', lostLogLines: () => 0 },
      ...{ holdsController: () => true, missing: () => [], flows: { list: () => [] } },
      telemetry: { pollers: () => world.pollers },
    });
    health.start(new AbortController().signal);
    for (let flap = 0; flap < 500; flap += 1) {
      world.pollers = [poller('A', { state: 'offline', consecutiveFailures: 9 })];
      await clock.advance(90_000);
      world.pollers = [poller('A')];
      await clock.advance(82_800);
    }
    expect(ntfy.taken.length).toBeGreaterThan(0);
    expect(ntfy.taken.length).toBeLessThanOrEqual(2);
    expect(desktop.length).toBeLessThanOrEqual(2);
    await health.stop();
  });

  it('rules that stop give one message within 15 minutes, at night too, and one when they run again', async () => {
    const { clock, store, bus, log, world, sms, desktop } = await house({}, NOON + 13 * HOUR_MS);
    const deadMan = createDeadMan({
      ...{ store, bus, clock, log, siteIds: () => [HOME] },
      limitMs: (id) => store.messages.settings(id).deadManMs,
      heartbeats: [ruleHeartbeat({ store, mode: () => world.mode, lastAutomationRunAt: () => world.lastRunAt })],
    });
    world.mode = 'automate';
    deadMan.start(new AbortController().signal);
    for (let run = 0; run < 12; run += 1) {
      world.lastRunAt = clock.now();
      await clock.advance(5 * MINUTE_MS);
    }
    expect(desktop).toEqual([]);
    await clock.advance(10 * MINUTE_MS);
    expect(desktop).toEqual(['The rules have not run for 15 minutes']);
    await clock.advance(2 * HOUR_MS);
    expect(sms.taken).toHaveLength(1);
    for (let run = 0; run < 120; run += 1) {
      world.lastRunAt = clock.now();
      await clock.advance(5 * MINUTE_MS);
    }
    expect(desktop).toEqual(['The rules have not run for 15 minutes', 'CommandCenter works again']);
    deadMan.stop();
  });
});

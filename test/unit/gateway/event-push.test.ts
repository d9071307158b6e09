import { describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { createEventBus } from '../../../main/events.ts';
import { createEventPush } from '../../../main/gateway/event-push.ts';
import type { PushedEvent } from '../../../main/gateway/types.ts';
import { siteId } from '../../../main/ids.ts';

const home = siteId('home');
const setUp = () => {
  const clock = replayClock(1_700_000_000_000);
  const bus = createEventBus(() => undefined);
  const sent: PushedEvent[] = [];
  return { clock, bus, sent, push: createEventPush(bus, clock, (event) => sent.push(event)) };
};

describe('event push', () => {
  it('sends the newest of a name a few times a second, however many come', async () => {
    const { clock, bus, sent } = setUp();
    for (let at = 1; at <= 100; at += 1) bus.emit('devices', { siteId: home, at });
    expect(sent).toHaveLength(0);
    await clock.advance(250);
    expect(sent).toEqual([{ name: 'devices', payload: { siteId: home, at: 100 } }]);
  });

  it('keeps two notices apart', async () => {
    const { clock, bus, sent } = setUp();
    for (const id of ['a', 'b', 'a']) bus.emit('notice', { id, at: 1, level: 'info', title: id, text: '' });
    await clock.advance(250);
    expect(sent.map((event) => (event.payload as { id: string }).id)).toEqual(['b', 'a']);
  });

  it('keeps apart what is said about plans and about backtests', async () => {
    const { clock, bus, sent } = setUp();
    for (const about of ['plan', 'backtest', 'plan'] as const)
      bus.emit('plan', { siteId: home, about, share: null, sentence: about });
    await clock.advance(250);
    expect(sent.map((event) => (event.payload as { about: string }).about)).toEqual(['backtest', 'plan']);
  });

  it('sends stop and mode at once', () => {
    const { bus, sent } = setUp();
    bus.emit('mode', { siteId: home, mode: 'watch' });
    expect(sent).toHaveLength(1);
  });

  it('holds back while hidden and sends one snapshot when shown', async () => {
    const { clock, bus, sent, push } = setUp();
    push.setVisible(false);
    for (let at = 1; at <= 50; at += 1) bus.emit('devices', { siteId: home, at });
    await clock.advance(60_000);
    expect(sent).toHaveLength(0);
    push.setVisible(true);
    expect(sent).toEqual([{ name: 'devices', payload: { siteId: home, at: 50 } }]);
  });

  it('keeps the newest 200 things that have an id while hidden, and everything that has none', () => {
    const { bus, sent, push } = setUp();
    push.setVisible(false);
    bus.emit('devices', { siteId: home, at: 1 });
    for (let at = 0; at < 1_000; at += 1)
      bus.emit('notice', { id: `n${at}`, at, level: 'info', title: 'One of many', text: '' });
    // Said again, it is among the newest.
    bus.emit('notice', { id: 'n800', at: 2_000, level: 'info', title: 'Again', text: '' });
    bus.emit('notice', { id: 'last', at: 2_001, level: 'info', title: 'The last', text: '' });
    push.setVisible(true);
    const ids = sent.filter((event) => event.name === 'notice').map((event) => (event.payload as { id: string }).id);
    expect(sent).toHaveLength(201);
    expect(sent[0]?.name).toBe('devices');
    expect(ids).toEqual([...Array.from({ length: 198 }, (_, index) => `n${index + 802}`), 'n800', 'last']);
  });

  it('leaves no listener and no timer', () => {
    const { clock, bus, push } = setUp();
    bus.emit('devices', { siteId: home, at: 1 });
    push.close();
    expect(bus.listenerCount()).toBe(0);
    expect(clock.pendingTimers()).toBe(0);
  });
});

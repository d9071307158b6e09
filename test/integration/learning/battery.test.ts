import { afterEach, expect, it } from 'vitest';
import { channelId, deviceId } from '../../../main/ids.ts';
import { batteryDecisionQueries } from '../../../preload/contract/battery-decision.ts';
import { DEMO_SITE } from '../../support/learning/demo-home.ts';
import { free, liveLearning } from '../../support/learning/live-learning.ts';
import { plugDevice } from '../../support/store/temp-store.ts';

const NOW = Date.parse('2026-11-21T08:40:00Z');
const id = DEMO_SITE.id;

let home: Awaited<ReturnType<typeof liveLearning>>;
afterEach(() => home.close());

it('says how old the battery is, and keeps what it said', async () => {
  home = await liveLearning(NOW, true);
  expect(batteryDecisionQueries['battery.health'].output.parse(home.learning.batteries.view(id)).sohPct).toBeNull();
  const checked = await home.learning.batteries.check(id, free.signal);
  if (!checked.ok) throw new Error(checked.error.message);
  expect(checked.value).toMatch(/^Battery: State of health [\d.]+ %/);
  const view = batteryDecisionQueries['battery.health'].output.parse(home.learning.batteries.view(id));
  expect(view.sohPct?.p50).toBeGreaterThan(80);
  expect(view.sohPct?.p10).toBeLessThanOrEqual(view.sohPct?.p50 ?? 0);
  expect(view.fullCycles).toBeGreaterThan(10);
  expect(view.endOfLifeAt?.p50 ?? NOW + 1).toBeGreaterThan(NOW);
  expect(view.history).toHaveLength(1);
  home.clock.jump(86_400_000);
  await home.learning.batteries.check(id, free.signal);
  expect(home.learning.batteries.view(id).history).toHaveLength(2);
});

it('needs the capacity of the battery', async () => {
  home = await liveLearning(NOW, false, { batteryCapacityKwh: null });
  expect(await home.learning.batteries.check(id, free.signal)).toMatchObject({ ok: true });
  expect(home.learning.batteries.view(id)).toMatchObject({ checkedAt: null, sohPct: null });
  expect(await home.learning.decisions.learn(id, free.signal)).toMatchObject({
    ok: true,
    value: 'Decisions: nothing to learn without the capacity and the state of charge of a battery.',
  });
});

it('learns whether running a load ends well, and answers for one of the home', async () => {
  home = await liveLearning(NOW, true);
  const plug = plugDevice({ id: deviceId('miner'), siteId: id });
  const [channel] = plug.channels;
  if (channel === undefined) throw new Error('the device has no channel');
  home.store.devices.add({ ...plug, channels: [{ ...channel, role: 'miner', ratedPowerW: 1800 }] }, NOW);
  const ask = () => home.learning.decisions.decide(id, plug.id, channel.channelId, 2);
  expect(await ask()).toMatchObject({ ok: true, value: { probabilityPct: null } });
  expect((await home.learning.forecast(id, free.signal)).ok).toBe(true);
  const learnt = await home.learning.decisions.learn(id, free.signal);
  if (!learnt.ok) throw new Error(learnt.error.message);
  const card = batteryDecisionQueries['decision.card'].output.parse(home.learning.decisions.card(id));
  expect(card.examples).toBeGreaterThan(500);
  expect(card.accuracyPct).toBeGreaterThan(70);
  const answer = await ask();
  if (!answer.ok) throw new Error(answer.error.message);
  const { probabilityPct, contributions, sentence } = batteryDecisionQueries['decision.ask'].output.parse(answer.value);
  expect(probabilityPct).toBeGreaterThanOrEqual(0);
  expect(probabilityPct).toBeLessThanOrEqual(100);
  expect(contributions.length).toBeGreaterThan(5);
  expect(sentence).toMatch(/above 40 % with \d+ % probability/);
  expect(await home.learning.decisions.decide(id, plug.id, channelId('nowhere'), 1)).toMatchObject({ ok: false });
});

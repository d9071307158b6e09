import { afterEach, describe, expect, it } from 'vitest';
import { type ReplayClock, replayClock } from '../../../main/clock.ts';
import { judge } from '../../../main/control/envelope.ts';
import type { Reading } from '../../../main/reading.ts';
import { ok, type Result } from '../../../main/result.ts';
import type { Metric } from '../../../preload/contract/base.ts';
import { channelOf, configOf as controlled, proposalOf, snapshotOf } from '../../support/control/snapshots.ts';
import { openHouse } from '../../support/telemetry/open-house.ts';
import { AWAY, configOf, readingOf, SITE, scriptedDevice } from '../../support/telemetry/scripted-device.ts';

const START = Date.UTC(2026, 5, 1, 12);
const MINUTE = 60_000;
const ends: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Signal {
  readonly channel: string;
  readonly metric: Metric;
  readonly good: number;
}
const SIGNALS: readonly Signal[] = [
  { channel: 'grid', metric: 'powerW', good: -2_400 },
  { channel: 'battery', metric: 'socPct', good: 91 },
];
type Told = Result<readonly Reading[]>;
/** Each way to be wrong: what the device says of the signal while everything else goes on. */
const WAYS: Readonly<
  Record<
    string,
    { readonly ms: number; readonly says: (clock: ReplayClock, signal: Signal) => number | null | Partial<Reading> }
  >
> = {
  unavailable: { ms: 2 * MINUTE, says: () => null },
  'not a number': { ms: 2 * MINUTE, says: () => Number.NaN },
  'a thousand times too large': { ms: 2 * MINUTE, says: (_, { good }) => good * 1_000 },
  late: { ms: 2 * MINUTE, says: (_, { good }) => ({ value: good, measuredAt: START }) },
  'of tomorrow': {
    ms: 2 * MINUTE,
    says: (clock, { good }) => ({ value: good, measuredAt: clock.now() + 24 * 60 * MINUTE }),
  },
};

/** Real telemetry over one device; the envelope judges a miner's start by what it derives. */
const setUp = async (tell: (clock: ReplayClock, at: number) => Told) => {
  const clock = replayClock(START);
  const house = await openHouse(clock);
  ends.push(house.end);
  const telemetry = house.start();
  ends.push(telemetry.stop);
  const { device } = scriptedDevice(
    clock,
    'hub',
    [configOf('grid', 'grid'), configOf('pv', 'pv'), configOf('battery', 'battery')],
    { answer: () => tell(clock, clock.now()) },
  );
  telemetry.add(device);
  const verdict = () =>
    judge(
      proposalOf({ siteId: SITE }),
      snapshotOf({ at: clock.now(), live: telemetry.live(SITE), channel: channelOf({ config: controlled() }) }),
    );
  return { clock, telemetry, verdict };
};

const flicker = (at: number): number => (at / 10_000) % 7;
const allGood = (clock: ReplayClock, without?: Signal): readonly Reading[] =>
  [
    { channel: 'pv', metric: 'powerW' as const, good: 5_000 },
    { channel: 'battery', metric: 'powerW' as const, good: 600 },
    ...SIGNALS,
  ]
    .filter((each) => each !== without)
    .map(({ channel, good, metric }) =>
      readingOf(clock, channel, metric, metric === 'powerW' ? good + flicker(clock.now()) : good),
    );

it('starts a miner while everything is measured: what follows is not refused for another reason', async () => {
  const { clock, verdict } = await setUp((now) => ok(allGood(now)));
  await clock.advance(MINUTE);
  expect(verdict().outcome).toBe('allowed');
});

describe.each(SIGNALS.map((signal) => [`${signal.channel} ${signal.metric}`, signal] as const))('%s', (_, signal) => {
  const code = signal.metric === 'socPct' ? 'SOC_NOT_FRESH' : 'GRID_NOT_FRESH';

  it.each(Object.entries(WAYS))('%s: nothing starts, with a reason', async (_way, { ms, says }) => {
    let isWrong = false;
    const { clock, verdict } = await setUp((now) => {
      if (!isWrong) return ok(allGood(now));
      const said = says(now, signal);
      if (said === null) return ok(allGood(now, signal));
      const extra = typeof said === 'number' ? { value: said } : said;
      return ok([...allGood(now, signal), readingOf(now, signal.channel, signal.metric, signal.good, extra)]);
    });
    await clock.advance(MINUTE);
    expect(verdict().outcome).toBe('allowed');
    isWrong = true;
    await clock.advance(ms);
    expect(verdict()).toMatchObject({ outcome: 'refused', code });
    expect(verdict().sentence).toMatch(/^The .{20,}\.$/);
    isWrong = false;
    await clock.advance(6 * MINUTE);
    expect(verdict().outcome).toBe('allowed');
  });

  it('a single 0 decides nothing', async () => {
    let isZero = false;
    const { clock, telemetry } = await setUp((now) =>
      ok(isZero ? [...allGood(now, signal), readingOf(now, signal.channel, signal.metric, 0)] : allGood(now)),
    );
    await clock.advance(MINUTE);
    isZero = true;
    await clock.advance(10_000);
    const { gridW, socPct } = telemetry.live(SITE);
    expect([gridW.value, socPct.value]).not.toContain(0);
  });

  it('a restart with none: nothing starts, with a reason', async () => {
    const { clock, verdict } = await setUp((now) => ok(allGood(now, signal)));
    await clock.advance(MINUTE);
    expect(verdict()).toMatchObject({ outcome: 'refused', code });
  });
});

it('a source that stands still while the battery fills is not believed', async () => {
  let isFrozen = false;
  const frozen = SIGNALS.map(({ channel, good, metric }) => ({ channel, good, metric }));
  const { clock, verdict } = await setUp((now) =>
    ok(
      isFrozen
        ? [
            readingOf(now, 'pv', 'powerW', 5_000),
            readingOf(now, 'battery', 'powerW', 600),
            ...frozen.map(({ channel, good, metric }) => readingOf(now, channel, metric, good)),
          ]
        : allGood(now),
    ),
  );
  await clock.advance(MINUTE);
  isFrozen = true;
  await clock.advance(35 * MINUTE);
  expect(verdict()).toMatchObject({ outcome: 'refused' });
  expect(verdict().code).toMatch(/_NOT_FRESH$/);
});

it('a whole house that is away: nothing starts, with a reason', async () => {
  const { clock, verdict } = await setUp(() => AWAY);
  await clock.advance(MINUTE);
  expect(verdict()).toMatchObject({ outcome: 'refused' });
  expect(verdict().code).toMatch(/_NOT_FRESH$/);
});

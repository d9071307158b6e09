import { describe, expect, it } from 'vitest';
import { decide, outlookOf, remember, tierOf } from '../../../main/automation/miner-tiers.ts';
import { nextMinerSteps } from '../../../main/automation/next-steps.ts';
import { measure, miner, NOON, projection, tiersInput } from '../../support/miner-input.ts';

const setpoints = (input: ReturnType<typeof tiersInput>) => decide(input).map((each) => each.setpoint);
const running = [miner('A', 1, true), miner('B', 2, true), miner('C', 3, true)];

describe('tiers by the lowest charge of the next 6 h', () => {
  it.each([
    [61, [true, true, true]],
    [60, [true, true, null]],
    [51, [true, true, null]],
    [50, [true, null, null]],
    [41, [true, null, null]],
    [40, [null, null, null]],
  ])('at %d %% starts %j', (lowest, expected) => {
    const dip = projection((hours) => (hours === 4 ? lowest : 90));
    expect(setpoints(tiersInput({ soc: measure(90, '%'), projection: dip }))).toEqual(expected);
  });

  it.each([
    [61, [null, null, null]],
    [60, [null, null, false]],
    [50, [null, false, false]],
    [40, [false, false, false]],
  ])('at %d %% pauses of the running %j', (lowest, expected) => {
    const dip = projection((hours) => (hours === 4 ? lowest : 90));
    expect(setpoints(tiersInput({ soc: measure(90, '%'), projection: dip, miners: running }))).toEqual(expected);
  });

  it('a dip after 6 h does not count', () => {
    const late = projection((hours) => (hours > 6.5 ? 10 : 90));
    expect(setpoints(tiersInput({ soc: measure(90, '%'), projection: late }))).toEqual([true, true, true]);
  });

  it('priorities beyond the tiers need the highest', () => {
    expect([1, 2, 3, 9].map(tierOf)).toEqual([40, 50, 60, 60]);
  });
});

describe('what the outlook rests on', () => {
  it('takes the lower of now and the projection', () => {
    expect(outlookOf(tiersInput({ soc: measure(55, '%') }))).toMatchObject({ lowestPct: 55, source: 'projection' });
  });

  it.each([
    ['missing', null],
    ['older than 3 h', projection(() => 20, 2, NOON - 3 * 3_600_000 - 1)],
    ['from the future', projection(() => 20, 2, NOON + 3_600_000)],
    ['too short', { ...projection(() => 20), points: projection(() => 20).points.slice(0, 20) }],
  ])('falls back to the charge now when the projection is %s, and says so', (_, stale) => {
    const input = tiersInput({ projection: stale });
    expect(outlookOf(input)).toEqual({ lowestPct: 75, pessimisticPct: null, source: 'soc-only' });
    expect(decide(input)[0]?.reason).toContain('no recent projection');
  });

  it('a projection of exactly 3 h still counts', () => {
    expect(outlookOf(tiersInput({ projection: projection(() => 45, 2, NOON - 3 * 3_600_000) }))?.lowestPct).toBe(45);
  });

  it('the pessimistic course holds back starts and pauses nothing', () => {
    const wide = projection(() => 70, 45);
    const [waiting, on] = decide(tiersInput({ projection: wide, miners: [miner('A', 1, false), miner('B', 1, true)] }));
    expect(waiting).toMatchObject({ setpoint: null, reasonCode: 'PESSIMISTIC_BELOW_MINIMUM' });
    expect(on).toMatchObject({ setpoint: null, reasonCode: 'RUNS' });
  });
});

describe('pause and resume', () => {
  it('pauses below 50 % and waits for 80 % after', () => {
    const low = tiersInput({ soc: measure(49, '%'), projection: null, miners: [miner('A', 1, true)] });
    expect(decide(low)[0]).toMatchObject({
      setpoint: false,
      reasonCode: 'SOC_BELOW_PAUSE',
      reason: 'The battery is at 49 %, below the pause at 50 %: Miner A pauses until 80 %.',
    });
    const memory = remember(low);
    const at = (value: number) =>
      decide(tiersInput({ soc: measure(value, '%'), projection: null, miners: [miner('A', 1, false)], memory }))[0];
    expect(at(80)).toMatchObject({ setpoint: null, reasonCode: 'WAITS_FOR_RESUME', waits: 'waits for 80 %' });
    expect(at(80.1)).toMatchObject({ setpoint: true });
  });

  it('without such a pause it starts above its tier alone', () => {
    expect(decide(tiersInput({ soc: measure(62, '%'), projection: null }))[2]?.setpoint).toBe(true);
  });

  it('after a pause by its tier it waits for 7 % more', () => {
    const first = tiersInput({ projection: projection(() => 59), miners: [miner('C', 3, true)] });
    const memory = remember(first);
    const at = (lowest: number) =>
      decide(tiersInput({ projection: projection(() => lowest), miners: [miner('C', 3, false)], memory }))[0];
    expect(at(67)).toMatchObject({ setpoint: null, waits: 'waits for 67 %' });
    expect(at(67.5)?.setpoint).toBe(true);
  });
});

describe('what is not known is not decided', () => {
  it.each(['stale', 'absent'] as const)('SOC %s: nothing starts, nothing pauses', (freshness) => {
    const soc = measure(freshness === 'absent' ? null : 10, '%', freshness);
    const decisions = decide(tiersInput({ soc, miners: [miner('A', 1, true), miner('B', 1, false)] }));
    expect(decisions.map((each) => [each.setpoint, each.reasonCode])).toEqual([
      [null, 'SOC_UNKNOWN'],
      [null, 'SOC_UNKNOWN'],
    ]);
  });

  it('a late SOC pauses and never starts', () => {
    expect(setpoints(tiersInput({ soc: measure(30, '%', 'late'), miners: running }))).toEqual([false, false, false]);
    expect(setpoints(tiersInput({ soc: measure(95, '%', 'late') }))).toEqual([null, null, null]);
  });

  it.each([
    [measure(50.9, 'V'), 'VOLTAGE_LOW'],
    [measure(53, 'V', 'late'), 'VOLTAGE_UNKNOWN'],
    [measure(53, 'V', 'stale'), 'VOLTAGE_UNKNOWN'],
    [measure(null, 'V'), 'VOLTAGE_UNKNOWN'],
  ])('no start on voltage %j', (batteryVoltageV, code) => {
    expect(decide(tiersInput({ batteryVoltageV }))[0]).toMatchObject({ setpoint: null, reasonCode: code });
  });

  it('starts at exactly the start voltage', () => {
    expect(setpoints(tiersInput({ batteryVoltageV: measure(51, 'V') }))).toEqual([true, true, true]);
  });

  it('leaves alone what does not answer, what a person holds and what may not be controlled', () => {
    const miners = [
      miner('A', 1, null),
      miner('B', 1, true, { heldBy: { owner: 'Mara', until: NOON + 1 } }),
      miner('C', 1, true, { controllable: false }),
    ];
    const decisions = decide(tiersInput({ soc: measure(10, '%'), miners }));
    expect(decisions.map((each) => [each.setpoint, each.reasonCode])).toEqual([
      [null, 'STATE_UNKNOWN'],
      [null, 'HELD'],
      [null, 'NOT_CONTROLLABLE'],
    ]);
  });
});

describe('next steps along the projection', () => {
  it('says when a waiting miner starts and a running one pauses', () => {
    const fall = projection((hours) => 90 - hours * 5);
    const steps = nextMinerSteps(
      tiersInput({ soc: measure(90, '%'), projection: fall, miners: [miner('A', 1, true)] }),
      NOON + 24 * 3_600_000,
    );
    // 40 % is reached 10 h ahead, so it comes into the 6 h of sight after 4 h.
    expect(steps).toEqual([
      { at: NOON + 4 * 3_600_000, role: 'miner', sentence: 'Miner A pauses: 40 % within 6\u00a0h', expected: true },
    ]);
  });

  it('knows of a resume after a low pause', () => {
    const rise = projection((hours) => Math.min(100, 55 + hours * 5));
    const steps = nextMinerSteps(
      tiersInput({
        soc: measure(55, '%'),
        projection: rise,
        miners: [miner('B', 1, false)],
        memory: { pausedLow: true, pausedByTier: [] },
      }),
      NOON + 24 * 3_600_000,
    );
    expect(steps).toMatchObject([{ at: NOON + 5.25 * 3_600_000, sentence: 'Miner B starts at 81 % charge' }]);
  });

  it('is empty without a projection', () => {
    expect(nextMinerSteps(tiersInput({ projection: null }), NOON + 1e9)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { type BalanceRole, checkBalance } from '../../../main/devices/balance-check.ts';
import type { PowerScale } from '../../../preload/contract/devices.ts';

const MINUTES = 5;
const times = Array.from({ length: MINUTES * 12 }, (_, index) => index * 5_000);

type Course = (time: number) => number | null;
const channelsOf = (roles: readonly BalanceRole[], scaleNow: PowerScale = 1) =>
  roles.map((role) => ({ key: role, name: role, role, scaleNow }));
const check = (courses: Readonly<Partial<Record<BalanceRole, Course>>>, scaleNow: PowerScale = 1) => {
  const roles = Object.keys(courses) as BalanceRole[];
  return checkBalance(
    channelsOf(roles, scaleNow),
    times.map((at, time) => ({ at, values: roles.map((role) => courses[role]?.(time) ?? null) })),
  );
};
const kettle = (time: number): number => (time >= 20 && time < 40 ? 2_000 : 0);

describe('the balance of the meters', () => {
  it('is right as it is, with the proof', () => {
    const verdict = check({ grid: (time) => 500 + kettle(time), load: (time) => 510 + kettle(time) });
    expect(verdict).toMatchObject({ outcome: 'right', unknown: [], samples: 60, residualNowW: 10, residualFoundW: 10 });
    expect(verdict.residualNowPct).toBeLessThan(3);
  });

  it('shows a grid meter that is mounted the wrong way round', () => {
    const verdict = check({ grid: (time) => -500 - kettle(time), load: (time) => 500 + kettle(time) });
    expect(verdict).toMatchObject({ outcome: 'found', residualNowW: 1_000, residualFoundW: 0 });
    expect(verdict.findings).toEqual([
      { key: 'grid', scaleNow: 1, scaleFound: -1 },
      { key: 'load', scaleNow: 1, scaleFound: 1 },
    ]);
    expect(verdict.sentence).toMatch(/0 W of 500 W would be left over, and 1000 W of 500 W are now/);
  });

  it('counts the factor that is applied already', () => {
    const courses = { grid: (time: number) => -500 - kettle(time), load: (time: number) => -500 - kettle(time) };
    expect(check(courses, -1)).toMatchObject({ outcome: 'right', residualNowW: 0 });
    expect(check(courses, 1).findings.map(({ scaleFound }) => scaleFound)).toEqual([-1, -1]);
  });

  it('says that it closes as it is, and of which meters that proves nothing', () => {
    const verdict = check({ grid: () => 500, load: () => 500 });
    expect(verdict).toMatchObject({ outcome: 'right', unknown: ['grid'], residualNowW: 0 });
    expect(verdict.sentence).toMatch(/closes as it is.*Nothing is certain of grid/);
  });

  it('finds what is certain and names what is not', () => {
    const verdict = check({
      grid: (time) => -0.5 - kettle(time) / 1_000,
      battery: () => 0,
      load: (time) => 500 + kettle(time),
    });
    expect(verdict.outcome).toBe('found');
    expect(verdict.findings.map(({ key, scaleFound }) => [key, scaleFound])).toEqual([
      ['grid', -1_000],
      ['load', 1],
    ]);
    expect(verdict.unknown).toEqual(['battery']);
    expect(verdict.sentence).toMatch(/Nothing is certain of battery/);
  });

  it.each([
    ['nothing changes', { grid: () => -500, load: () => 500 }, /does not close as it is.*certain of grid/],
    [
      'there is no load meter',
      { grid: (): number => 500, battery: (): number => 500 },
      /no meter of the house’s whole load/,
    ],
    ['there is no grid meter', { load: (): number => 500, battery: (): number => 500 }, /no meter of the grid/],
    [
      'something is not measured',
      { grid: (time: number) => 300 + 7 * ((time * 37) % 100), load: (time: number) => 500 + kettle(time) },
      /does not close/,
    ],
    [
      'a house gives and takes',
      { grid: (time: number) => 500 + kettle(time), load: (time: number) => (time % 2 === 0 ? 900 : -900) },
      /show what cannot be/,
    ],
    [
      'the meters are never there together',
      { grid: (time: number) => (time % 2 === 0 ? 5 : null), load: (time: number) => (time % 2 === 0 ? null : 5) },
      /only 0 samples/,
    ],
    [
      'the meters are there for a moment',
      { grid: (time: number) => (time < 15 ? 500 : null), load: () => 500 },
      /only 15 samples/,
    ],
  ] as const)('refuses where %s', (_, courses, words) => {
    const verdict = check(courses);
    expect(verdict.outcome).toBe('refused');
    expect(verdict.sentence).toMatch(words);
  });

  it('does not take a constant load that nobody measures for a turned sign', () => {
    // 1,000 W of panels that nobody measures: the house takes 500 W and sells 500 W, and the wrong sign closes exactly.
    const verdict = check({ grid: () => -500, load: () => 500 });
    expect(verdict.outcome).toBe('refused');
    // As soon as something moves, the truth shows.
    const moved = check({ grid: (time) => -500 + kettle(time) / 4, load: (time) => 500 + kettle(time) / 4 });
    expect(moved.outcome).toBe('refused');
    expect(moved.findings.every(({ scaleFound }) => scaleFound === 1)).toBe(true);
  });

  it('looks at eight meters and refuses more', () => {
    const roles: readonly BalanceRole[] = ['pv', 'pv', 'grid', 'battery', 'battery', 'load', 'load', 'load'];
    const values = (time: number): number[] => {
      const [roof, shed, kitchen, rest, cellar] = [
        1_500 + 200 * Math.sin(time / 5),
        900 + 150 * Math.sin(time / 3),
        300 + kettle(time),
        400 + 90 * Math.sin(time),
        250 + 80 * Math.sin(time / 2),
      ];
      const one = 700 * Math.sin(time / 7);
      const two = 300 * Math.cos(time / 4);
      return [roof, shed, kitchen + rest + cellar + one + two - roof - shed, -one, two, kitchen, rest, cellar];
    };
    const samples = times.map((at, time) => ({ at, values: values(time) }));
    const verdict = checkBalance(
      roles.map((role, index) => ({ key: `${index}`, name: role, role, scaleNow: 1 })),
      samples,
    );
    expect(verdict.findings.filter(({ scaleFound }) => scaleFound !== 1).map(({ key }) => key)).toEqual(['3']);
    const nine = [...roles, 'load' as const].map((role, index) => ({
      key: `${index}`,
      name: role,
      role,
      scaleNow: 1 as const,
    }));
    expect(checkBalance(nine, []).sentence).toMatch(/More than 8/);
  });
});

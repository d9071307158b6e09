import { describe, expect, it } from 'vitest';
import { searchOfNight } from '../../../main/learning/search-turn.ts';

const ZONE = 'America/Los_Angeles';
/** 04:00 local on Monday 2026-11-16, so many nights later. */
const night = (nights: number): number => Date.parse('2026-11-16T12:00:00Z') + nights * 86_400_000;
const NIGHTS = Array.from({ length: 28 }, (_, nights) => nights);

describe('the search of a night', () => {
  it('begins with load each Monday and with one of the others each Thursday, and goes on in between', () => {
    const said = NIGHTS.map((nights) => searchOfNight(['solar', 'load', 'price'], night(nights), ZONE));
    expect(said.flatMap(({ begins }, nights) => (begins ? [nights % 7] : []))).toEqual([0, 3, 0, 3, 0, 3, 0, 3]);
    for (const [nights, { kind }] of said.entries()) expect(kind === 'load').toBe(nights % 7 < 3);
    const thursdays = [3, 10, 17, 24].map((nights) => said[nights]?.kind);
    expect(thursdays[0]).not.toBe(thursdays[1]);
    expect(thursdays.slice(2)).toEqual(thursdays.slice(0, 2));
    expect(new Set([3, 4, 5, 6].map((nights) => said[nights]?.kind)).size).toBe(1);
  });

  it('is of load alone in a home that has nothing else', () => {
    expect(NIGHTS.every((nights) => searchOfNight(['load'], night(nights), ZONE).kind === 'load')).toBe(true);
  });
});

import { describe, expect, test } from 'vitest';
import { currencySign, money, price } from '../../../renderer/format/money.ts';
import { bytes, decimal, kilowattHours, kilowatts, quantity, spoken } from '../../../renderer/format/numbers.ts';
import {
  addDays,
  clock,
  instantOf,
  localParts,
  soon,
  span,
  startOfDay,
  timeLeft,
  took,
} from '../../../renderer/format/time.ts';

const EN = 'en-GB';
const BERLIN = 'Europe/Berlin';
const HOUR = 3_600_000;

describe('numbers', () => {
  test('have a true minus sign and never a minus zero', () => {
    expect(decimal(-1.234, 2, EN)).toBe('\u22121.23');
    expect(decimal(-0.004, 2, EN)).toBe('0.00');
    expect(decimal(1234.5, 1, 'de-DE')).toBe('1.234,5');
  });
  test('write power in kW, and nothing flowing as a plain 0', () => {
    expect(kilowatts(9180, EN)).toEqual({ text: '9.18', unit: 'kW' });
    expect(kilowatts(-180, EN).text).toBe('\u22120.18');
    expect(kilowatts(4, EN).text).toBe('0');
    expect(kilowatts(-4.9, EN).text).toBe('0');
  });
  test('keep W small, and turn to kW from 1,000 on', () => {
    expect(quantity(142.2, 'W', EN)).toEqual({ text: '142', unit: 'W' });
    expect(quantity(2000, 'W', EN)).toEqual({ text: '2.00', unit: 'kW' });
    expect(spoken(kilowattHours(12.94, EN))).toBe('12.9\u00a0kWh');
  });
  test('count bytes by thousands', () => {
    expect(bytes(8_412_000, EN)).toEqual({ text: '8.4', unit: 'MB' });
    expect(bytes(999, EN)).toEqual({ text: '999', unit: 'B' });
  });
});

describe('money', () => {
  test('keeps the sign of the currency apart', () => {
    expect(money(-0.42, 'EUR', EN)).toEqual({ text: '\u22120.42', unit: '€' });
    expect(currencySign('nonsense', EN)).toBe('nonsense');
  });
  test('shows a third decimal only for a small price that has one', () => {
    expect(price(0.08, 'EUR', EN).text).toBe('0.08');
    expect(price(0.083, 'EUR', EN).text).toBe('0.083');
    expect(price(0.412, 'EUR', EN).text).toBe('0.41');
  });
});

describe('time', () => {
  const spring = instantOf(BERLIN, 2026, 3, 29);
  const autumn = instantOf(BERLIN, 2026, 10, 25);
  test('a local day has 23 or 25 hours when the clock changes', () => {
    expect(addDays(spring, 1, BERLIN) - spring).toBe(23 * HOUR);
    expect(addDays(autumn, 1, BERLIN) - autumn).toBe(25 * HOUR);
    expect(startOfDay(autumn + 24 * HOUR, BERLIN)).toBe(autumn);
    expect(startOfDay(spring + 22.9 * HOUR, BERLIN)).toBe(spring);
  });
  test('the wall clock is that of the zone', () => {
    const at = Date.UTC(2026, 5, 18, 11, 42);
    expect(clock(at, BERLIN, EN)).toBe('13:42');
    expect(clock(at, 'America/New_York', 'en-US')).toMatch(/^7:42\sAM$/);
    expect(localParts(at, 'Asia/Kathmandu')).toMatchObject({ hour: 17, minute: 27 });
  });
  test('another day is named by its weekday', () => {
    const now = Date.UTC(2026, 5, 18, 20);
    expect(soon(now + HOUR, now, BERLIN, EN)).toBe('23:00');
    expect(soon(now + 4 * HOUR, now, BERLIN, EN)).toBe('Fri 02:00');
  });
  test('ages and spans stay short', () => {
    expect([3999, 840_000, 252_000, 7_500_000, 200_000_000].map((ms) => span(ms))).toEqual([
      '4 s',
      '14 min',
      '4 min',
      '2 h 5 min',
      '2 d',
    ]);
    expect(span(252_000, true)).toBe('4 min 12 s');
    expect([82, 810, 41_200, 95_000].map(took)).toEqual(['82 ms', '0.8 s', '41.2 s', '1 min 35 s']);
  });
  test('time left counts down to zero and stays there', () => {
    expect(timeLeft(222_000, 0)).toBe('3:42');
    expect(timeLeft(1000, 500)).toBe('0:01');
    expect(timeLeft(0, 5000)).toBe('0:00');
    expect(timeLeft(3_700_000, 0)).toBe('1:01:40');
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS, settingsProblems, siteSettingsSchema } from '../../../preload/contract/house.ts';
import { minuteOfDay } from '../../../preload/contract/rhythm.ts';

const taken = (change: object): boolean => siteSettingsSchema.safeParse({ ...DEFAULT_SETTINGS, ...change }).success;

it('the defaults hold, and every bound is a bound', () => {
  expect(taken({})).toBe(true);
  expect(settingsProblems(DEFAULT_SETTINGS)).toEqual({});
  for (const [name, least, most] of [
    ['pollBatteryLocalMs', 1_000, 60_000],
    ['pollInverterLocalMs', 1_000, 60_000],
    ['pollOthersLocalMs', 1_000, 60_000],
    ['pollBatteryCloudMs', 120_000, 900_000],
    ['pollInverterCloudMs', 120_000, 900_000],
    ['pollOthersCloudMs', 120_000, 900_000],
    ['pollerAlertAfterMs', 60_000, 14_400_000],
    ['rulesEveryMs', 60_000, 600_000],
    ['forecastEveryHours', 1, 2],
  ] as const) {
    expect([least, most, least - 1, most + 1, least + 0.5].map((value) => taken({ [name]: value }))).toEqual([
      ...[true, true],
      ...[false, false, false],
    ]);
    expect(taken({ [name]: null })).toBe(name.startsWith('poll') && name !== 'pollerAlertAfterMs');
  }
});

it('times are times of the day', () => {
  for (const good of ['00:00', '09:59', '23:59']) expect(taken({ trainingAt: good })).toBe(true);
  for (const bad of ['24:00', '7:00', '12:60', '12:00:00', '', null, 200])
    expect(taken({ trainingAt: bad })).toBe(false);
});

it('the data are looked through before the training, also across midnight', () => {
  const time = fc
    .integer({ min: 0, max: 1_439 })
    .map((minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`);
  fc.assert(
    fc.property(time, time, (featuresAt, trainingAt) => {
      const wrong = settingsProblems({ ...DEFAULT_SETTINGS, featuresAt, trainingAt }).featuresAt !== undefined;
      let steps = 0;
      while ((minuteOfDay(featuresAt) + steps) % 1_440 !== minuteOfDay(trainingAt)) steps += 1;
      expect(wrong).toBe(steps < 15 || steps > 720);
    }),
  );
});

import type { QueryInput, QueryOutput } from '../../../preload/contract.ts';
import {
  band,
  type FakeDay,
  kwhOf,
  loadExpectedW,
  loadMeasuredW,
  measured,
  priceOf,
  STEP_MS,
  socPct,
  solarExpectedW,
  solarMeasuredW,
} from './fake-day.ts';
import { fakeDevices, SITE_ID } from './fake-house.ts';

const HOUR = 3_600_000;

export const fakeForecast = (
  input: QueryInput<'forecast.get'>,
  d: FakeDay,
  empty: boolean,
): QueryOutput<'forecast.get'> => {
  const { midnight } = d;
  const solar = input.kind === 'solar';
  const price = (_: FakeDay, at: number): number => priceOf((((at - midnight) / HOUR) % 24) + 24);
  const size = input.kind === 'price' ? 0.00002 : 1;
  const byPrice = input.kind === 'price';
  const expected = solar ? solarExpectedW : byPrice ? price : loadExpectedW;
  const real = solar ? solarMeasuredW : byPrice ? price : loadMeasuredW;
  const from = midnight - 24 * HOUR;
  const doubt = solar ? 0.42 : 0.34;
  const today = band(d, expected, midnight, midnight + 24 * HOUR, doubt);
  const total = (pick: 'p10' | 'p50' | 'p90', shift: number): number =>
    kwhOf(
      band(d, expected, midnight + shift, midnight + shift + 24 * HOUR, doubt).map((point) => ({
        at: point.at,
        value: point[pick],
      })),
    );
  const past = measured(d, real, from, midnight);
  return {
    siteId: SITE_ID,
    kind: input.kind,
    unit: input.kind === 'price' ? 'EUR/kWh' : 'W',
    issuedAt: empty ? null : d.now - 2_500_000,
    stepMs: STEP_MS,
    modelVersion: solar ? 'solar-14' : null,
    servedBy: empty ? 'none' : solar ? 'model' : 'seasonal-naive',
    servedBecause: empty
      ? 'Nothing serves yet: a forecast needs one day of measurements.'
      : solar
        ? 'Model 14 beats naive and the physical estimate on the last 56 days.'
        : 'The model lost to the same hour last week on the last 14 days, so the naive forecast serves.',
    points: empty ? [] : band(d, expected, d.now, d.now + (input.hours ?? 48) * HOUR, doubt),
    measured: empty ? [] : measured(d, real, midnight, d.now, solar ? undefined : [4, 5.5]),
    yesterday: {
      issuedAt: midnight - 24 * HOUR,
      expected: empty ? [] : band({ ...d, now: from }, expected, from, midnight, doubt),
      measured: empty ? [] : past,
      expectedKwh: kwhOf(today.map((point) => ({ at: point.at, value: point.p50 }))),
      measuredKwh: kwhOf(past),
    },
    accuracy: {
      days: empty ? 0 : 56,
      model: empty
        ? null
        : { rmse: 940 * size, mae: 580 * size, nrmsePct: 6.4, r2: 0.93, coveragePct: 80.6, count: 5376 },
      seasonalNaive: empty
        ? null
        : { rmse: 1610 * size, mae: 1020 * size, nrmsePct: 11, r2: 0.79, coveragePct: null, count: 5376 },
      baseline:
        solar && !empty
          ? { rmse: 1320 * size, mae: 810 * size, nrmsePct: 9, r2: 0.86, coveragePct: null, count: 5376 }
          : null,
      skillByLead: empty
        ? []
        : [
            { leadHours: 1, skillPct: 58 },
            { leadHours: 6, skillPct: 46 },
            { leadHours: 24, skillPct: solar ? 42 : -6 },
            { leadHours: 48, skillPct: 33 },
          ],
    },
    todayKwh: empty || byPrice ? null : { p10: total('p10', 0), p50: total('p50', 0), p90: total('p90', 0) },
    tomorrowKwh:
      empty || byPrice
        ? null
        : { p10: total('p10', 24 * HOUR), p50: total('p50', 24 * HOUR), p90: total('p90', 24 * HOUR) },
  };
};

export const fakeHistory = (
  input: QueryInput<'history.get'>,
  d: FakeDay,
  mapped: boolean,
): QueryOutput<'history.get'> => {
  const stepMs = { raw: 60_000, '15min': STEP_MS, hour: HOUR, day: 24 * HOUR }[input.step];
  const at: number[] = [];
  for (let time = input.from; time < input.to; time += stepMs) at.push(time);
  const past = (value: (at: number) => number) =>
    at.map((time, index) => (time > d.now || (index > 30 && index < 36 && input.step !== 'day') ? null : value(time)));
  const meanOf = (value: (day: FakeDay, at: number) => number) => (time: number) => {
    if (stepMs < HOUR) return value(d, time);
    const count = stepMs / STEP_MS;
    let sum = 0;
    for (let i = 0; i < count; i += 1) sum += value(d, time + i * STEP_MS);
    return sum / count;
  };
  const pv = past(meanOf(solarMeasuredW));
  const load = past(meanOf(loadMeasuredW));
  const battery = past((time) => meanOf((_, t) => (socPct(d, t + STEP_MS) - socPct(d, t)) * 800)(time));
  const grid = load.map((value, index) => (value === null ? null : value + (battery[index] ?? 0) - (pv[index] ?? 0)));
  return {
    siteId: SITE_ID,
    from: input.from,
    to: input.to,
    step: input.step,
    at,
    series: { pv, load, battery, grid, soc: past(meanOf(socPct)), household: load },
    channels: input.channels
      ? Object.fromEntries(
          fakeDevices(d.now).flatMap((one) =>
            one.channels.map((channel) => [
              `${one.id}/${channel.channelId}`,
              {
                name: channel.name,
                values: at.map((time) => (channel.measures.powerW?.value ?? 0) * (Math.sin(time / 2e6) > -0.3 ? 1 : 0)),
              },
            ]),
          ),
        )
      : {},
    totals: {
      pvKwh: 61.2,
      loadKwh: 38.4,
      importKwh: 3.9,
      exportKwh: 18.2,
      chargeKwh: 11.4,
      dischargeKwh: 6.1,
      selfConsumptionPct: 70.3,
      selfSufficiencyPct: 89.8,
      cost: -0.42,
      coveragePct: 96.4,
    },
    mapped,
  };
};

import { afterEach, describe, expect, it } from 'vitest';
import { replayClock } from '../../../../main/clock.ts';
import { createDriverDeps } from '../../../../main/devices/driver-deps.ts';
import { pastPvW } from '../../../../main/devices/simulator/vrm-records.ts';
import { startVrmSimulator } from '../../../../main/devices/simulator/vrm-server.ts';
import type { DriverDeps } from '../../../../main/devices/types.ts';
import { createVrmApi } from '../../../../main/devices/victron/vrm-api.ts';
import { victronVrm } from '../../../../main/devices/victron/vrm-driver.ts';
import { readVrmStats } from '../../../../main/devices/victron/vrm-stats.ts';
import { createLog, memorySink } from '../../../../main/log.ts';
import { ok, type Result } from '../../../../main/result.ts';
import { byName, NOON, quietLog, testHouse, unwrapped } from '../../../support/simulated-house.ts';

const TOKEN = 'simulated-token';
const SITES = [
  { idSite: 4_711, name: 'Home', identifier: 'c0619ab27f31' },
  { idSite: 4_712, name: 'Boat', identifier: 'c0619ab27f32' },
];
const never = new AbortController().signal;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const failureOf = (result: Result<unknown>) => {
  if (result.ok) throw new Error('it did not fail');
  return result.error;
};

type Options = Partial<Parameters<typeof startVrmSimulator>[0]>;

const opened = async (changes: Options = {}, options: Record<string, string> = {}, secret: string | null = TOKEN) => {
  const clock = replayClock(NOON);
  const house = testHouse(clock);
  const vrm = await startVrmSimulator({ house, clock, ...changes });
  closers.push(vrm.close);
  const sink = memorySink();
  const deps = createDriverDeps({ clock, log: createLog(sink, clock) });
  const connection = { host: vrm.host, port: vrm.port, encryption: 'off' as const, options };
  const device = victronVrm.open({ connection, secret }, deps);
  closers.push(device.close);
  return { clock, house, vrm, deps, connection, device, sink, read: () => device.reader.read(never) };
};

describe('an installation in VRM', () => {
  it('shows the house, dated when the GX sent it', async () => {
    const { clock, house, read, device } = await opened({}, { sensors: '24' });
    const state = house.state();
    await clock.advance(12_000);
    const readings = unwrapped(await read());
    const found = byName(readings);
    expect(found['grid.powerW']).toBe(state.gridW);
    expect(found['load.powerW']).toBe(state.loadW);
    expect(found['pv.powerW']).toBe(state.pvW);
    expect(found['battery.powerW']).toBe(state.batteryW);
    expect(found['battery.socPct']).toBeCloseTo(state.socPct, 6);
    expect(found['battery.tempC']).toBeCloseTo(state.batteryTempC, 6);
    expect(found['temperature:24.humidityPct']).toBe(48.2);
    expect((found['grid:l1.powerW'] ?? 0) + (found['grid:l2.powerW'] ?? 0) + (found['grid:l3.powerW'] ?? 0)).toBe(
      state.gridW,
    );
    expect(new Set(readings.map(({ measuredAt }) => measuredAt))).toEqual(new Set([NOON]));
    expect(device.present?.()).toEqual(expect.arrayContaining(['battery', 'grid', 'pv', 'load', 'grid:l3']));
    expect(device.actuators).toEqual([]);
  });

  it('is asked once a poll, after it was found', async () => {
    const { read, vrm } = await opened();
    await read();
    expect(vrm.requests()).toBe(4); // Owner, installations, devices, values.
    await read();
    expect(vrm.requests()).toBe(5);
  });

  it('gives the same row the same time while the GX sends nothing new', async () => {
    const { clock, read, vrm } = await opened({ uploadEveryMs: 900_000 });
    const first = unwrapped(await read());
    await clock.advance(180_000);
    expect(unwrapped(await read()).map(({ measuredAt, value }) => [measuredAt, value])).toEqual(
      first.map(({ measuredAt, value }) => [measuredAt, value]),
    );
    await clock.advance(720_000);
    expect(unwrapped(await read())[0]?.measuredAt).toBe(NOON + 900_000);
    vrm.setOnline(false);
    await clock.advance(7_200_000);
    expect(unwrapped(await read())[0]?.measuredAt).toBe(NOON + 900_000); // Old, and said to be.
  });

  it('takes from the battery’s widget what the newest values do not tell', async () => {
    const { read, house, vrm } = await opened({
      lacks: ['system/Dc/Battery/Soc'],
    });
    const found = byName(unwrapped(await read()));
    expect(found['battery.socPct']).toBeCloseTo(house.state().socPct, 6);
    expect(vrm.requests()).toBe(5);
  });

  it('asks the widget an hour later again where it tells nothing more', async () => {
    const { clock, read, vrm } = await opened({ lacks: ['battery/Dc/0/Temperature'] });
    expect(byName(unwrapped(await read()))).not.toHaveProperty('battery.tempC');
    const asked = vrm.requests();
    await read();
    expect(vrm.requests() - asked).toBe(1);
    await clock.advance(3_600_000);
    await read();
    expect(vrm.requests() - asked).toBe(3);
  });

  it('says who it is, and needs no number where there is only one', async () => {
    const { device } = await opened();
    expect(unwrapped(await device.reader.identify(never))).toEqual({
      serial: 'vrm_site_123456',
      model: 'Cerbo GX',
      firmware: 'v3.60',
    });
  });
});

describe('a token that sees several installations', () => {
  it('lists them by name and number until one is chosen', async () => {
    const { read } = await opened({ sites: SITES });
    const failure = failureOf(await read());
    expect(failure).toMatchObject({ kind: 'permanent', code: 'victron.choose-installation' });
    expect(failure.message).toContain('Home (4711), Boat (4712)');
  });

  it('takes the chosen one, and names the others where the number is wrong', async () => {
    const { device } = await opened({ sites: SITES }, { installation: ' 4712 ' });
    expect(unwrapped(await device.reader.identify(never)).serial).toBe('vrm_site_4712');
    const wrong = await opened({ sites: SITES }, { installation: '99' });
    expect(failureOf(await wrong.read()).message).toBe(
      'The access token sees no installation 99, but Home (4711), Boat (4712).',
    );
    const none = await opened({ sites: [] });
    expect(failureOf(await none.read()).code).toBe('victron.no-installation');
  });

  it('offers them for the form', async () => {
    const { connection, deps } = await opened({ sites: SITES });
    expect(
      unwrapped(await (victronVrm.suggestOptions?.({ connection, secret: TOKEN }, deps, never) ?? Promise.reject())),
    ).toEqual([
      { field: 'installation', line: '4711', label: 'Home' },
      { field: 'installation', line: '4712', label: 'Boat' },
    ]);
  });
});

describe('access', () => {
  it('is refused in plain words, for good, and without the token', async () => {
    const { read, sink } = await opened({}, {}, 'wrong-token-1234');
    const failure = failureOf(await read());
    expect(failure).toMatchObject({ kind: 'permanent', code: 'device.access' });
    expect(failure.advice).toMatch(/access token/i);
    expect(JSON.stringify(failure) + sink.lines.join('')).not.toContain('wrong-token-1234');
  });

  it('that is taken away is noticed', async () => {
    const { read, vrm } = await opened();
    unwrapped(await read());
    vrm.changeToken('another');
    expect(failureOf(await read()).code).toBe('device.access');
  });

  it('without a token, or with one that cannot be one, is not even tried', async () => {
    for (const secret of [null, '', '  ', 'two words', 'line\nbreak', 'tökén']) {
      const { read, vrm } = await opened({}, {}, secret);
      expect(failureOf(await read()).code).toBe('device.password-needed');
      expect(vrm.requests()).toBe(0);
    }
  });
});

describe('the budget of an account', () => {
  it('is left alone for as long as VRM asks', async () => {
    const { clock, device, read } = await opened({ budget: { requests: 4, refillMs: 1_000 } });
    unwrapped(await read());
    expect(failureOf(await read())).toMatchObject({ kind: 'temporary', code: 'device.too-often', retryAfterMs: 2_000 });
    const waiting = read();
    await clock.advance(1_900);
    expect(device.reader.diagnostics?.().requests).toBe(5);
    await clock.advance(200);
    expect(device.reader.diagnostics?.().requests).toBe(6);
    unwrapped(await waiting);
  });

  it('is shared by all devices of the account and never overrun', async () => {
    const clock = replayClock(NOON);
    const sentMs: number[] = [];
    const deps: DriverDeps = {
      ...createDriverDeps({ clock, log: quietLog(clock) }),
      http: {
        send: () => {
          sentMs.push(clock.monotonicMs());
          return Promise.resolve(ok({ status: 200, headers: {}, body: '{"success":true,"user":{"id":1}}' }));
        },
      },
    };
    const connection = { host: 'vrm.example', port: 443 };
    const apis = [1, 2].map(() => createVrmApi({ connection, secret: TOKEN }, deps));
    const work = Promise.all(Array.from({ length: 600 }, (_, at) => apis[at % 2]?.me(never)));
    await clock.advance(600_000);
    expect((await work).every((answer) => answer?.ok === true)).toBe(true);
    expect(sentMs).toHaveLength(600);
    // Whatever span is looked at: 200 and one more each 0.33 s is what VRM bears.
    for (const [from, startMs] of sentMs.entries())
      for (let until = from; until < sentMs.length; until += 1)
        if (until - from + 1 > 200 + ((sentMs[until] ?? 0) - startMs) / 330) throw new Error('The budget was overrun.');
    const another = createVrmApi({ connection, secret: 'another-token' }, deps);
    const alone = another.me(never);
    await clock.advance(0);
    expect((await alone).ok).toBe(true);
  });
});

describe('history', () => {
  const api = async () => {
    const { connection, deps, vrm } = await opened();
    return { api: createVrmApi({ connection, secret: TOKEN }, deps), vrm };
  };
  const DAY_MS = 86_400_000;

  it('is read in spans that VRM bears, without a gap and without a double', async () => {
    const { api: vrmApi, vrm } = await api();
    const startAt = Date.UTC(2026, 0, 1);
    const endAt = startAt + 70 * DAY_MS;
    const { series } = unwrapped(
      await readVrmStats(vrmApi, { siteId: 123_456, type: 'venus', interval: '15mins', startAt, endAt }, never),
    );
    const points = series.get('Pdc') ?? [];
    expect(vrm.requests()).toBe(3);
    expect(points).toHaveLength(70 * 96);
    expect(points.every(({ startAt: at }, index) => at === startAt + index * 900_000)).toBe(true);
    expect(points[48]).toEqual({
      startAt: startAt + 12 * 3_600_000,
      mean: pastPvW(43_200),
      least: pastPvW(43_200) - 5,
      most: pastPvW(43_200) + 5,
    });
    expect(series.has('bv')).toBe(false); // `false` is no series.
  });

  it('gives energy by flow, rounded outwards to whole intervals', async () => {
    const { api: vrmApi } = await api();
    const startAt = Date.UTC(2026, 0, 1, 10, 7);
    const { series, totals } = unwrapped(
      await readVrmStats(
        vrmApi,
        { siteId: 123_456, type: 'kwh', interval: 'hours', startAt, endAt: startAt + 2 * 3_600_000 },
        never,
      ),
    );
    expect((series.get('Pc') ?? []).map(({ startAt: at }) => new Date(at).getUTCHours())).toEqual([10, 11, 12]);
    expect(totals.get('Pc')).toBeCloseTo(
      (series.get('Pc') ?? []).reduce((sum, { mean }) => sum + mean, 0),
      9,
    );
    expect(totals.has('Gc')).toBe(false);
  });

  it('says no to a span without length, and hands on a failure', async () => {
    const { api: vrmApi, vrm } = await api();
    const query = { siteId: 123_456, type: 'kwh' as const, interval: 'days' as const, startAt: 0, endAt: 0 };
    expect(failureOf(await readVrmStats(vrmApi, query, never)).code).toBe('device.wrong-span');
    expect(failureOf(await readVrmStats(vrmApi, { ...query, siteId: 1, endAt: DAY_MS }, never)).code).toBe(
      'device.access',
    );
    vrm.setFault('offline');
    expect(failureOf(await readVrmStats(vrmApi, { ...query, endAt: DAY_MS }, never)).kind).toBe('temporary');
  });
});

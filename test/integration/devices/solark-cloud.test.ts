import { afterEach, describe, expect, it } from 'vitest';
import { type ReplayClock, replayClock } from '../../../main/clock.ts';
import { createDriverDeps } from '../../../main/devices/driver-deps.ts';
import {
  SIMULATED_CLOUD,
  type SolarkCloudOptions,
  startSolarkCloudSimulator,
} from '../../../main/devices/simulator/solark-cloud-server.ts';
import { solarkCloud } from '../../../main/devices/solark/cloud/driver.ts';
import type { OpenDevice } from '../../../main/devices/types.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { Result } from '../../../main/result.ts';
import { byName, NOON, testHouse, unwrapped } from '../../support/simulated-house.ts';

const never = new AbortController().signal;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Time goes on while a cloud is waited for: limiter and time limits need it. */
const inTime = async <Value>(clock: ReplayClock, work: Promise<Value>): Promise<Value> => {
  const state = { done: false };
  const watched = work.finally(() => {
    state.done = true;
  });
  while (!state.done) {
    await clock.advance(100);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return watched;
};
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : `${result.error.kind} ${result.error.code}`);
const saidBy = (result: Result<unknown>): string =>
  result.ok ? 'ok' : `${result.error.message} ${result.error.advice}`;

const setUp = async (
  changes: Partial<SolarkCloudOptions> = {},
  asked: { readonly options?: Readonly<Record<string, string>>; readonly secret?: string | null } = {},
) => {
  const clock = replayClock(NOON);
  const house = testHouse(clock);
  const simulator = await startSolarkCloudSimulator({ house, clock, ...changes });
  closers.push(() => simulator.close());
  const sink = memorySink();
  const device: OpenDevice = solarkCloud.open(
    {
      connection: {
        host: simulator.host,
        port: simulator.port,
        encryption: 'off',
        options: { service: changes.service ?? 'sunsynk', account: SIMULATED_CLOUD.account, ...asked.options },
      },
      secret: asked.secret === undefined ? SIMULATED_CLOUD.password : asked.secret,
    },
    createDriverDeps({ clock, log: createLog(sink, clock) }),
  );
  closers.push(() => device.close());
  const read = () => inTime(clock, device.reader.read(never));
  return { clock, house, simulator, device, read, sink };
};

describe('a home in its cloud', () => {
  it.each(['solarkcloud', 'sunsynk', 'inteless'] as const)(
    '%s: is logged in once and read with its signs',
    async (service) => {
      const { clock, house, simulator, device, read } = await setUp({ service });
      house.setGridSetpointW(-1_000);
      await clock.advance(60_000);
      expect(unwrapped(await inTime(clock, device.reader.identify(never)))).toMatchObject({
        serial: `solark_cloud_${SIMULATED_CLOUD.sn}`,
        firmware: '2.3.7.4',
      });
      const readings = unwrapped(await read());
      const seen = byName(readings);
      expect(seen['grid.powerW']).toBeLessThan(-900);
      expect(seen['pv.powerW']).toBe(5_200);
      expect(seen['load.powerW']).toBe(900);
      expect(seen['battery.socPct']).toBeCloseTo(house.state().socPct, 0);
      expect((seen['pv.powerW'] ?? 0) + (seen['grid.powerW'] ?? 0)).toBe(
        (seen['load.powerW'] ?? 0) + (seen['battery.powerW'] ?? 0),
      );
      expect(simulator.login.logins()).toBe(1);
      unwrapped(await read());
      expect(simulator.login.logins()).toBe(1);
    },
  );

  it('dates values by the upload, and repeats the date until there is a newer one', async () => {
    const { clock, read } = await setUp();
    const [first] = unwrapped(await read());
    await clock.advance(120_000);
    const [second] = unwrapped(await read());
    await clock.advance(240_000);
    const [third] = unwrapped(await read());
    expect(second?.measuredAt).toBe(first?.measuredAt);
    expect(second?.receivedAt).toBeGreaterThan(first?.receivedAt ?? 0);
    expect(third?.measuredAt).toBeGreaterThan((first?.measuredAt ?? 0) + 299_000);
  });

  it('lists plants and inverters where there are several, and takes the one that is named', async () => {
    const plants = [
      { id: 12_345, name: 'Home', inverters: ['1029384756', '1029384757'] },
      { id: 23_456, name: 'Barn', inverters: ['1029384758'] },
    ];
    const several = await (await setUp({ plants })).read();
    expect(codeOf(several)).toBe('permanent solark.choose-plant');
    expect(saidBy(several)).toContain('12345 Home; 23456 Barn');
    const two = await (await setUp({ plants }, { options: { plant: '12345' } })).read();
    expect(codeOf(two)).toBe('permanent solark.choose-inverter');
    expect(saidBy(two)).toContain('1029384756; 1029384757');
    const named = await setUp({ plants }, { options: { plant: '12345', inverter: '1029384757' } });
    unwrapped(await named.read());
    // The plant's flow would be the sum of both.
    expect(named.simulator.requests).toContain('/api/v1/inverter/1029384757/flow');
    const wrong = await (await setUp({ plants }, { options: { plant: '1' } })).read();
    expect(codeOf(wrong)).toBe('permanent solark.no-such-plant');
  });
});

describe('access to a cloud', () => {
  it.each(['solarkcloud', 'sunsynk'] as const)(
    '%s: a wrong password is asked once, said as such, and kept out of every sentence',
    async (service) => {
      const { simulator, read, device, clock, sink } = await setUp({ service }, { secret: 'not-the-password' });
      for (let turn = 0; turn < 4; turn += 1) {
        const result = await read();
        expect(codeOf(result)).toBe('permanent device.password-wrong');
        expect(saidBy(result)).not.toContain('not-the-password');
      }
      expect(codeOf(await inTime(clock, device.reader.identify(never)))).toBe('permanent device.password-wrong');
      expect(simulator.login.logins()).toBe(1);
      expect(sink.lines.join('\n')).not.toContain('not-the-password');
    },
  );

  it('without account or password says so and asks nobody', async () => {
    for (const asked of [{ secret: null }, { options: { account: '' } }]) {
      const { simulator, read } = await setUp({}, asked);
      expect(codeOf(await read())).toBe('permanent device.password-needed');
      expect(simulator.requests).toEqual([]);
    }
  });

  it('a token that ended is refreshed once', async () => {
    const { simulator, read } = await setUp();
    unwrapped(await read());
    simulator.login.expire(false);
    unwrapped(await read());
    expect([simulator.login.logins(), simulator.login.refreshes()]).toEqual([1, 1]);
  });

  it('a token is refreshed before it ends', async () => {
    const { simulator, read, clock } = await setUp({ tokenLifeS: 600 });
    unwrapped(await read());
    await clock.advance(560_000);
    const before = simulator.requests.length;
    unwrapped(await read());
    expect(simulator.requests[before]).toBe('/oauth/token');
    expect([simulator.login.logins(), simulator.login.refreshes()]).toEqual([1, 1]);
  });

  it('where the refresh is refused too, it is logged in once', async () => {
    const { simulator, read } = await setUp();
    unwrapped(await read());
    simulator.login.expire(true);
    unwrapped(await read());
    expect([simulator.login.logins(), simulator.login.refreshes()]).toEqual([2, 1]);
  });

  it('a password that was changed is noticed, and nobody goes on trying', async () => {
    const { simulator, read } = await setUp();
    unwrapped(await read());
    simulator.login.changePassword('a-new-one');
    simulator.login.expire(true);
    for (let turn = 0; turn < 3; turn += 1) expect(codeOf(await read())).toBe('permanent device.password-wrong');
    expect([simulator.login.logins(), simulator.login.refreshes()]).toEqual([2, 1]);
  });

  it('a cloud that refuses its own new token is left alone for an hour', async () => {
    const { simulator, read, clock } = await setUp({ tokenLifeS: -1 });
    const logins = () => simulator.login.logins() + simulator.login.refreshes();
    for (let turn = 0; turn < 3; turn += 1) expect(codeOf(await read())).toMatch(/device\.access/);
    expect(logins()).toBe(2);
    await clock.advance(3_600_000);
    expect(codeOf(await read())).toMatch(/device\.access/);
    expect(logins()).toBe(4);
  });

  it('requests at the same time share one login', async () => {
    const { simulator, device, clock } = await setUp();
    const results = await inTime(
      clock,
      Promise.all([device.reader.read(never), device.reader.read(never), device.reader.identify(never)]),
    );
    for (const result of results) expect(codeOf(result)).toBe('ok');
    expect(simulator.login.logins()).toBe(1);
  });
});

describe('a refusal', () => {
  it('a refusal with status 200 in the middle of a read is a failure', async () => {
    const { read, simulator } = await setUp({}, { options: { plant: '12345' } });
    unwrapped(await read());
    const other = await setUp({ plants: [{ id: 999, name: 'x', inverters: [] }] }, { options: { plant: '999' } });
    expect(codeOf(await other.read())).toBe('permanent solark.choose-inverter');
    expect(simulator.login.logins()).toBe(1);
  });
});

describe('a table through the cloud', () => {
  const SLOTS = '00:00 3000W 30%; 04:00 3000W 30%; 08:00 3000W 30%; 12:00 3000W 30%; 16:00 3000W 30%; 20:00 3000W 30%';
  const WISH = SLOTS.replace('04:00 3000W 30%', '03:30 4000W 95% grid');

  it('is offered only where writing is known to work and the person asked for it', () => {
    const controls = (options: Record<string, string>): number =>
      (solarkCloud.channelsFor?.({ host: 'h', port: 1, options }) ?? []).filter(({ control }) => control !== null)
        .length;
    expect(controls({ service: 'sunsynk' })).toBe(0);
    expect(controls({ service: 'sunsynk', tables: 'on' })).toBe(1);
    expect(controls({ service: 'inteless', tables: 'on' })).toBe(1);
    expect(controls({ service: 'solarkcloud', tables: 'on' })).toBe(0);
  });

  it('is written as one whole body, and read back once the inverter has it', async () => {
    const { simulator, device, clock } = await setUp({}, { options: { tables: 'on' } });
    const [table] = device.actuators;
    if (!table) throw new Error('no table');
    const before = simulator.settings(SIMULATED_CLOUD.sn);
    const ask = async () => unwrapped(await inTime(clock, table.readBack(never))).value;
    expect(await ask()).toBe(SLOTS);
    unwrapped(await inTime(clock, table.write(WISH, { leaseMs: null, signal: never })));
    expect(await ask()).toBe(SLOTS);
    await clock.advance(60_000);
    expect(await ask()).toBe(WISH);
    // The cloud resets what a body does not name: nothing was lost.
    const after = simulator.settings(SIMULATED_CLOUD.sn);
    const lost = Object.keys(before).filter((name) => before[name] !== after[name]);
    expect(lost.sort()).toEqual(
      ['cap2', 'equipMode', 'sellTime2', 'sellTime2Pac', 'time2On', 'time2on'].filter((name) => name !== 'equipMode'),
    );
    unwrapped(await inTime(clock, table.write(WISH, { leaseMs: null, signal: never })));
    expect(simulator.writes).toHaveLength(1);
  });
});

import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { DRIVERS } from '../../../main/devices/registry.ts';
import { pollPeriodOf } from '../../../main/telemetry/poll-period.ts';
import type { ChannelRole } from '../../../preload/contract/devices.ts';
import { DEFAULT_SETTINGS, type SiteSettings } from '../../../preload/contract/house.ts';
import { rhythmShape } from '../../../preload/contract/rhythm.ts';
import { openHouse } from '../../support/telemetry/open-house.ts';
import { configOf, SITE, scriptedDevice } from '../../support/telemetry/scripted-device.ts';

const ALL = DRIVERS.map(({ driver }) => driver);
const driver = (id: string) => {
  const found = ALL.find((each) => each.id === id);
  if (!found) throw new Error(`no driver ${id}`);
  return found;
};
const reading = (...roles: ChannelRole[]) => ({ channels: roles.map((role, index) => configOf(`c${index}`, role)) });
const asked = (id: string, roles: ChannelRole[], settings: Partial<SiteSettings>): number =>
  pollPeriodOf(driver(id), reading(...roles), { ...DEFAULT_SETTINGS, ...settings });

describe('how often a device is asked', () => {
  it('by default as its driver asks by itself', () => {
    for (const each of ALL) expect(pollPeriodOf(each, reading('load'), DEFAULT_SETTINGS)).toBe(each.pollPeriodMs);
  });

  it.each([
    ['a device read only for its battery', 'victron-gx', ['battery', 'none'], { pollBatteryLocalMs: 9_000 }, 9_000],
    ['an inverter with a battery', 'solark', ['pv', 'battery', 'grid'], { pollBatteryLocalMs: 9_000 }, 5_000],
    ['an inverter', 'solark', ['pv', 'battery'], { pollInverterLocalMs: 2_000 }, 2_000],
    ['a plug', 'shelly-gen2', ['miner'], { pollOthersLocalMs: 1_000 }, 1_000],
    ['a plug of the cloud', 'shelly-cloud', ['load'], { pollOthersLocalMs: 1_000 }, 120_000],
    ['a cloud more seldom', 'solark-cloud', ['pv', 'battery'], { pollInverterCloudMs: 600_000 }, 600_000],
    ['a cloud, never faster than it bears', 'victron-vrm', ['battery'], { pollBatteryCloudMs: 120_000 }, 180_000],
    ['a valve on a battery of its own', 'shelly-trv', ['climate'], { pollOthersLocalMs: 1_000 }, 60_000],
  ] as const)('%s', (_, id, roles, settings, expected) => {
    expect(asked(id, [...roles], settings)).toBe(expected);
  });

  it('no wish that the settings take asks anybody faster than it bears', () => {
    const wish = <Schema extends { safeParse(input: unknown): { success: boolean } }>(schema: Schema) =>
      fc.option(fc.integer({ min: 0, max: 1_000_000 }).filter((ms) => schema.safeParse(ms).success));
    const settings = fc.record({
      pollBatteryLocalMs: wish(rhythmShape.pollBatteryLocalMs),
      pollBatteryCloudMs: wish(rhythmShape.pollBatteryCloudMs),
      pollInverterLocalMs: wish(rhythmShape.pollInverterLocalMs),
      pollInverterCloudMs: wish(rhythmShape.pollInverterCloudMs),
      pollOthersLocalMs: wish(rhythmShape.pollOthersLocalMs),
      pollOthersCloudMs: wish(rhythmShape.pollOthersCloudMs),
    });
    fc.assert(
      fc.property(settings, fc.constantFrom(...ALL), fc.constantFrom('battery', 'pv', 'load'), (wishes, each, role) => {
        const periodMs = pollPeriodOf(each, reading(role as ChannelRole), wishes);
        expect(periodMs).toBeGreaterThanOrEqual(each.reach === 'cloud' ? each.pollPeriodMs : 1_000);
        expect(periodMs).toBeGreaterThanOrEqual(each.fastestPollMs ?? 0);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a change of the settings', () => {
  const ends: (() => void | Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  const setUp = async () => {
    const clock = replayClock(Date.UTC(2026, 5, 1, 12));
    const { store, bus, start, end } = await openHouse(clock);
    ends.push(end);
    const telemetry = start();
    ends.push(telemetry.stop);
    const plug = scriptedDevice(clock, 'plug', [configOf('grid', 'grid')]);
    plug.state.values = { grid: { powerW: 700 } };
    telemetry.add(plug.device);
    const set = (changes: Partial<SiteSettings>): void => {
      store.settings.set(SITE, changes, 'Ada', clock.now());
      bus.emit('settings', { siteId: SITE });
    };
    const readsIn = async (spanMs: number): Promise<number> => {
      const before = plug.state.reads.length;
      await clock.advance(spanMs);
      return plug.state.reads.length - before;
    };
    return { clock, telemetry, plug, set, readsIn };
  };

  it('holds at once, faster and slower, without a reading growing old in between', async () => {
    const { clock, telemetry, set, readsIn } = await setUp();
    expect(await readsIn(60_000)).toBe(6);
    set({ pollOthersLocalMs: 2_000 });
    expect(await readsIn(60_000)).toBe(30);
    expect(telemetry.pollers(SITE)[0]?.periodMs).toBe(2_000);
    set({ pollOthersLocalMs: 60_000 });
    expect(telemetry.live(SITE).gridW.limitMs).toBe(210_000);
    const seen = new Set<string>();
    let reads = 0;
    for (let step = 0; step < 60; step += 1) {
      reads += await readsIn(10_000);
      seen.add(telemetry.live(SITE).gridW.freshness);
    }
    expect(reads).toBe(10);
    expect([...seen]).toEqual(['fresh']);
    set({ pollOthersLocalMs: null });
    expect(await readsIn(60_000)).toBe(6);
    await clock.advance(0);
  });

  it('neither hurries nor forgets a device that is away', async () => {
    const { plug, set, readsIn } = await setUp();
    await readsIn(30_000);
    plug.state.away = true;
    await readsIn(3_600_000);
    set({ pollOthersLocalMs: 1_000 });
    expect(await readsIn(299_000)).toBe(0);
    plug.state.away = false;
    await readsIn(300_000);
    expect(await readsIn(60_000)).toBe(60);
  });

  it('follows what the device is read for', async () => {
    const { telemetry, plug, set } = await setUp();
    set({ pollBatteryLocalMs: 30_000 });
    expect(telemetry.pollers(SITE)[0]?.periodMs).toBe(10_000);
    telemetry.configure({ ...plug.device.record, channels: [configOf('grid', 'battery')] });
    expect(telemetry.pollers(SITE)[0]?.periodMs).toBe(30_000);
  });
});

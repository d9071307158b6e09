import { afterEach, expect, it } from 'vitest';
import { createActuatorVault } from '../../../main/devices/actuator-vault.ts';
import { createDeviceHost } from '../../../main/devices/device-host.ts';
import { driverOf } from '../../../main/devices/registry.ts';
import type { EnergyCounters, HouseState } from '../../../main/devices/simulator/types.ts';
import { channelsOf, type Driver, type OpenDevice } from '../../../main/devices/types.ts';
import { channelId } from '../../../main/ids.ts';
import type { Result } from '../../../main/result.ts';
import type { QualityDay } from '../../../main/store/types.ts';
import { createTelemetry } from '../../../main/telemetry/telemetry.ts';
import { openHouse } from '../../support/telemetry/open-house.ts';
import { SITE } from '../../support/telemetry/scripted-device.ts';
import { pacedClock } from '../../support/week/paced-clock.ts';
import {
  live,
  setWeekFault,
  startWeekDevices,
  type WeekDevice,
  type WeekFault,
  weekHouse,
} from '../../support/week/week-house.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ZONE = 'Europe/Berlin';
/** Local midnight of a Wednesday; on the Sunday after it the clocks go forward at 01:00 UTC. */
const START = Date.UTC(2027, 2, 23, 23);
/** Seven local days: the clocks take one hour from them. */
const END = START + (7 * 24 - 1) * HOUR;
const SPRING = Date.UTC(2027, 2, 28, 1);
const CLEAN_DAY = '2027-03-24';
/** The whole house is silent around the change of the clocks. */
const OUTAGE = { from: SPRING - 30 * MINUTE, to: SPRING + 30 * MINUTE };
const FAULT_EVERY = 150 * MINUTE;
const POLL_MS = 120_000;
/** A device that was away is asked every five minutes at least, with jitter, and may need two tries. */
const RECOVERS_WITHIN = 12 * MINUTE;
/** How long ago a good value may have been true: a slow answer, what a cloud was sent a minute ago. */
const WINDOW_MS = 100_000;

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Fault {
  readonly device: WeekDevice;
  readonly kind: WeekFault;
  readonly from: number;
  readonly to: number;
}

/** From the second day on every device fails in every way in turn, for 10 to 60 minutes. */
const faultsOf = (devices: readonly WeekDevice[]): readonly Fault[] => {
  const ways = (['offline', 'slow', 'garbage', 'too-often'] as const).flatMap((kind) =>
    devices.flatMap((device) => (kind === 'too-often' && !device.refuse ? [] : [{ device, kind }])),
  );
  const faults: Fault[] = [];
  for (let turn = 0, from = START + 24 * HOUR; from < END - 2 * HOUR; turn += 1, from += FAULT_EVERY) {
    const way = ways[turn % ways.length];
    const to = from + (10 + ((turn * 23) % 51)) * MINUTE;
    const meetsOutage = from < OUTAGE.to + HOUR && to > OUTAGE.from - HOUR;
    if (way && !meetsOutage) faults.push({ ...way, from, to });
  }
  return [...faults, ...devices.map((device) => ({ device, kind: 'offline' as const, ...OUTAGE }))];
};

/** Every two minutes is enough for a week; everything else is the product's own. */
const stretched = (driver: Driver, open: Driver['open']): Driver => ({
  ...driver,
  pollPeriodMs: Math.max(POLL_MS, driver.pollPeriodMs),
  freshnessLimitMs: Math.max(3.5 * POLL_MS, driver.freshnessLimitMs),
  open,
});

it('seven days over real sockets, every device failing in turn over a change of the clocks', async () => {
  const began = performance.now();
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', onUnhandled);
  ends.push(() => void process.off('unhandledRejection', onUnhandled));
  const clock = pacedClock(START);
  const house = weekHouse(clock);
  const devices = await startWeekDevices(house, clock);
  for (const { simulator } of devices) ends.push(simulator.close);
  const room = await openHouse(clock);
  ends.push(room.end);
  const telemetry = createTelemetry({ store: room.store, clock, log: room.log, bus: room.bus, random: () => 0.5 });
  telemetry.start(new AbortController().signal);
  ends.push(telemetry.stop);
  const polls = new Map(devices.map(({ id }) => [id, { asked: 0, failed: 0, rejected: 0 }]));
  const opened = new Map<string, OpenDevice>();
  const host = createDeviceHost({
    clock,
    log: room.log,
    vault: createActuatorVault(),
    secretOf: (id) => devices.find((device) => device.id === id)?.secret ?? null,
    onClose: telemetry.remove,
    findDriver: (id) => {
      const driver = driverOf(id);
      return driver && stretched(driver, (options, deps) => watched(driver.open(options, deps), driver.id));
    },
  });
  ends.push(host.closeAll);
  const watched = (device: OpenDevice, driverId: string): OpenDevice => {
    const counts = polls.get(devices.find(({ record }) => record.driverId === driverId)?.id ?? '');
    opened.set(driverId, device);
    const count = <Value>(answer: Result<Value>, asked: number): Result<Value> => {
      if (counts) Object.assign(counts, { asked: counts.asked + asked, failed: counts.failed + Number(!answer.ok) });
      return answer;
    };
    const { identify, read } = device.reader;
    const reader: OpenDevice['reader'] = {
      ...device.reader,
      read: async (signal) => count(await clock.whileAsked(read(signal)), 1),
      // After a failure a poll first asks who is there, and ends with that where nobody is.
      identify: async (signal) => count(await clock.whileAsked(identify(signal)), 0),
    };
    return { ...device, reader };
  };

  // What is true, every 5 s of the last half hour, and the energy of each minute of the week.
  const truths: HouseState[] = [];
  const meters = new Map<number, EnergyCounters>();
  const look = (): void => {
    const state = house.state();
    if (state.at % MINUTE === 0) {
      live(house, state.at);
      meters.set(state.at, state.total);
    }
    truths.push(state);
    if (truths.length > 360) truths.shift();
    if (state.at < END) clock.after(5_000 - (clock.now() % 5_000), look);
  };
  look();
  const untrue: string[] = [];
  const heard = new Map<string, number>();
  const recoveries: { readonly name: string; readonly ms: number }[] = [];
  const recovering = new Map<string, number>();
  let compared = 0;
  room.bus.on('readings', ({ deviceId, readings }) => {
    const device = devices.find(({ id }) => id === deviceId);
    const driver = device && driverOf(device.record.driverId);
    if (!device || !driver) throw new Error(`readings of ${deviceId}`);
    heard.set(device.id, clock.now());
    const since = recovering.get(device.id);
    if (since !== undefined) recoveries.push({ name: device.id, ms: clock.now() - since });
    recovering.delete(device.id);
    const specs = channelsOf(driver, device.record.connection);
    for (const { channelId: channel, measuredAt, metric, quality, value } of readings) {
      const name = `${channel} ${metric}`;
      const [least, most] = specs.find((spec) => spec.channelId === channel)?.bounds[metric] ?? [
        Number.NaN,
        Number.NaN,
      ];
      if (!(value >= least && value <= most)) untrue.push(`${device.id} ${name} ${value} is out of bounds`);
      const truth = device.truths[name];
      if (!truth || quality === 'suspect') continue;
      const around = truths.filter(({ at }) => at >= measuredAt - WINDOW_MS && at <= measuredAt + 10_000).map(truth);
      const now = truth(house.state());
      const all = measuredAt > clock.now() - WINDOW_MS ? [...around, now] : around;
      const [low, high] = [Math.min(...all), Math.max(...all)];
      const slack = metric === 'socPct' ? 1.5 : 15 + 0.02 * Math.max(Math.abs(low), Math.abs(high));
      compared += 1;
      if (value < low - slack || value > high + slack)
        untrue.push(`${new Date(clock.now()).toISOString()} ${device.id} ${name} ${value} for ${low} to ${high}`);
    }
  });

  for (const device of devices) {
    const answer = await host.open(device.record);
    if (!answer.ok) throw new Error(`${device.id}: ${answer.error.message}`);
    telemetry.add(answer.value);
  }
  const faults = faultsOf(devices);
  for (const { device, from, kind, to } of faults) {
    clock.after(from - START, () => setWeekFault(device, kind));
    clock.after(to - START, () => {
      setWeekFault(device, 'none');
      recovering.set(device.id, to);
    });
  }
  for (let at = START; at < END; at += 6 * HOUR) {
    await clock.runUntil(Math.min(END, at + 6 * HOUR));
    room.store.rollups.roll(SITE, ZONE, clock.now());
  }
  await clock.runUntil(END + 2 * MINUTE);
  room.store.rollups.roll(SITE, ZONE, END);

  // Energy of the minutes that were recorded against what the house really moved in them.
  const energyOf = (name: 'pv' | 'load' | 'grid' | 'battery') => {
    const rows = room.rows(`site:${name}`, 'powerW').filter(({ at }) => at < END);
    const part = ({ pvKwh, loadKwh, importKwh, exportKwh, chargeKwh, dischargeKwh }: EnergyCounters): number =>
      ({ pv: pvKwh, load: loadKwh, grid: importKwh - exportKwh, battery: chargeKwh - dischargeKwh })[name];
    const minutes = rows.map(({ at }) => {
      const [before, after] = [meters.get(at), meters.get(at + MINUTE)];
      if (!before || !after) throw new Error(`no truth for ${new Date(at).toISOString()}`);
      return part(after) - part(before);
    });
    const seriesId = room.store.series.find({
      siteId: SITE,
      deviceId: '',
      channelId: channelId(`site:${name}`),
      metric: 'powerW',
    });
    const days = seriesId === undefined ? [] : room.store.rollups.range('day', seriesId, START, END);
    const sum = (list: readonly number[]): number => list.reduce((total, each) => total + each, 0);
    const recorded = sum(days.map(({ energyKwh }) => energyKwh ?? 0));
    const moved = sum(minutes.map(Math.abs));
    return {
      rows,
      days,
      recorded,
      truth: sum(minutes),
      errorPct: (100 * Math.abs(recorded - sum(minutes))) / moved,
      missing: (END - START) / MINUTE - rows.length,
    };
  };
  const energies = Object.fromEntries(
    (['pv', 'load', 'grid', 'battery'] as const).map((name) => [name, energyOf(name)]),
  );
  const quality = room.store.dataQuality.since(SITE, CLEAN_DAY);
  const dayOf = (id: string, day: string): QualityDay => {
    const row = quality.find((each) => each.source === `device/${id}` && each.day === day);
    if (!row) throw new Error(`no quality of ${id} on ${day}`);
    return row;
  };
  const scoreOf = (id: string, day: string): number => {
    const { good, missing, rejected, suspect } = dayOf(id, day);
    return (100 * good) / (good + suspect + rejected + missing);
  };
  const faultyDays = ['25', '26', '27', '28', '29', '30'].map((day) => `2027-03-${day}`);
  const worstDay = (id: string): number => Math.min(...faultyDays.map((day) => scoreOf(id, day)));
  const table = devices.map((device) => {
    const { id, record } = device;
    const own = recoveries.filter(({ name }) => name === id).map(({ ms }) => ms);
    return {
      device: id,
      ...polls.get(id),
      rejected: opened.get(record.driverId)?.reader.diagnostics?.().rejected ?? null,
      faults: faults.filter((fault) => fault.device === device).length,
      'longest recovery min': Math.round((Math.max(...own) / MINUTE) * 10) / 10,
      'clean day %': Math.round(scoreOf(id, CLEAN_DAY) * 10) / 10,
      'worst day %': Math.round(worstDay(id) * 10) / 10,
    };
  });
  const site = Object.entries(energies).map(([name, { errorPct, missing, recorded, truth }]) => ({
    series: name,
    'recorded kWh': recorded.toFixed(2),
    'true kWh': truth.toFixed(2),
    'error %': errorPct.toFixed(2),
    'missing minutes': missing,
  }));
  const line = (row: object): string =>
    Object.entries(row)
      .map(([key, value]) => `${key} ${value}`)
      .join(', ');
  process.stdout.write(
    `\ndevices, 7 days with ${faults.length} faults, ${Math.round((performance.now() - began) / 1000)} s real, ${compared} values compared, ${untrue.length} untrue\n${[...table, ...site].map(line).join('\n')}\n`,
  );

  expect(unhandled).toEqual([]);
  expect(untrue.slice(0, 20)).toEqual([]);
  expect(compared).toBeGreaterThan(100_000);
  expect(room.sink.lines.filter((text) => text.includes('"level":"error"'))).toEqual([]);
  // Recovery: each fault that ended was followed by readings, without help.
  expect([...recovering.keys()]).toEqual([]);
  for (const { ms, name } of recoveries) expect(ms, name).toBeLessThanOrEqual(RECOVERS_WITHIN);
  for (const { id } of devices) expect(heard.get(id), id).toBeGreaterThan(END - 10 * MINUTE);
  for (const [name, { days, errorPct, missing, rows }] of Object.entries(energies)) {
    expect(errorPct, name).toBeLessThan(3);
    // A day that the clocks shorten has 23 hours, and no minute is counted twice.
    expect(days, name).toHaveLength(7);
    expect(
      days.reduce((sum, { count }) => sum + count, 0),
      name,
    ).toBe(rows.length);
    expect(missing, name).toBeGreaterThan(20);
    expect(missing, name).toBeLessThan(120);
    // While all are silent nothing is made up; VRM's last word counts for its 20 minutes.
    const inGap = rows.filter(({ at }) => at >= OUTAGE.from + 22 * MINUTE && at < OUTAGE.to);
    expect(inGap, name).toEqual([]);
  }
  for (const { device, from, kind, to } of faults) {
    if (device.flexible === null || kind === 'slow') continue;
    const rows = room.rows(device.flexible, 'powerW', device.record.id);
    expect(rows.length).toBeGreaterThan(6 * 24 * 60);
    const during = rows.filter(({ at }) => at >= from + 9 * MINUTE && at + MINUTE <= to);
    expect(during, `${device.id} ${kind}`).toEqual([]);
  }
  for (const { id } of devices) {
    const mostMissing = Math.max(...faultyDays.map((day) => dayOf(id, day).missing));
    expect(scoreOf(id, CLEAN_DAY), id).toBeGreaterThan(90);
    expect(dayOf(id, CLEAN_DAY).missing, id).toBe(0);
    expect(mostMissing, id).toBeGreaterThan(0);
  }
  const sum = (of: (id: string) => number): number => devices.reduce((total, { id }) => total + of(id), 0);
  expect(sum(worstDay)).toBeLessThan(sum((id) => scoreOf(id, CLEAN_DAY)) - devices.length);
});

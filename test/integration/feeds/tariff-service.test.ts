import { describe, expect, it, onTestFinished } from 'vitest';
import { type ReplayClock, replayClock } from '../../../main/clock.ts';
import { createEventBus } from '../../../main/events.ts';
import type { TariffPrice } from '../../../main/feeds/tariff/market.ts';
import { createTariffs } from '../../../main/feeds/tariff/tariffs.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { Store } from '../../../main/store/types.ts';
import { fixture } from '../../support/feeds/asking.ts';
import { at, HOUR_MS, QUARTER_MS, spots, tariff } from '../../support/feeds/tariffs.ts';
import { good, HOME, homeSite, NOW, tempStore } from '../../support/store/temp-store.ts';

const DAY_MS = 24 * HOUR_MS;
const TODAY = at('2026-11-21T00:00+01:00');

const open = async (feedPrices: readonly TariffPrice[] = []) => {
  const clock: ReplayClock = replayClock(NOW);
  const { store, lines } = await tempStore({ clock });
  const bus = createEventBus((name, thrown) => {
    throw new Error(`${name}: ${String(thrown)}`);
  });
  const told: number[] = [];
  let prices = feedPrices;
  const tariffs = createTariffs({
    store,
    bus,
    clock,
    log: createLog(memorySink(), clock),
    feeds: { pricesFor: (_id, from, to) => prices.filter((row) => row.at < to && row.at + row.stepMs > from) },
    sites: () => store.sites.list(),
  });
  bus.on('feeds', ({ at: when }) => told.push(when));
  const life = new AbortController();
  onTestFinished(async () => {
    // What sleeps between two pieces wakes at once; nothing is left behind.
    await tariffs.stop();
    expect(clock.pendingTimers()).toBe(0);
    expect(bus.listenerCount()).toBe(1);
  });
  return {
    ...{ clock, store, bus, tariffs, told, lines, life },
    start: () => tariffs.start(life.signal),
    publish: (rows: readonly TariffPrice[]) => {
      prices = rows;
      bus.emit('feeds', { siteId: HOME, topic: 'price', at: clock.now() });
    },
  };
};
const rowsOf = (store: Store, from = TODAY, to = TODAY + 3 * DAY_MS) => store.prices.range(HOME, from, to);
const set = (more: Partial<Parameters<Awaited<ReturnType<typeof open>>['tariffs']['set']>[0]>) => ({
  ...{ siteId: HOME, who: 'Ada', tariff: tariff({}) },
  ...more,
});

describe('the table of prices', () => {
  it('holds today and the next 48 hours under the tariff, as soon as prices come, and marks guesses', async () => {
    const { tariffs, store, publish, start, told } = await open();
    start();
    good(tariffs.set(set({ tariff: tariff({ name: 'Spot', import: { kind: 'spot', addPerKwh: 0.2 } }) })));
    expect(rowsOf(store)).toEqual([]);
    const market = spots(TODAY, QUARTER_MS, Array(4 * 48).fill(-0.05)).map((row) => ({
      ...row,
      provider: 'entsoe',
      assumed: row.at >= TODAY + DAY_MS,
    }));
    publish(market);
    const rows = rowsOf(store);
    expect(rows).toHaveLength(4 * 48);
    expect(rows[0]).toEqual({
      at: TODAY,
      stepMs: QUARTER_MS,
      importPerKwh: expect.closeTo(0.15, 12),
      exportPerKwh: 0,
      source: 'Spot, prices of entsoe',
    });
    expect(rows.at(-1)?.source).toBe('Spot, prices of entsoe, assumed');
    // The publication itself, and once that the table changed.
    expect(told).toHaveLength(2);
  });

  it('replaces hours by quarters without leaving rows that overlap', async () => {
    const { tariffs, store, publish, start } = await open();
    start();
    good(tariffs.set(set({ tariff: tariff({ import: { kind: 'spot' } }) })));
    publish(spots(TODAY, QUARTER_MS, Array(4 * 24).fill(0.1)));
    publish(spots(TODAY, HOUR_MS, Array(24).fill(0.2)));
    expect(rowsOf(store).map(({ stepMs, importPerKwh }) => [stepMs, importPerKwh])).toEqual(
      Array(24).fill([HOUR_MS, 0.2]),
    );
  });

  it('falls back to the fixed prices of the settings, and follows them', async () => {
    const { store, bus, start, clock } = await open();
    start();
    store.settings.set(HOME, { fixedImportPerKwh: 0.31, fixedExportPerKwh: 0.08 }, 'Ada', NOW);
    bus.emit('settings', { siteId: HOME });
    expect(rowsOf(store)[0]).toMatchObject({
      importPerKwh: 0.31,
      exportPerKwh: 0.08,
      source: 'the fixed price in the settings',
    });
    const end = rowsOf(store).at(-1);
    expect((end?.at ?? 0) + (end?.stepMs ?? 0)).toBeGreaterThanOrEqual(NOW + 48 * HOUR_MS);
    await clock.advance(2 * HOUR_MS);
    const later = rowsOf(store, TODAY, TODAY + 5 * DAY_MS).at(-1);
    expect((later?.at ?? 0) + (later?.stepMs ?? 0)).toBeGreaterThanOrEqual(NOW + 50 * HOUR_MS);
  });

  it("takes a supplier's own prices without any tariff, and the bare market only where nothing else is known", async () => {
    const { store, publish, start } = await open();
    start();
    publish(spots(TODAY, HOUR_MS, Array(24).fill(0.1)));
    expect(rowsOf(store)[0]?.source).toBe('Market price without fees and taxes');
    publish(
      spots(TODAY, HOUR_MS, Array(24).fill(0.1)).flatMap((row) => [
        row,
        { ...row, kind: 'import' as const, perKwh: 0.33, provider: 'tibber' },
      ]),
    );
    expect(rowsOf(store)[0]).toMatchObject({ importPerKwh: 0.33, source: 'Supplier, prices of tibber' });
  });

  it('keeps what past days cost when the tariff changes now, and prices them anew when it is asked', async () => {
    const { tariffs, store, start, clock } = await open();
    start();
    good(tariffs.set(set({ tariff: tariff({ name: 'Old', import: { kind: 'schedule', otherwisePerKwh: 0.3 } }) })));
    await clock.advance(10 * 60_000);
    const past = TODAY - 30 * DAY_MS;
    expect(rowsOf(store, past, past + DAY_MS)[0]).toMatchObject({ importPerKwh: 0.3, source: 'Old' });
    good(tariffs.set(set({ tariff: tariff({ name: 'New', import: { kind: 'schedule', otherwisePerKwh: 0.4 } }) })));
    await clock.advance(10 * 60_000);
    expect(rowsOf(store, past, past + DAY_MS)[0]?.source).toBe('Old');
    const today = rowsOf(store, TODAY, TODAY + 2 * DAY_MS);
    expect(today[0]?.source).toBe('Old');
    expect(today.at(-1)?.source).toBe('New');
    good(
      tariffs.set(
        set({
          validFrom: TODAY - 10 * DAY_MS,
          tariff: tariff({ name: 'Late', import: { kind: 'schedule', otherwisePerKwh: 0.5 } }),
        }),
      ),
    );
    await clock.advance(10 * 60_000);
    expect(rowsOf(store, TODAY - 9 * DAY_MS, TODAY)[0]?.source).toBe('Late');
    expect(rowsOf(store, past, past + DAY_MS)[0]?.source).toBe('Old');
    expect(tariffs.get(HOME)).toMatchObject({
      tariff: { name: 'Late' },
      changes: [{ name: 'Late', who: 'Ada' }, { name: 'New' }, { name: 'Old', validFrom: null }],
    });
  });
});

describe('a tariff', () => {
  it('with a gap is refused with the part that is wrong, and nothing changes', async () => {
    const { tariffs, store } = await open();
    const wrong = tariff({
      import: { kind: 'schedule', lines: [{ name: 'Day', from: '06:00', to: '22:00', perKwh: 1 }] },
    });
    const refused = tariffs.set(set({ tariff: wrong }));
    expect(refused).toMatchObject({
      ok: false,
      error: { code: 'tariff.wrong', fields: { import: expect.stringContaining('No line holds') } },
    });
    expect(store.tariffs.versions(HOME)).toEqual([]);
    const preview = good(tariffs.preview({ siteId: HOME, from: TODAY, to: TODAY + DAY_MS, tariff: wrong }));
    expect(preview.problems).toHaveLength(2);
    expect(preview.rates.filter(({ importPerKwh }) => importPerKwh === null)).toHaveLength(8);
  });

  it('survives a restart and goes with its home', async () => {
    const { tariffs, store } = await open();
    const whole = tariff({
      import: { kind: 'spot' },
      peakCharges: [{ name: 'P', intervalMinutes: 15, price: { kind: 'steps', steps: [{ fromKw: 0, amount: 1 }] } }],
    });
    good(tariffs.set(set({ tariff: whole })));
    expect(store.tariffs.versions(HOME)[0]?.tariff).toEqual(whole);
    store.sites.remove(HOME);
    store.sites.add(homeSite(), NOW);
    expect(store.tariffs.versions(HOME)).toEqual([]);
  });

  it('is read from the US database for a look before it is set', async () => {
    const { tariffs } = await open();
    const read = good(
      tariffs.importUrdb({ siteId: HOME, json: fixture('urdb', 'tariff-tiered-energy-and-tou-demand.json') }),
    );
    // The home counts in euro: said, not hidden.
    expect(read.problems.map(({ kind }) => kind)).toEqual(['currency']);
  });
});

describe('prices from a file', () => {
  const csv = `start;import\n${Array.from({ length: 24 }, (_, hour) => `21.11.2026 ${String(hour).padStart(2, '0')}:00;0,4`).join('\n')}\n`;
  const input = { siteId: HOME, who: 'Ada', zone: null, kind: 'import' as const, unit: 'per-kwh' as const };

  it('change nothing in a dry run, and go before every feed once they are taken', async () => {
    const { tariffs, store, publish, start } = await open();
    start();
    publish(spots(TODAY, HOUR_MS, Array(48).fill(0.2)).map((row) => ({ ...row, kind: 'import' })));
    const look = good(tariffs.importCsv({ ...input, csv, dryRun: true }));
    expect(look).toMatchObject({
      imported: false,
      rows: 24,
      from: TODAY,
      to: TODAY + DAY_MS,
      stepMs: HOUR_MS,
      problems: [],
    });
    expect(rowsOf(store)[0]?.importPerKwh).toBe(0.2);
    expect(good(tariffs.importCsv({ ...input, csv, dryRun: false }))).toMatchObject({
      imported: true,
      sentence: '24 prices were taken.',
    });
    expect(rowsOf(store).map(({ importPerKwh }) => importPerKwh)).toEqual([
      ...Array(24).fill(0.4),
      ...Array(24).fill(0.2),
    ]);
  });

  it('are taken whole or not at all', async () => {
    const { tariffs, store } = await open();
    const report = good(
      tariffs.importCsv({ ...input, csv: csv.replace('21.11.2026 07:00;0,4', '21.11.2026 07:00;x'), dryRun: false }),
    );
    expect(report).toMatchObject({ imported: false, rows: 0, problems: [{ line: 9 }] });
    expect(store.feeds.prices.range(HOME, 0, TODAY + DAY_MS)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { openMeteo } from '../../../main/feeds/weather/open-meteo.ts';
import { dataQualityOf } from '../../../main/health/data-quality.ts';
import { ok } from '../../../main/result.ts';
import { DAY, feedHouse, goodValue, HOUR, scriptedProvider, weatherRow } from '../../support/feeds/feed-house.ts';
import { feedServer } from '../../support/feeds/feed-server.ts';
import { openMeteoAnswers } from '../../support/feeds/open-meteo-server.ts';
import { HOME, NOW } from '../../support/store/temp-store.ts';

type House = Awaited<ReturnType<typeof feedHouse>>;
const scored = ({ store, clock }: House) => dataQualityOf(store, HOME, clock.now()).quality;
const answer = (rows: ReturnType<typeof weatherRow>[], more: { unchanged?: boolean; rejected?: number } = {}) =>
  ok({
    rows,
    ...{ issuedAt: null, validators: { etag: null, lastModified: null }, expiresAt: null },
    ...{ unchanged: false, rejected: 0, ...more },
  });
const hours = (from: number, wrong: readonly number[] = []) =>
  Array.from({ length: 24 }, (_, hour) =>
    weatherRow(from + hour * HOUR, wrong.includes(hour) ? { humidityPct: 900 } : {}),
  );

describe('the quality of a feed', () => {
  it('counts the rows of a real answer and the asks that failed, over restarts', async () => {
    const server = await feedServer(openMeteoAnswers(() => NOW));
    const house = await feedHouse({ weather: [{ ...openMeteo, defaultBaseUrl: server.baseUrl }] }, { start: false });
    goodValue(await house.feeds.refresh(HOME, 'weather'));
    const [first] = scored(house);
    expect(first).toMatchObject({
      source: 'feed/open-meteo',
      ...{ name: 'open-meteo', kind: 'feed', todayPct: 100, rejected: 0, missing: 0 },
    });
    expect(first?.good).toBeGreaterThan(24);

    server.answer(() => ({ status: 500, body: '' }));
    await house.restart();
    await house.clock.advance(2 * HOUR);
    const failed = server.asked.length - 1;
    expect(failed).toBeGreaterThan(0);
    expect(scored(house)).toMatchObject([{ good: first?.good, rejected: 0, missing: failed }]);
  });

  it('counts rows that cannot be true, and nothing as good of an answer that is not believed', async () => {
    const provider = scriptedProvider('weather', 'a', async ({ from }, call) =>
      answer(hours(Math.ceil(from / HOUR) * HOUR, call === 1 ? [3] : [3, 4, 5, 6, 7, 8]), { rejected: 2 }),
    );
    const house = await feedHouse({ weather: [provider] }, { start: false });
    goodValue(await house.feeds.refresh(HOME, 'weather'));
    expect(scored(house)).toMatchObject([{ source: 'feed/a', good: 23, rejected: 3, missing: 0 }]);
    await house.clock.advance(2 * HOUR);
    goodValue(await house.feeds.refresh(HOME, 'weather'));
    expect(scored(house)).toMatchObject([{ source: 'feed/a', good: 23, rejected: 3 + 26, missing: 1 }]);
  });

  it('takes an unchanged answer as a good one, and keeps each local day apart', async () => {
    const provider = scriptedProvider('weather', 'a', async ({ from }, call) =>
      call === 1 ? answer(hours(Math.ceil(from / HOUR) * HOUR)) : answer([], { unchanged: true }),
    );
    const house = await feedHouse({ weather: [provider] }, { start: false });
    goodValue(await house.feeds.refresh(HOME, 'weather'));
    await house.clock.advance(DAY);
    goodValue(await house.feeds.refresh(HOME, 'weather'));
    expect(scored(house)).toMatchObject([{ todayPct: 100, weekPct: 100, good: 1, missing: 0 }]);
    expect(house.store.dataQuality.since(HOME, '2000-01-01').map(({ good }) => good)).toEqual([24, 1]);
  });

  it('does not count an ask that was ended by us', async () => {
    const provider = scriptedProvider('weather', 'a', () => new Promise(() => undefined));
    const house = await feedHouse({ weather: [provider] });
    await house.clock.advance(5_000);
    await house.restart();
    expect(provider.calls).toHaveLength(1);
    expect(house.store.dataQuality.since(HOME, '2000-01-01')).toEqual([]);
  });
});

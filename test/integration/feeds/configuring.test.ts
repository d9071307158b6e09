import { expect, it } from 'vitest';
import { SOLAR_PROVIDERS } from '../../../main/feeds/solar/providers.ts';
import type { FeedProvider } from '../../../main/feeds/types.ts';
import { openMeteo } from '../../../main/feeds/weather/open-meteo.ts';
import { openWeatherMap } from '../../../main/feeds/weather/openweathermap.ts';
import { WEATHER_PROVIDERS } from '../../../main/feeds/weather/providers.ts';
import { feedCommandHandlers, feedQueryHandlers } from '../../../main/gateway/handlers/feeds.ts';
import { commands, queries } from '../../../preload/contract.ts';
import { feedHouse, goodValue, HOUR, scriptedProvider, wholeWindow } from '../../support/feeds/feed-house.ts';
import { feedServer } from '../../support/feeds/feed-server.ts';
import { openMeteoAnswers } from '../../support/feeds/open-meteo-server.ts';
import { HOME, NOW } from '../../support/store/temp-store.ts';

const PROVIDERS = { weather: WEATHER_PROVIDERS, solar: SOLAR_PROVIDERS };

it('a new home needs no key: weather comes from its place alone', async () => {
  const server = await feedServer(openMeteoAnswers(() => NOW));
  const weather: readonly FeedProvider<'weather'>[] = WEATHER_PROVIDERS.map((each) => ({
    ...each,
    defaultBaseUrl: server.baseUrl,
  }));
  const { feeds } = await feedHouse({ weather, solar: SOLAR_PROVIDERS }, { start: false });
  const sentences = goodValue(await feeds.refresh(HOME, null));
  expect(sentences[0]).toMatch(/weather: \d+ rows came/);
  const rows = feeds.weatherFor(HOME, NOW, NOW + 24 * HOUR);
  expect(rows).toHaveLength(24);
  expect(rows.every((row) => row.provider === 'open-meteo' && !row.assumed)).toBe(true);
  expect(rows.some((row) => (row.ghiP90Wm2 ?? 0) > (row.ghiP10Wm2 ?? 0))).toBe(true);
  const status = goodValue(await feeds.status(HOME));
  expect(status.topics.find((each) => each.topic === 'weather')).toMatchObject({
    servedBy: 'open-meteo',
    assumed: false,
  });
  const refused = status.topics.flatMap((each) => each.providers).filter((each) => each.state === 'refused');
  expect(refused.map((each) => each.provider)).toEqual(['openweathermap', 'solcast', 'forecast-solar']);
});

it('a key is set, used and never read', async () => {
  const house = await feedHouse(PROVIDERS, { start: false });
  const key = '0123456789abcdef-key';
  const server = await feedServer(() => ({ status: 401, body: { cod: 401, message: 'no' } }));
  const source = { provider: 'openweathermap', enabled: true, baseUrl: server.baseUrl, options: {} };
  goodValue(await house.feeds.configure({ siteId: HOME, topic: 'weather', who: 'Ann', sources: [{ ...source, key }] }));
  goodValue(await house.feeds.refresh(HOME, 'weather'));
  expect(server.asked[0]?.query.get('appid')).toBe(key);
  const config = goodValue(await house.feeds.config(HOME));
  expect(config.topics[0]).toEqual({ topic: 'weather', chosen: true, sources: [{ ...source, hasKey: true }] });
  const all = JSON.stringify([
    config,
    goodValue(await house.feeds.status(HOME)),
    house.lines,
    house.store.feeds.config.get(HOME),
  ]);
  expect(all).not.toContain(key);
  // Left out it stays, null clears it.
  goodValue(await house.feeds.configure({ siteId: HOME, topic: 'weather', who: 'Ann', sources: [source] }));
  expect(goodValue(await house.feeds.config(HOME)).topics[0]?.sources[0]?.hasKey).toBe(true);
  goodValue(
    await house.feeds.configure({ siteId: HOME, topic: 'weather', who: 'Ann', sources: [{ ...source, key: null }] }),
  );
  expect(goodValue(await house.feeds.config(HOME)).topics[0]?.sources[0]?.hasKey).toBe(false);
  expect(goodValue(await house.feeds.status(HOME)).topics[0]?.sentence).toContain('needs a key');
});

it('a changed address is asked at once, and null takes the defaults again', async () => {
  const bad = await feedServer(() => ({ status: 404 }));
  const fine = await feedServer(openMeteoAnswers(() => NOW));
  const house = await feedHouse({ weather: [{ ...openMeteo, defaultBaseUrl: bad.baseUrl }] }, { start: false });
  goodValue(await house.feeds.refresh(HOME, 'weather'));
  goodValue(await house.feeds.refresh(HOME, 'weather'));
  expect(bad.asked).toHaveLength(1);
  const source = { provider: 'open-meteo', enabled: true, baseUrl: fine.baseUrl, options: {} };
  goodValue(await house.feeds.configure({ siteId: HOME, topic: 'weather', who: 'Ann', sources: [source] }));
  goodValue(await house.feeds.refresh(HOME, 'weather'));
  expect(fine.asked).toHaveLength(1);
  goodValue(await house.feeds.configure({ siteId: HOME, topic: 'weather', who: 'Ann', sources: null }));
  expect(goodValue(await house.feeds.config(HOME)).topics[0]).toMatchObject({ chosen: false });
});

it('refuses what it does not know', async () => {
  const { feeds } = await feedHouse(PROVIDERS, { start: false });
  const source = { provider: 'nobody', enabled: true, baseUrl: null, options: {} };
  const configure = (sources: (typeof source)[]) =>
    feeds.configure({ siteId: HOME, topic: 'weather', who: 'Ann', sources });
  expect(await configure([source])).toMatchObject({ ok: false, error: { code: 'feed.unknown' } });
  const twice = { ...source, provider: 'met-no' };
  expect(await configure([twice, twice])).toMatchObject({ ok: false, error: { code: 'feed.twice' } });
});

it('answers in the shape of the contract', async () => {
  const grid = scriptedProvider('weather', 'a', wholeWindow());
  const { feeds } = await feedHouse({ weather: [grid, openWeatherMap], solar: SOLAR_PROVIDERS }, { start: false });
  const asks = feedQueryHandlers({ feeds });
  const does = feedCommandHandlers({ feeds });
  const context = { surface: 'window' as const };
  const refreshed = goodValue(await does['feeds.refresh']({ siteId: HOME, topic: null }, context));
  expect(commands['feeds.refresh'].output.parse(refreshed).sentences).toHaveLength(5);
  const status = goodValue(await asks['feeds.status']({ siteId: HOME }));
  expect(queries['feeds.status'].output.parse(status)).toEqual(status);
  const config = goodValue(await asks['feeds.config']({ siteId: HOME }));
  expect(queries['feeds.config'].output.parse(config)).toEqual(config);
  const providers = goodValue(await asks['feeds.providers']({}));
  expect(queries['feeds.providers'].output.parse(providers)).toEqual(providers);
  const span = { siteId: HOME, from: NOW, to: NOW + 24 * HOUR };
  const weather = goodValue(await asks['weather.get'](span));
  expect(queries['weather.get'].output.parse(weather)).toEqual(weather);
  expect(weather.rows).toHaveLength(24);
  expect(weather.attributions).toEqual([{ text: 'a', url: 'https://example.test/' }]);
  expect(queries['carbon.get'].output.parse(goodValue(await asks['carbon.get'](span))).rows).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { askProvider, USER_AGENT } from '../../support/feeds/asking.ts';
import { homeFor, NETWORK_PROVIDERS, SECRET } from '../../support/feeds/price-homes.ts';
import { type ServiceReply, startService } from '../../support/feeds/service-server.ts';
import { failureOf, homeSite } from '../../support/store/temp-store.ts';

const NOW = Date.UTC(2026, 10, 21, 9, 0);
const DAY_MS = 86_400_000;
const WINDOW = { from: NOW - DAY_MS, to: NOW + 2 * DAY_MS };

const BAD: readonly (readonly [string, ServiceReply, { code: RegExp; retryAfterMs?: number }])[] = [
  [
    'a web page instead of data',
    { body: '<!DOCTYPE html><html><body>Maintenance</body></html>' },
    { code: /malformed/ },
  ],
  ['an empty body', { body: '' }, { code: /malformed/ }],
  ['JSON of another shape', { body: '{"hello":[1,2,3]}' }, { code: /malformed|refused|not-found/ }],
  ['an answer that is cut short', { body: '{"data":[{"start', cutShort: true }, { code: /malformed/ }],
  ['"too often"', { status: 429, headers: { 'retry-after': '120' } }, { code: /too-often/, retryAfterMs: 120_000 }],
  ['"unavailable"', { status: 503, headers: { 'retry-after': '30' } }, { code: /their-fault/, retryAfterMs: 30_000 }],
  ['"no access"', { status: 401, body: `{"error":"${SECRET} is wrong"}` }, { code: /access/ }],
];

describe.each(NETWORK_PROVIDERS)('$label ($id)', (provider) => {
  it.each(BAD)('says in plain words that it got %s', async (_name, reply, expected) => {
    const service = await startService(() => reply);
    const place = homeFor(provider, service.baseUrl);
    const failure = failureOf(await askProvider(provider, place, WINDOW, NOW));
    expect(failure.code).toMatch(/^feed\./);
    expect(failure.code).toMatch(expected.code);
    expect(failure.retryAfterMs).toBe(expected.retryAfterMs);
    expect(`${failure.message} ${failure.advice}`).not.toContain(SECRET);
    expect(failure.message).toMatch(/^\w.* .*[.!]$/);
    // Whoever was told to wait is not asked again in the same breath.
    if (expected.retryAfterMs !== undefined) expect(service.heard).toHaveLength(1);
  });

  it('names the application, and keeps its key out of addresses unless the service wants it there', async () => {
    const service = await startService(() => ({ status: 503 }));
    await askProvider(provider, homeFor(provider, service.baseUrl), WINDOW, NOW);
    for (const request of service.heard) {
      expect(request.headers['user-agent']).toBe(USER_AGENT);
      if (provider.id !== 'commodity-endpoint') expect(request.query.toString()).not.toContain(SECRET);
    }
    if (provider.keyHelp !== null && provider.id !== 'commodity-endpoint')
      expect(Object.values(service.heard[0]?.headers ?? {}).join(' ')).toContain(SECRET);
  });

  it('says why it cannot serve a home, and serves the one that it can', () => {
    expect(provider.refusal(homeFor(provider))).toBeNull();
    const elsewhere = {
      ...homeFor(provider),
      site: homeSite({ timeZone: 'Asia/Tokyo', currency: 'JPY' }),
      key: null,
      options: {},
    };
    expect(provider.refusal(elsewhere)).toMatch(/\.$/);
  });

  it('does not answer where nobody listens', async () => {
    const failure = failureOf(await askProvider(provider, homeFor(provider, 'http://127.0.0.1:9'), WINDOW, NOW));
    expect(failure.code).toBe('feed.unreachable');
    expect(failure.message).not.toContain(SECRET);
  });
});

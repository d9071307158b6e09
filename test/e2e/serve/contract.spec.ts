import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { type QueryName, queries } from '../../../preload/contract.ts';
import { doorOf, startServe } from '../../support/e2e/running-serve.ts';
import { ruleOf } from '../../support/rules/rules.ts';

const HOUR = 3_600_000;

test('every question is answered in the shape that the contract names', async () => {
  test.setTimeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'serve-contract-'));
  const serve = await startServe(folder);
  const door = await doorOf(serve);
  const now = Date.now();
  const siteId = 'demo';
  const span = { siteId, from: now - 24 * HOUR, to: now + 24 * HOUR };
  const inputs: Partial<Record<QueryName, unknown>> = {
    'center.status': {},
    'center.link': {},
    'devices.drivers': {},
    'backups.list': {},
    'feeds.providers': {},
    'presence.get': {},
    'tariff.preview': span,
    'weather.get': span,
    'carbon.get': span,
    'forecast.get': { siteId, kind: 'solar' },
    'forecast.explain': { siteId, kind: 'solar', at: now + HOUR },
    'models.drift': { siteId, kind: 'solar' },
    'models.ab': { siteId, kind: 'solar' },
    'models.search': { siteId, kind: 'solar' },
    'history.get': { ...span, step: 'hour', channels: true },
    'prices.get': span,
    'rules.versions': { siteId, ruleId: 'none' },
    'rules.check': { siteId, rule: ruleOf() },
    'plan.whatIf': { siteId, changes: { reservePct: 40 } },
    'rules.replay': { siteId, from: now - 24 * HOUR, to: now, drafts: [ruleOf()] },
  };
  const ask = (name: QueryName) => door.request({ kind: 'query', name, input: inputs[name] ?? { siteId } });
  // The lists that matter are filled: devices have been read, forecasts were issued, and a plan is there.
  await expect.poll(async () => JSON.stringify(await ask('devices.list')), { timeout: 30_000 }).toContain('"online"');
  await expect.poll(async () => JSON.stringify(await ask('forecast.get')), { timeout: 30_000 }).toContain('"p50"');
  await expect.poll(async () => JSON.stringify(await ask('plan.get')), { timeout: 60_000 }).toContain('"blocks":[{');
  // What asks for a version or a load needs one that is there.
  const ofAThing: readonly QueryName[] = ['models.card', 'decision.ask'];
  for (const name of (Object.keys(queries) as QueryName[]).filter((each) => !ofAThing.includes(each))) {
    const reply = (await ask(name)) as { readonly ok: boolean; readonly value?: unknown };
    expect(reply.ok, name).toBe(true);
    const problems = queries[name].output.safeParse(reply.value).error?.issues ?? [];
    expect(
      problems.map(({ path, message }) => `${name} ${path.join('.')}: ${message}`),
      name,
    ).toEqual([]);
  }
  await serve.close();
  rmSync(folder, { recursive: true, force: true });
});

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCard } from '../../../main/learning/card.ts';
import { localDate } from '../../../main/zone.ts';
import { busyHome, MIDWEEK, WEEKEND } from '../../support/learning/busy-home.ts';
import { DEMO_SITE, ZONE } from '../../support/learning/demo-home.ts';
import { free, liveLearning } from '../../support/learning/live-learning.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-21T08:40:00Z');
const id = DEMO_SITE.id;

describe('a version in production is judged again at each forecast', () => {
  let home: Awaited<ReturnType<typeof liveLearning>>;
  let life: ReturnType<typeof busyHome>;
  const passes = async (days: number, homeDays: readonly number[]) => {
    home.clock.jump(days * DAY_MS);
    life.measure(homeDays);
    expect(await home.learning.forecast(id, free.signal)).toMatchObject({ ok: true });
    return home.learning.view(id, 'load', 48);
  };

  beforeAll(async () => {
    home = await liveLearning(NOW, false);
    life = busyHome(home.store, home.clock, 150);
    life.measure(WEEKEND);
  });
  afterAll(() => home.close());

  it('serves at once on days that its judged fit had not seen', async () => {
    expect(await home.learning.trainings.train(id, 'load', free)).toMatchObject({
      ok: true,
      value: { stage: 'production' },
    });
    const view = await passes(0, WEEKEND);
    expect(view.servedBy).toBe('model');
    expect(view.servedBecause).toMatch(/^The model errs by [\d.]+ W against [\d.]+ W of .* over the newest 28 days\.$/);
  });

  it('is never judged by days that it has learnt from', async () => {
    const [trained] = home.store.models.list(id, 'load');
    if (trained === undefined) throw new Error('nothing was trained');
    const alone = { ...trained, id: 'load-alone', folder: `${trained.folder}-alone` };
    cpSync(join(home.folder, trained.folder), join(home.folder, alone.folder), { recursive: true });
    const path = join(home.folder, alone.folder, 'card.json');
    const card = readCard(readFileSync(path, 'utf8'));
    if (card === undefined) throw new Error('the card cannot be read');
    const text = JSON.stringify({ ...card, judged: { ...card.judged, record: [] } });
    writeFileSync(path, text);
    home.store.models.add({ ...alone, card: text });
    expect((await passes(0, WEEKEND)).servedBecause).toMatch(/^A simple forecast serves: only 0 days/);
    home.store.models.setStage(trained.id, 'production');
  });

  it('gives way to the best simple forecast when the home lives otherwise, with both figures', async () => {
    const view = await passes(28, MIDWEEK);
    expect(view.servedBy).not.toBe('model');
    expect(view.modelVersion).toBeNull();
    const [, model, simple] =
      /erring by ([\d.]+) W against ([\d.]+) W .* over the newest \d+ days/.exec(view.servedBecause) ?? [];
    expect(Number(model)).toBeGreaterThan(Number(simple));
    expect(view.points).toHaveLength(48);
    expect(home.store.models.production(id, 'load')?.id).toBeDefined();
  });

  it('stays away while no training succeeds', async () => {
    const abort = new AbortController();
    abort.abort();
    expect(await home.learning.trainings.train(id, 'load', { ...free, signal: abort.signal })).toMatchObject({
      ok: false,
    });
    expect((await passes(1, MIDWEEK)).servedBy).not.toBe('model');
  });

  it('serves again once it wins again', async () => {
    const view = await passes(63, WEEKEND);
    expect(view.servedBy).toBe('model');
    expect(view.modelVersion).toBe(home.store.models.production(id, 'load')?.id);
  });

  it('does not serve after weeks without measurements: nothing speaks for it', async () => {
    home.clock.jump(40 * DAY_MS);
    life.skip(38);
    const view = await passes(0, WEEKEND);
    expect(view.servedBy).not.toBe('model');
    expect(view.servedBecause).toMatch(/^A simple forecast serves: only \d days/);
    expect(localDate(view.issuedAt ?? 0, ZONE)).toBe(localDate(home.clock.now(), ZONE));
  });
});

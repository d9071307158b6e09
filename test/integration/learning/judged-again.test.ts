import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCard } from '../../../main/learning/card.ts';
import { localDate, localHour, localWeekday } from '../../../main/zone.ts';
import { DEMO_SITE, ZONE } from '../../support/learning/demo-home.ts';
import { writeHourlyPowers } from '../../support/learning/hourly-powers.ts';
import { liveLearning } from '../../support/learning/live-learning.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.parse('2026-11-21T08:40:00Z');
const id = DEMO_SITE.id;
const free = { signal: new AbortController().signal, onProgress: () => undefined };

/** Noise between −1 and 1 that is the same in every run and differs from hour to hour. */
const noise = (at: number): number => {
  const wave = Math.sin((at / HOUR_MS) * 12.9898) * 43_758.5453;
  return 2 * (wave - Math.floor(wave)) - 1;
};
const WEEKEND: readonly number[] = [6, 7];
const MIDWEEK: readonly number[] = [2, 3];

describe('a version in production is judged again at each forecast', () => {
  let home: Awaited<ReturnType<typeof liveLearning>>;
  let writtenTo = Math.floor(NOW / HOUR_MS) * HOUR_MS - 150 * DAY_MS;

  /** Household power up to now: 400 W, and 1.5 kW by day on the days when everybody is at home. */
  const measure = (homeDays: readonly number[]): void => {
    const until = Math.floor(home.clock.now() / HOUR_MS) * HOUR_MS;
    writeHourlyPowers(home.store, 'household', writtenTo, until, (at) => {
      const hour = localHour(at, ZONE);
      const busy = homeDays.includes(localWeekday(at, ZONE)) && hour >= 8 && hour < 20;
      return (busy ? 1500 : 400) * (1 + 0.3 * noise(at));
    });
    writtenTo = until;
  };
  const passes = async (days: number, homeDays: readonly number[]) => {
    home.clock.jump(days * DAY_MS);
    measure(homeDays);
    expect(await home.learning.forecast(id, free.signal)).toMatchObject({ ok: true });
    return home.learning.view(id, 'load', 48);
  };

  beforeAll(async () => {
    home = await liveLearning(NOW, false, 24);
    measure(WEEKEND);
  });
  afterAll(() => home.close());

  it('serves at once on days that its judged networks had not seen', async () => {
    expect(await home.learning.train(id, 'load', free)).toMatchObject({ ok: true, value: { promoted: true } });
    const view = await passes(0, WEEKEND);
    expect(view.servedBy).toBe('model');
    expect(view.servedBecause).toMatch(/^The model errs by \d+ W against \d+ W of .* over the newest 28 days\.$/);
  });

  it('is never judged by days that it has learnt from', async () => {
    const [trained] = home.store.models.list(id, 'load');
    if (trained === undefined) throw new Error('nothing was trained');
    const alone = { ...trained, id: 'load-alone', folder: `${trained.folder}-alone` };
    cpSync(join(home.folder, trained.folder), join(home.folder, alone.folder), { recursive: true });
    const card = { ...readCard(trained.card), past: null };
    writeFileSync(join(home.folder, alone.folder, 'card.json'), JSON.stringify(card));
    home.store.models.add(alone);
    expect((await passes(0, WEEKEND)).servedBecause).toMatch(/^A simple forecast serves: only 0 days/);
    home.store.models.setStage(trained.id, 'production');
  });

  it('gives way to the best simple forecast when the home lives otherwise, with both figures', async () => {
    const view = await passes(28, MIDWEEK);
    expect(view).toMatchObject({ servedBy: 'seasonal-naive', modelVersion: null });
    const [, model, simple] =
      /erring by (\d+) W against (\d+) W .* over the newest 28 days/.exec(view.servedBecause) ?? [];
    expect(Number(model)).toBeGreaterThan(Number(simple));
    expect(view.points).toHaveLength(48);
    expect(home.store.models.production(id, 'load')?.id).toBeDefined();
  });

  it('stays away while no training succeeds', async () => {
    const abort = new AbortController();
    abort.abort();
    expect(await home.learning.train(id, 'load', { ...free, signal: abort.signal })).toMatchObject({ ok: false });
    expect((await passes(1, MIDWEEK)).servedBy).toBe('seasonal-naive');
  });

  it('serves again once it wins again', async () => {
    const view = await passes(63, WEEKEND);
    expect(view.servedBy).toBe('model');
    expect(view.modelVersion).toBe(home.store.models.production(id, 'load')?.id);
  });

  it('does not serve after weeks without measurements: nothing speaks for it', async () => {
    home.clock.jump(40 * DAY_MS);
    writtenTo += 38 * DAY_MS;
    const view = await passes(0, WEEKEND);
    expect(view.servedBy).toBe('seasonal-naive');
    expect(view.servedBecause).toMatch(/^A simple forecast serves: only \d days/);
    expect(localDate(view.issuedAt ?? 0, ZONE)).toBe(localDate(home.clock.now(), ZONE));
  });
});

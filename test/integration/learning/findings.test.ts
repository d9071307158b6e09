import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localHour } from '../../../main/zone.ts';
import type { Notice } from '../../../preload/contract/house.ts';
import { modelQueries } from '../../../preload/contract/models.ts';
import { DEMO_SITE, ZONE } from '../../support/learning/demo-home.ts';
import { writeHourlyPowers } from '../../support/learning/hourly-powers.ts';
import { free, liveLearning } from '../../support/learning/live-learning.ts';

const HOUR_MS = 3_600_000;
const DAYS = 60;
const NOW = Date.parse('2026-11-21T00:05:00Z');
const id = DEMO_SITE.id;

describe('what is odd about the measurements', () => {
  let home: Awaited<ReturnType<typeof liveLearning>>;
  const notices: Notice[] = [];
  const findings = (kind: string): readonly string[] =>
    modelQueries['models.list'].output.parse(home.learning.registry.list(id)).kinds.find((each) => each.kind === kind)
      ?.findings ?? [];
  const charging = (at: number): boolean => {
    const night = Math.floor((at - 12 * HOUR_MS) / (24 * HOUR_MS));
    return night % 3 === 0 && [0, 1, 2].includes(localHour(at, ZONE));
  };

  beforeAll(async () => {
    home = await liveLearning(NOW, false);
    home.bus.on('notice', (notice) => notices.push(notice));
    const until = Math.floor(NOW / HOUR_MS) * HOUR_MS;
    const wave = (at: number): number => 1 + 0.2 * Math.sin(at / HOUR_MS / 1.7);
    writeHourlyPowers(home.store, 'household', until - DAYS * 24 * HOUR_MS, until, (at) =>
      charging(at) ? 11_300 : 350 * wave(at),
    );
    // A sensor that was swapped a week ago: it measures the battery's discharge at night.
    writeHourlyPowers(home.store, 'pv', until - DAYS * 24 * HOUR_MS, until, (at) => {
      const hour = localHour(at, ZONE);
      const sun = Math.max(0, 3_000 * Math.sin(((hour - 7) / 10) * Math.PI)) * wave(at);
      return hour >= 7 && hour <= 17 ? sun : at > until - 6 * 24 * HOUR_MS && hour >= 20 ? 1_800 : 0;
    });
  });
  afterAll(() => home.close());

  it('is found at night, told once, and stays on the list of models', async () => {
    expect(findings('load')).toEqual([]);
    const said = await home.learning.prepare(id, free.signal);
    expect(said).toMatchObject({ ok: true });
    expect(findings('load')[0]).toMatch(/about 1[01]\.\d kW for 3 h, mostly between 00:00 and 03:00/);
    expect(findings('solar').join(' ')).toContain('nights');
    expect(notices.map(({ title }) => title).toSorted()).toEqual([
      'Something is odd about the household power that is measured',
      'Something is odd about the solar power that is measured',
    ]);
    await home.learning.prepare(id, free.signal);
    expect(notices).toHaveLength(2);
  });
});

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { busyHome, WEEKEND } from '../../support/learning/busy-home.ts';
import { DEMO_SITE } from '../../support/learning/demo-home.ts';
import { liveLearning } from '../../support/learning/live-learning.ts';

const NOW = Date.parse('2026-11-21T11:05:00Z');
const id = DEMO_SITE.id;

describe('a training by hand', () => {
  let home: Awaited<ReturnType<typeof liveLearning>>;
  beforeAll(async () => {
    home = await liveLearning(NOW, false);
    busyHome(home.store, home.clock, 120).measure(WEEKEND);
  });
  afterAll(() => home.close());

  it('forecasts with what it learnt when it is done, and tells how far it is meanwhile', async () => {
    expect(home.learning.trainings.trainSoon(id, ['load'])).toEqual(['load']);
    await vi.waitFor(() => expect(home.issued).toContain(NOW), { timeout: 20_000, interval: 50 });
    await vi.waitFor(() => expect(home.learning.view(id, 'load', 24).servedBy).toBe('model'), { timeout: 20_000 });
    const shares = home.told.filter(({ about }) => about === 'training').map(({ share }) => share);
    expect(shares[0]).toBe(0);
    expect(shares.at(-1)).toBeNull();
  });

  it('forgets what waits when it is cancelled, and leaves what served', async () => {
    const before = home.store.models.list(id, 'load').length;
    home.learning.trainings.trainSoon(id, ['load', 'solar']);
    expect(home.learning.trainings.state(id).queued).toContain('solar');
    home.learning.trainings.cancel(id);
    await vi.waitFor(() => expect(home.learning.trainings.state(id).running).toBeNull(), { timeout: 20_000 });
    expect(home.learning.trainings.state(id).queued).toEqual([]);
    expect(home.store.models.list(id, 'load')).toHaveLength(before);
    expect(home.store.models.production(id, 'load')).toBeDefined();
  });
});

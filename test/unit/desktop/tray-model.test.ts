import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { createRequests } from '../../../main/desktop/requests.ts';
import { TRAY_LEVELS, TRAY_MARKS, trayModel } from '../../../main/desktop/tray-model.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { LiveState } from '../../../preload/contract/site.ts';
import { createFakeHouse } from '../../support/desktop/fake-house.ts';

const log = createLog(memorySink(), replayClock(0));

const given = async (): Promise<{ house: ReturnType<typeof createFakeHouse>; live: LiveState }> => {
  const house = createFakeHouse();
  const reply = await house.handle({ kind: 'query', name: 'site.live', input: {} }, { surface: 'system' });
  if (!reply.ok) throw new Error('no live state');
  return { house, live: reply.value as LiveState };
};
const soc = (live: LiveState, value: number | null, freshness: LiveState['socPct']['freshness'] = 'fresh') => ({
  ...live,
  socPct: { ...live.socPct, value, freshness },
});

describe('the tray', () => {
  it('says the whole state in words', async () => {
    const { house, live } = await given();
    const model = trayModel(house.status(), live, [], 'en');
    expect(model.lines).toEqual([
      'Test home: Suggest',
      'Battery 63 %, charging 0.9 kW',
      'Sun 2.1 kW · Home 0.9 kW · Grid 0.3 kW out',
    ]);
    expect(model.toolTip).toBe(model.lines.join('\n'));
    expect([model.mark, model.level]).toEqual(['suggest', '75']);
  });
  it('says that rules only write down', async () => {
    const { house, live } = await given();
    const model = trayModel({ ...house.status(), testMode: true }, live, [], 'en');
    expect(model.lines[0]).toBe('Test home: Suggest, rules in test');
    expect(model.testMode).toBe(true);
  });
  it.each([
    [0, '0'],
    [12, '0'],
    [13, '25'],
    [50, '50'],
    [88, '100'],
    [100, '100'],
    [140, '100'],
  ])('draws %d %% as level %s', async (socPct, level) => {
    const { house, live } = await given();
    expect(trayModel(house.status(), soc(live, socPct), [], 'en').level).toBe(level);
  });
  it('never shows a stale or absent value as a number', async () => {
    const { house, live } = await given();
    for (const state of [soc(live, 63, 'stale'), soc(live, null, 'absent'), null]) {
      const model = trayModel(house.status(), state, [], 'en');
      expect(model.level).toBe('unknown');
      expect(model.lines).toContain('Battery: no fresh reading');
    }
  });
  it('never shows the values of another home', async () => {
    const { house, live } = await given();
    const other = { ...live, siteId: 'site_other' as LiveState['siteId'] };
    expect(trayModel(house.status(), other, [], 'en').level).toBe('unknown');
  });
  it('names who stopped, and offers nothing but the window to end it', async () => {
    const { house, live } = await given();
    const command = { kind: 'command', name: 'stop.activate', input: { who: 'Ada' }, key: 'key-12345' };
    await house.handle(command, { surface: 'tray' });
    const model = trayModel(house.status(), live, [], 'en');
    expect(model.lines[0]).toBe('Test home: STOPPED by Ada');
    expect([model.mark, model.stopped]).toEqual(['stopped', true]);
  });
  it('counts approvals', async () => {
    const { house, live } = await given();
    house.propose();
    const proposals = await createRequests(house, 'ada', log).proposals();
    expect(trayModel(house.status(), live, proposals, 'en').lines.at(-1)).toBe('1 action waits for approval');
    const elsewhere = proposals.map((each) => ({ ...each, siteId: 'site_other' as typeof each.siteId }));
    expect(trayModel(house.status(), live, elsewhere, 'en').proposals).toEqual([]);
  });
  it('offers only miners that run', async () => {
    const { house, live } = await given();
    const miner = { deviceId: 'm', channelId: 'c', name: 'A', role: 'miner', priority: 1, power: live.pvW, note: '' };
    const loads = [true, false, null].map((on) => ({ ...miner, on })) as LiveState['loads'];
    expect(trayModel(house.status(), { ...live, loads }, [], 'en').runningMiners).toHaveLength(1);
  });
  it('has a picture for each state, also for macOS and dense screens', () => {
    for (const mark of TRAY_MARKS)
      for (const level of TRAY_LEVELS)
        for (const end of ['.png', '@2x.png', 'Template.png', 'Template@2x.png']) {
          const path = join(import.meta.dirname, '../../../resources/tray', `${mark}-${level}${end}`);
          expect(existsSync(path), path).toBe(true);
        }
  });
});

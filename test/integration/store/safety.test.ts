import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { deviceId } from '../../../main/ids.ts';
import { DEFAULT_SAFETY, type Safety } from '../../../preload/contract/safety.ts';
import { HOME, NOW, PLUG, plugDevice, SWITCH, tempStore } from '../../support/store/temp-store.ts';

const plug = { deviceId: PLUG, channelId: SWITCH };
const WRITTEN: Safety = {
  ...DEFAULT_SAFETY,
  fuseA: 35,
  phases: 3,
  minersByVoltage: true,
  interlocks: [
    { id: 'a', kind: 'never-together', first: plug, second: { deviceId: deviceId('gone'), channelId: SWITCH } },
    { id: 'b', kind: 'not-from-battery', load: plug },
  ],
  quietWindows: [{ id: 'q', name: 'Night', window: { from: '22:00', to: '06:00', days: [1, 7] }, channels: [plug] }],
};

it('keeps the envelope of a home, and who changed which part of it', async () => {
  const { store } = await tempStore();
  store.devices.add(plugDevice(), NOW);
  expect(store.safety.get(HOME)).toEqual(DEFAULT_SAFETY);
  expect(store.safety.set(HOME, WRITTEN, 'Ann', NOW)).toEqual(WRITTEN);
  expect(store.safety.read(HOME)).toEqual({ safety: WRITTEN, unreadable: [] });
  const name = plugDevice().channels[0]?.name ?? '';
  const audit = store.settings.audit(HOME, 20);
  expect(audit.every(({ who, at }) => who === 'Ann' && at === NOW)).toBe(true);
  expect(audit.map(({ name: setting, before, after }) => [setting, before, after]).toSorted()).toEqual([
    ['safety.fuseA', 'none', '35'],
    ['safety.interlocks', 'none', `${name} never with gone/${SWITCH}; ${name} not from the battery`],
    ['safety.minersByVoltage', 'no', 'yes'],
    ['safety.phases', '1', '3'],
    ['safety.quietWindows', 'none', `Night 22:00 to 06:00 on Mon, Sun: ${name}`],
  ]);
  store.safety.set(HOME, WRITTEN, 'Bob', NOW + 1);
  expect(store.settings.audit(HOME, 20)).toHaveLength(5);
});

it('names the part that cannot be read, keeps the others, and has it back once it is saved again', async () => {
  const { store } = await tempStore();
  store.safety.set(HOME, WRITTEN, 'Ann', NOW);
  const db = new Database(store.databasePath);
  db.exec(`UPDATE safety SET value = '{"broken":' WHERE name = 'interlocks';
           UPDATE safety SET value = '-5' WHERE name = 'fuseA'`);
  db.close();
  const { safety, unreadable } = store.safety.read(HOME);
  expect([...unreadable].toSorted()).toEqual(['fuseA', 'interlocks']);
  expect(safety.quietWindows).toEqual(WRITTEN.quietWindows);
  // Asked at every decision, but reported once.
  store.safety.read(HOME);
  expect(store.unreadableRows()).toBe(2);
  store.safety.set(HOME, { ...WRITTEN, fuseA: null }, 'Ann', NOW + 1);
  expect(store.safety.read(HOME)).toEqual({ safety: { ...WRITTEN, fuseA: null }, unreadable: [] });
  expect(store.settings.audit(HOME, 1)[0]).toMatchObject({ before: 'not readable' });
});

it('goes with its home', async () => {
  const { store } = await tempStore();
  store.safety.set(HOME, WRITTEN, 'Ann', NOW);
  store.sites.remove(HOME);
  expect(store.safety.get(HOME)).toEqual(DEFAULT_SAFETY);
});

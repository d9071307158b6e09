import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { DEFAULT_MESSAGE_SETTINGS, type SentMessage } from '../../../preload/contract/messages.ts';
import { HOME, NOW, tempStore } from '../../support/store/temp-store.ts';

const told = (id: string, more: Partial<SentMessage> = {}): SentMessage => ({
  id,
  at: NOW,
  title: 'The miner is off',
  text: 'The battery is at 42 %.',
  level: 'attention',
  by: ['ntfy', 'sms'],
  outcome: 'sent',
  sentence: 'Sent.',
  ...more,
});

it('keeps what was told, newest first, the later of one moment before the earlier', async () => {
  const { store } = await tempStore();
  const rows = [told('a'), told('b', { by: [], outcome: 'held-quiet' }), told('c', { at: NOW - 5 })];
  for (const row of rows) store.messages.add(HOME, row);
  expect(store.messages.list(HOME, 10)).toEqual([rows[1], rows[0], rows[2]]);
  expect(store.messages.list(HOME, 1)).toEqual([rows[1]]);
  expect(store.messages.prune(NOW)).toBe(1);
  expect(store.messages.list(HOME, 10).map(({ id }) => id)).toEqual(['b', 'a']);
});

it('keeps settings with who changed what', async () => {
  const { store } = await tempStore();
  expect(store.messages.settings(HOME)).toEqual(DEFAULT_MESSAGE_SETTINGS);
  const settings = { ...DEFAULT_MESSAGE_SETTINGS, debounceMs: 0 };
  const change = { name: 'messages.debounceMs', before: '180000', after: '0' };
  store.messages.setSettings(HOME, settings, [change], { who: 'Ann', at: NOW });
  expect(store.messages.settings(HOME)).toEqual(settings);
  expect(store.settings.audit(HOME, 5)).toEqual([{ ...change, who: 'Ann', at: NOW }]);
});

it('leaves out what cannot be read, counts it, and falls back to the defaults', async () => {
  const { store } = await tempStore();
  store.messages.add(HOME, told('a'));
  store.messages.setSettings(HOME, DEFAULT_MESSAGE_SETTINGS, [], { who: 'Ann', at: NOW });
  const db = new Database(store.databasePath);
  db.exec("UPDATE messages SET by = 'pigeon'; UPDATE message_settings SET body = '{\"ntfy\":1}'");
  db.close();
  expect(store.messages.list(HOME, 10)).toEqual([]);
  expect(store.messages.settings(HOME)).toEqual(DEFAULT_MESSAGE_SETTINGS);
  expect(store.unreadableRows()).toBe(2);
});

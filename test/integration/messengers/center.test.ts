import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../main/clock.ts';
import { fileSecretStore } from '../../../main/secrets.ts';
import { type QueryOutput, queries } from '../../../preload/contract.ts';
import { asker, startTestCenter } from '../../support/center/test-center.ts';
import { TOKEN, TOPIC } from '../../support/messengers/desk-house.ts';
import { startNtfyServer } from '../../support/messengers/ntfy-server.ts';
import { startTelegramServer } from '../../support/messengers/telegram-server.ts';
import { tempFolder } from '../../support/store/temp-store.ts';

it('a window sets messengers up, sends a test, reads the log, and the demo takes its secrets along', async () => {
  const ntfy = await startNtfyServer(systemClock());
  const telegram = await startTelegramServer({ token: TOKEN, chats: [7] });
  const folder = tempFolder();
  const { center, log } = await startTestCenter(folder);
  onTestFinished(() => center.stop());
  const { query, command } = asker(center);
  const { activeSiteId: siteId } = center.status();
  const view = async () =>
    queries['messages.get'].output.parse(await query<QueryOutput<'messages.get'>>('messages.get', { siteId }));
  const { settings } = await view();
  const { topic: answerTopic } = await query<{ topic: string }>('messages.newTopic', { siteId });
  const wanted = {
    ...settings,
    ntfy: { enabled: true, server: ntfy.url, topic: TOPIC, answerTopic },
    telegram: { enabled: true, server: telegram.url, chatId: '7', userIds: ['7'] },
  };
  const set = (secrets: object) => command('messages.set', { siteId, who: 'Ann', settings: wanted, secrets });
  await expect(set({})).rejects.toThrow(/token of the bot/);
  await set({ telegram: TOKEN });
  for (const kind of ['ntfy', 'telegram'] as const)
    expect(await command('messages.test', { siteId, who: 'Ann', kind })).toMatchObject({
      sentence: expect.any(String),
    });
  // The house may have something to tell as well.
  const isTest = (text: string | undefined): boolean => text?.includes('This is a test') === true;
  expect(ntfy.messages(TOPIC).filter(({ message }) => isTest(message))).toHaveLength(1);
  expect(telegram.messages.filter(({ text }) => isTest(text))).toHaveLength(1);
  expect((await view()).status.filter(({ state }) => state === 'ready').map(({ kind }) => kind)).toEqual([
    'ntfy',
    'telegram',
  ]);
  const told = await query<QueryOutput<'messages.log'>>('messages.log', { siteId });
  expect(told.filter(({ text }) => isTest(text)).map(({ outcome }) => outcome)).toEqual(['sent', 'sent']);
  expect(JSON.stringify(await view())).not.toContain('AAE-secret');
  expect(log.join('\n')).not.toMatch(/AAE-secret|cc-notices/);

  const home = { name: 'Home', latitude: 50, longitude: 8, timeZone: 'Europe/Berlin', currency: 'EUR' };
  await command('site.leaveDemo', { who: 'Ann', ...home });
  const kept = await fileSecretStore(join(folder, 'secrets')).get(`messenger:telegram:${siteId}`);
  expect(kept).toEqual({ ok: true, value: null });
}, 60_000);

import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createRemoteApprovals } from '../../../main/control/approvals/remote.ts';
import { createHttpClient } from '../../../main/http/http-client.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { createMessengers } from '../../../main/messengers/desk.ts';
import { fileSecretStore } from '../../../main/secrets.ts';
import { DEFAULT_MESSAGE_SETTINGS } from '../../../preload/contract/messages.ts';
import { createHouse, type House } from '../../support/control/house.ts';
import { HOME } from '../../support/control/snapshots.ts';
import { startNtfyServer } from '../../support/messengers/ntfy-server.ts';
import { startTelegramServer } from '../../support/messengers/telegram-server.ts';
import { tempFolder } from '../../support/store/temp-store.ts';

const TOKEN = '123456:AAE-secret_of_the_bot_0123456789';
const TOPIC = 'cc-notices-1234567890abcdefgh';
const ANSWERS = 'cc-answers-1234567890abcdefgh';

/** Lets the house's clock go on while sockets take their real time. */
const until = async (house: House, holds: () => boolean): Promise<void> => {
  await expect
    .poll(
      async () => {
        await house.clock.advance(100);
        return holds();
      },
      { interval: 5, timeout: 10_000 },
    )
    .toBe(true);
};

it('a question goes out by ntfy and Telegram, one press switches the load, and every message hears it', async () => {
  const house = await createHouse([{ id: 'miner', config: { name: 'Miner A' } }], { mode: 'suggest' });
  await house.start();
  const telegram = await startTelegramServer({ token: TOKEN, chats: [7] });
  const ntfy = await startNtfyServer(house.clock);
  const log = createLog(memorySink(), house.clock);
  const desk = createMessengers({
    store: house.store(),
    secrets: fileSecretStore(join(tempFolder(), 'secrets')),
    http: createHttpClient({ clock: house.clock }),
    clock: house.clock,
    log,
    bus: house.bus,
    siteIds: () => [HOME],
  });
  const life = new AbortController();
  await desk.start(life.signal);
  const remote = createRemoteApprovals({
    messengers: desk,
    approvals: house.commander(),
    store: house.store(),
    clock: house.clock,
    log,
    bus: house.bus,
    siteIds: () => [HOME],
    settingsOf: desk.settings,
  });
  remote.start(life.signal);
  onTestFinished(async () => {
    await remote.stop();
    life.abort();
    await desk.stop();
    house.close();
  });
  // Set up while it runs: the new ways are heard at once.
  const saved = await desk.set({
    siteId: HOME,
    who: 'Ann',
    settings: {
      ...DEFAULT_MESSAGE_SETTINGS,
      quiet: null,
      telegram: { enabled: true, server: telegram.url, chatId: '7', userIds: ['7'] },
      ntfy: { enabled: true, server: ntfy.url, topic: TOPIC, answerTopic: ANSWERS },
    },
    secrets: { telegram: TOKEN },
  });
  expect(saved.ok).toBe(true);

  const asked = house.wish('miner');
  if (!asked.ok || !('pending' in asked.value)) throw new Error('It was not asked.');
  const { id } = asked.value.pending;
  await until(house, () => telegram.messages.length === 1 && ntfy.messages(TOPIC).length === 1);
  expect(telegram.messages[0]?.text).toMatch(/^Approve: Miner A on\?\nSet Miner A to on \(about 3\.0 kW\)\./);

  const query = telegram.press(1, { userId: 7, label: 'Approve' });
  await until(house, () => house.wire.length === 1 && telegram.toasts.has(query));
  expect(telegram.toasts.get(query)).toMatch(/^Approved\./);
  expect(house.store().proposals.get(id)?.settlement).toMatchObject({
    state: 'approved',
    who: 'Telegram user 7',
    surface: 'telegram',
  });
  await until(house, () => telegram.messages.length === 2 && ntfy.messages(TOPIC).length === 2);
  expect(telegram.messages[0]?.buttons).toEqual([]);
  expect(telegram.messages[1]?.text).toMatch(/^Telegram user 7 approved this by Telegram at/);

  // The other message is old now: its button decides nothing.
  const [first] = ntfy.messages(TOPIC);
  if (!first) throw new Error('There is no message.');
  await ntfy.press(first, 'Deny');
  await until(house, () => house.store().remoteQuestions.answers(HOME, 5).length === 2);
  expect(
    house
      .store()
      .remoteQuestions.answers(HOME, 5)
      .map(({ outcome }) => outcome),
  ).toContainEqual(expect.stringMatching(/Your answer changed nothing\.$/));
  expect(house.device('miner').value()).toBe(true);
  expect(house.wire).toHaveLength(1);
});

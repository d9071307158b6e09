import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { createEventBus } from '../../../main/events.ts';
import { createHttpClient } from '../../../main/http/http-client.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { createMessengers } from '../../../main/messengers/desk.ts';
import { fileSecretStore, type SecretStore } from '../../../main/secrets.ts';
import {
  DEFAULT_MESSAGE_SETTINGS,
  type MessageSettings,
  type MessengerKind,
  type MessengerStatus,
} from '../../../preload/contract/messages.ts';
import { HOME, homeSite, NOW, tempFolder, tempStore } from '../store/temp-store.ts';
import { startNtfyServer } from './ntfy-server.ts';
import { startTelegramServer } from './telegram-server.ts';

export const TOPIC = 'cc-notices-1234567890abcdefgh';
const ANSWERS = 'cc-answers-1234567890abcdefgh';
export const TOKEN = '123456:AAE-secret_of_the_bot_0123456789';

/** A desk with a real store and secret file, and stand-ins of ntfy and Telegram to set up. */
export const deskHouse = async (secretStore?: SecretStore) => {
  const { store } = await tempStore();
  if (store.sites.get(HOME) === undefined) store.sites.add(homeSite(), NOW);
  const clock = replayClock(NOW);
  const sink = memorySink();
  const secrets = secretStore ?? fileSecretStore(join(tempFolder(), 'secrets'));
  const bus = createEventBus(() => undefined);
  const ntfy = await startNtfyServer(clock);
  const telegram = await startTelegramServer({ token: TOKEN, chats: [7] });
  let open = HOME;
  const build = () => {
    const log = createLog(sink, clock, { level: 'debug' });
    const http = createHttpClient({ clock });
    return createMessengers({ store, secrets, http, clock, log, bus, siteIds: () => [open] });
  };
  const desk = build();
  const life = new AbortController();
  await desk.start(life.signal);
  onTestFinished(async () => {
    life.abort();
    await desk.stop();
  });
  const withNtfy: MessageSettings = {
    ...DEFAULT_MESSAGE_SETTINGS,
    ntfy: { enabled: true, server: ntfy.url, topic: TOPIC, answerTopic: ANSWERS },
  };
  const withTelegram: MessageSettings = {
    ...withNtfy,
    telegram: { enabled: true, server: telegram.url, chatId: '7', userIds: ['7'] },
  };
  const set = (settings: MessageSettings, kept?: Partial<Record<MessengerKind, string | null>>) =>
    desk.set({ siteId: HOME, who: 'Ann', settings, ...(kept === undefined ? {} : { secrets: kept }) });
  const statusOf = async (kind: MessengerKind): Promise<MessengerStatus | undefined> =>
    (await desk.status(HOME)).find((each) => each.kind === kind);
  const openHome = (id: typeof HOME) => {
    open = id;
  };
  return {
    store,
    clock,
    lines: sink.lines,
    secrets,
    bus,
    ntfy,
    telegram,
    desk,
    build,
    withNtfy,
    withTelegram,
    set,
    statusOf,
    openHome,
  };
};

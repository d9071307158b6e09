import { join } from 'node:path';
import { expect, it } from 'vitest';
import { messageCommandHandlers, messageQueryHandlers } from '../../../main/gateway/handlers/messages.ts';
import { siteId } from '../../../main/ids.ts';
import { temporary } from '../../../main/result.ts';
import { fileSecretStore, type SecretStore } from '../../../main/secrets.ts';
import {
  DEFAULT_MESSAGE_SETTINGS,
  type MessageSettings,
  type MessengerKind,
} from '../../../preload/contract/messages.ts';
import { queries } from '../../../preload/contract.ts';
import { question } from '../../support/messengers/bench.ts';
import { deskHouse, TOKEN, TOPIC } from '../../support/messengers/desk-house.ts';
import { failureOf, good, HOME, homeSite, NOW, tempFolder } from '../../support/store/temp-store.ts';

const OTHER = siteId('other');
const kindsOf = (desk: { ready(): readonly { readonly kind: MessengerKind }[] }) =>
  desk.ready().map(({ kind }) => kind);

it('begins with everything off', async () => {
  const { desk } = await deskHouse();
  expect(kindsOf(desk)).toEqual([]);
  expect(desk.settings(HOME)).toEqual(DEFAULT_MESSAGE_SETTINGS);
  for (const status of await desk.status(HOME))
    expect(status).toMatchObject({ state: 'off', secret: 'none', lastSentAt: null });
});

it('saves, tells whoever listens, and is there again after a restart', async () => {
  const { desk, set, withTelegram, build, bus, store } = await deskHouse();
  const events: unknown[] = [];
  bus.on('messages', (event) => events.push(event));
  let changes = 0;
  const end = desk.onChange(() => {
    changes += 1;
  });
  good(await set(withTelegram, { telegram: TOKEN }));
  expect(kindsOf(desk)).toEqual(['ntfy', 'telegram']);
  expect([changes, events]).toEqual([1, [{ siteId: HOME, at: NOW }]]);
  end();
  const again = build();
  await again.start(new AbortController().signal);
  expect(kindsOf(again)).toEqual(['ntfy', 'telegram']);
  expect(again.settings(HOME)).toEqual(withTelegram);
  expect(changes).toBe(1);
  await again.stop();
  expect(store.settings.audit(HOME, 20).map(({ name, after, who }) => [name, after, who])).toEqual(
    expect.arrayContaining([
      ['messages.telegram.enabled', 'true', 'Ann'],
      ['messages.telegram.userIds', '7', 'Ann'],
      ['messages.telegram.secret', 'a new one', 'Ann'],
      ['messages.ntfy.topic', 'a secret name', 'Ann'],
    ]),
  );
});

it('never gives a secret out again: not in settings, status, audit, log, rows or failures', async () => {
  const { desk, set, withTelegram, lines, store, telegram } = await deskHouse();
  good(await set(withTelegram, { telegram: TOKEN }));
  telegram.refuse('sendMessage', 400, 'Bad Request: something new');
  const failure = failureOf(await desk.test(HOME, 'telegram'));
  const seen = JSON.stringify([
    desk.settings(HOME),
    await desk.status(HOME),
    store.settings.audit(HOME, 50),
    store.messages.list(HOME, 50),
    failure,
    lines,
  ]);
  expect(seen).not.toContain('AAE-secret');
  expect(JSON.stringify([store.settings.audit(HOME, 50), lines])).not.toContain(TOPIC);
});

it.each([
  [
    'half filled in',
    (all: MessageSettings) => ({ ...all, ntfy: { ...all.ntfy, answerTopic: '' } }),
    'ntfy.answerTopic',
  ],
  [
    'one topic for both',
    (all: MessageSettings) => ({ ...all, ntfy: { ...all.ntfy, answerTopic: TOPIC } }),
    'ntfy.answerTopic',
  ],
  ['a guessable topic', (all: MessageSettings) => ({ ...all, ntfy: { ...all.ntfy, topic: 'home' } }), 'ntfy.topic'],
  [
    'plain http on the internet',
    (all: MessageSettings) => ({ ...all, ntfy: { ...all.ntfy, server: 'http://ntfy.sh' } }),
    'ntfy.server',
  ],
  [
    'no token',
    (all: MessageSettings) => ({ ...all, telegram: { ...all.telegram, enabled: true, chatId: '1', userIds: ['1'] } }),
    'secrets.telegram',
  ],
  [
    'nobody who may press',
    (all: MessageSettings) => ({ ...all, telegram: { ...all.telegram, enabled: true, chatId: '1' } }),
    'telegram.userIds',
  ],
  [
    'a quiet time of a whole day',
    (all: MessageSettings) => ({ ...all, quiet: { from: '22:00', to: '22:00' } }),
    'quiet.to',
  ],
  [
    'a wrong number',
    (all: MessageSettings) => ({ ...all, sms: { ...all.sms, enabled: true, to: ['0151 123'] } }),
    'sms.to',
  ],
  [
    'replies that nobody vouches for',
    (all: MessageSettings) => ({ ...all, email: { ...all.email, enabled: true, mayApprove: true } }),
    'email.authServer',
  ],
] as const)('refuses %s, with the field, and changes nothing', async (_, change, field) => {
  const { desk, set, withNtfy } = await deskHouse();
  const failure = failureOf(await set(change(withNtfy)));
  expect(failure).toMatchObject({ code: 'messages.settings', fields: { [field]: expect.stringMatching(/\w.*\.$/) } });
  expect(desk.settings(HOME)).toEqual(DEFAULT_MESSAGE_SETTINGS);
  expect(kindsOf(desk)).toEqual([]);
});

it('a wrong secret is refused before anything is kept', async () => {
  const { set, withTelegram, statusOf } = await deskHouse();
  expect(failureOf(await set(withTelegram, { telegram: 'not/a token' }))).toMatchObject({
    fields: { 'secrets.telegram': expect.stringContaining('BotFather') },
  });
  expect(await statusOf('telegram')).toMatchObject({ secret: 'none' });
});

it('another server never gets the secret that was typed for the first one', async () => {
  const { set, withTelegram, statusOf, desk } = await deskHouse();
  good(await set(withTelegram, { telegram: TOKEN }));
  const elsewhere = { ...withTelegram, telegram: { ...withTelegram.telegram, server: 'http://10.0.0.9' } };
  expect(failureOf(await set(elsewhere))).toMatchObject({ fields: { 'secrets.telegram': expect.any(String) } });
  expect(desk.settings(HOME)).toEqual(withTelegram);
  const off = { ...elsewhere, telegram: { ...elsewhere.telegram, enabled: false } };
  expect(failureOf(await set(off))).toMatchObject({ fields: { 'secrets.telegram': expect.any(String) } });
  good(await set(off, { telegram: null }));
  expect(await statusOf('telegram')).toMatchObject({ secret: 'none', state: 'off' });
});

it('a test really sends, is logged, and shows whether it worked', async () => {
  const { desk, set, withNtfy, ntfy, store, statusOf, clock } = await deskHouse();
  expect(failureOf(await desk.test(HOME, 'ntfy')).advice).toContain('save first');
  good(await set(withNtfy));
  expect(await statusOf('ntfy')).toMatchObject({ state: 'ready', lastSentAt: null });
  expect(good(await desk.test(HOME, 'ntfy')).sentence).toContain('took the message');
  expect(ntfy.messages(TOPIC)).toHaveLength(1);
  expect(await statusOf('ntfy')).toMatchObject({ state: 'ready', lastSentAt: NOW });
  await clock.advance(1_000);
  ntfy.protect(TOPIC, 'tk_other');
  const failure = failureOf(await desk.test(HOME, 'ntfy'));
  expect(await statusOf('ntfy')).toMatchObject({ state: 'failing', sentence: `${failure.message} ${failure.advice}` });
  expect(store.messages.list(HOME, 5).map(({ outcome, by }) => [outcome, by])).toEqual([
    ['failed', ['ntfy']],
    ['sent', ['ntfy']],
  ]);
});

it('settings that say nothing of a messenger leave it as it is; another place is begun anew', async () => {
  const { desk, set, withNtfy, store } = await deskHouse();
  good(await set(withNtfy));
  const [first] = desk.ready();
  if (first === undefined) throw new Error('It is not ready.');
  good(await first.ask(question(), new AbortController().signal));
  const kept = () => store.state.get(`messenger.ntfy.memory:${HOME}`);
  expect(kept()).toContain('prop_1');
  good(await set({ ...withNtfy, debounceMs: 0 }));
  expect(desk.ready()[0]).toBe(first);
  good(await set({ ...withNtfy, ntfy: { ...withNtfy.ntfy, topic: `${TOPIC}-2` } }));
  expect(desk.ready()[0]).not.toBe(first);
  expect(kept()).toBe('');
  // The one that was replaced writes no more into the new one's memory.
  await first.close('prop_1', 'Denied.', new AbortController().signal);
  expect(kept()).toBe('');
});

it('a secret that cannot be read is said, nothing is sent without it, and it is read when that can be', async () => {
  const unreadable = () => temporary('secrets.unreadable', 'The secret store did not answer.', 'Unlock the keychain.');
  const files = fileSecretStore(join(tempFolder(), 'secrets'));
  let isLocked = false;
  const secrets: SecretStore = { ...files, get: async (name) => (isLocked ? unreadable() : files.get(name)) };
  const { set, withTelegram, build } = await deskHouse(secrets);
  good(await set(withTelegram, { telegram: TOKEN }));
  isLocked = true;
  const desk = build();
  await desk.start(new AbortController().signal);
  const state = { kind: 'telegram', state: 'failing', secret: 'unreadable' };
  expect(await desk.status(HOME)).toContainEqual({
    ...state,
    lastSentAt: null,
    sentence: 'The secret store did not answer. Unlock the keychain.',
  });
  expect(kindsOf(desk)).toEqual([]);
  let changes = 0;
  desk.onChange(() => {
    changes += 1;
  });
  isLocked = false;
  await desk.status(HOME);
  expect(kindsOf(desk)).toEqual(['ntfy', 'telegram']);
  expect(changes).toBe(1);
  await desk.stop();
});

it('follows the home that is open, and keeps homes apart', async () => {
  const { desk, set, withNtfy, store, bus, openHome } = await deskHouse();
  store.sites.add(homeSite({ id: OTHER }), NOW);
  good(await set(withNtfy));
  let changes = 0;
  desk.onChange(() => {
    changes += 1;
  });
  openHome(OTHER);
  bus.emit('status', {} as never);
  await expect.poll(() => kindsOf(desk)).toEqual([]);
  openHome(HOME);
  bus.emit('status', {} as never);
  await expect.poll(() => kindsOf(desk)).toEqual(['ntfy']);
  expect(changes).toBe(2);
});

it('a home that goes leaves no secret', async () => {
  const { desk, set, withTelegram, secrets } = await deskHouse();
  good(await set(withTelegram, { telegram: TOKEN }));
  expect(await secrets.get(`messenger:telegram:${HOME}`)).toEqual({ ok: true, value: TOKEN });
  good(await desk.forget(HOME));
  expect(await secrets.get(`messenger:telegram:${HOME}`)).toEqual({ ok: true, value: null });
});

it('the door answers what the contract says', async () => {
  const { desk, store, withNtfy } = await deskHouse();
  const asks = messageQueryHandlers({ messengers: desk, store });
  const does = messageCommandHandlers({ messengers: desk, store });
  const context = { surface: 'window' } as const;
  expect(await does['messages.set']({ siteId: HOME, who: 'Ann', settings: withNtfy }, context)).toEqual({
    ok: true,
    value: {},
  });
  expect(await does['messages.test']({ siteId: HOME, who: 'Ann', kind: 'ntfy' }, context)).toMatchObject({ ok: true });
  for (const name of ['messages.get', 'messages.newTopic'] as const) {
    const answer = await asks[name]({ siteId: HOME });
    expect(answer.ok && queries[name].output.parse(answer.value)).toBeTruthy();
  }
  const logged = await asks['messages.log']({ siteId: HOME, limit: 5 });
  expect(logged.ok && queries['messages.log'].output.parse(logged.value)).toHaveLength(1);
});

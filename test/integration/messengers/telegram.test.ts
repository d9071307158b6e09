import { expect, it } from 'vitest';
import { createTelegram } from '../../../main/messengers/telegram/telegram.ts';
import { APPROVE_TOKEN, type Bench, bench, DENY_TOKEN, hear, NOW, question } from '../../support/messengers/bench.ts';
import { startTelegramServer, type TelegramServer } from '../../support/messengers/telegram-server.ts';
import { movingOn, until } from '../../support/messengers/until.ts';
import { failureOf, good } from '../../support/store/temp-store.ts';

const TOKEN = '123456:AAE-secret_of_the_bot_0123456789';
const ANN = 111;
const GROUP = -100222;

const built = (on: Bench, server: TelegramServer, more: { readonly chatId?: string; readonly secret?: string } = {}) =>
  createTelegram({
    ...on,
    secret: more.secret ?? TOKEN,
    settings: { enabled: true, server: server.url, chatId: more.chatId ?? String(GROUP), userIds: [String(ANN)] },
  });
const setUp = async () => {
  const on = bench();
  const server = await startTelegramServer({ token: TOKEN, chats: [GROUP] });
  return { on, server, telegram: built(on, server) };
};
/** A question is out and somebody listens. */
const asked = async () => {
  const { on, server, telegram } = await setUp();
  const { messageId } = good(await telegram.ask(question(), on.signal));
  const heard = hear(telegram, ({ decision }) => (decision === 'approve' ? 'Miner A is on.' : 'Denied.'));
  await until(() => server.waitingPolls() === 1);
  return { on, server, telegram, heard, messageId: Number(messageId) };
};

it('sends notices, quiet where they are no hurry', async () => {
  const { on, server, telegram } = await setUp();
  good(await telegram.tell({ title: 'Title', text: 'x'.repeat(6_000), level: 'info' }, on.signal));
  good(await telegram.tell({ title: 'Title', text: 'Now.', level: 'critical' }, on.signal));
  expect(server.messages.map(({ text }) => text.length)).toEqual([4_000, 10]);
  const bodies = server.asked.map(({ body }) => JSON.parse(body) as { disable_notification?: boolean });
  expect(bodies.map((body) => body.disable_notification)).toEqual([true, undefined]);
});

it('a press is heard with its token, the button stops spinning and says the outcome', async () => {
  const { server, heard, messageId } = await asked();
  const query = server.press(messageId, { userId: ANN, label: 'Approve' });
  await until(() => server.toasts.has(query));
  expect(server.toasts.get(query)).toBe('Miner A is on.');
  expect(heard.answers).toMatchObject([
    { messenger: 'telegram', decision: 'approve', proof: { token: APPROVE_TOKEN }, from: String(ANN) },
  ]);
});

it('closing takes the buttons away and writes the outcome below, once', async () => {
  const { on, server, telegram, messageId } = await asked();
  expect(server.messages[0]?.buttons).toHaveLength(2);
  good(await telegram.close('prop_1', 'Approved by Ann.', on.signal));
  good(await telegram.close('prop_1', 'Approved by Ann.', on.signal));
  expect(server.messages[0]?.buttons).toEqual([]);
  expect(server.messages.slice(1)).toMatchObject([{ text: 'Approved by Ann.', replyTo: messageId }]);
});

it('two presses come as two answers, each with its own outcome', async () => {
  const { server, heard, messageId } = await asked();
  const first = server.press(messageId, { userId: ANN, label: 'Approve' });
  const second = server.press(messageId, { userId: ANN, label: 'Deny' });
  await until(() => server.toasts.size === 2);
  expect([first, second].map((query) => server.toasts.get(query))).toEqual(['Miner A is on.', 'Denied.']);
  expect(heard.answers.map(({ proof }) => proof)).toEqual([{ token: APPROVE_TOKEN }, { token: DENY_TOKEN }]);
});

it('a button does not spin for as long as a slow action takes', async () => {
  const { on, server, telegram } = await setUp();
  const { messageId } = good(await telegram.ask(question(), on.signal));
  const slow = Promise.withResolvers<string>();
  hear(telegram, () => slow.promise);
  await until(() => server.waitingPolls() === 1);
  const query = server.press(Number(messageId), { userId: ANN, label: 'Approve' });
  await movingOn(
    on.clock,
    500,
    until(() => server.toasts.has(query)),
  );
  expect(server.toasts.get(query)).toContain('follows in the chat');
  slow.resolve('Done.');
});

it('a stranger in the group decides nothing and is told so', async () => {
  const { on, server, heard, messageId } = await asked();
  const query = server.press(messageId, { userId: 999, label: 'Approve' });
  await until(() => server.toasts.has(query));
  expect(server.toasts.get(query)).toContain('not on the list');
  expect(heard.answers).toEqual([]);
  expect(on.lines.join()).not.toContain('999');
});

it('a listed person from another chat decides nothing', async () => {
  const { server, heard, messageId } = await asked();
  const query = server.press(messageId, { userId: ANN, label: 'Approve', chatId: 5 });
  await until(() => server.toasts.has(query));
  expect(heard.answers).toEqual([]);
});

it.each(['x', `x${APPROVE_TOKEN}`, `a${APPROVE_TOKEN} `, 'a', '{"decision":"approve"}', `a${'😀'.repeat(20)}`])(
  'altered data %j is no answer',
  async (data) => {
    const { server, heard, messageId } = await asked();
    const query = server.press(messageId, { userId: ANN, data });
    await until(() => server.toasts.has(query));
    expect(server.toasts.get(query)).toContain('not known');
    expect(heard.answers).toEqual([]);
  },
);

it('a decision counts although the button can no longer be answered', async () => {
  const { on, server, telegram } = await setUp();
  const { messageId } = good(await telegram.ask(question(), on.signal));
  server.press(Number(messageId), { userId: ANN, label: 'Deny' });
  server.ageQueries();
  const heard = hear(telegram);
  await until(() => heard.answers.length === 1);
  await movingOn(
    on.clock,
    100,
    until(() => server.waitingPolls() === 1),
  );
  expect(heard.troubles).toEqual([]);
});

it('keeps its place over a restart: what was handled does not come again', async () => {
  const { on, server, heard, messageId } = await asked();
  const query = server.press(messageId, { userId: ANN, label: 'Approve' });
  await until(() => server.toasts.has(query));
  await heard.stop();
  server.press(messageId, { userId: ANN, label: 'Deny' });
  const second = hear(built(on, server));
  await until(() => second.answers.length === 1);
  await movingOn(
    on.clock,
    100,
    until(() => server.waitingPolls() === 1),
  );
  expect(second.answers.map(({ decision }) => decision)).toEqual(['deny']);
  expect(server.pendingUpdates()).toBe(0);
});

it('says that another program reads the bot, and goes on when it is gone', async () => {
  const { on, server, heard, messageId } = await asked();
  server.pollElsewhere();
  await until(() => heard.troubles.length === 1);
  expect(heard.troubles[0]).toContain('Another program');
  await movingOn(
    on.clock,
    5_000,
    until(() => server.waitingPolls() === 1),
  );
  const query = server.press(messageId, { userId: ANN, label: 'Approve' });
  await until(() => server.toasts.has(query) && heard.troubles.length === 2);
  expect(heard.troubles[1]).toBeNull();
});

it('waits as long as Telegram asks', async () => {
  const { on, server, telegram } = await setUp();
  server.refuse('sendMessage', 429, 'Too Many Requests: retry after 12', 12);
  const sending = telegram.tell({ title: 't', text: 'x', level: 'info' }, on.signal);
  await until(() => on.clock.pendingTimers() > 0 && server.asked.length === 1);
  await on.clock.advance(11_000);
  expect(server.asked).toHaveLength(1);
  good(await movingOn(on.clock, 500, sending));
  expect(on.clock.now() - NOW).toBeGreaterThanOrEqual(12_000);
});

it.each([
  [403, 'Forbidden: bot was blocked by the user', 'press Start'],
  [400, 'Bad Request: chat not found', 'press Start'],
  [400, 'Bad Request: group chat was upgraded to a supergroup chat', 'number of the chat'],
  [409, "Conflict: can't use getUpdates method while webhook is active", 'webhook'],
  [400, 'Bad Request: something new', 'settings'],
])('says what to do about %d %s', async (status, description, advice) => {
  const { on, server, telegram } = await setUp();
  server.refuse('sendMessage', status, description);
  const failure = failureOf(await telegram.tell({ title: 't', text: 'x', level: 'info' }, on.signal));
  expect(failure.kind).toBe('permanent');
  expect(failure.advice).toContain(advice);
});

it('the token stands in no log and no failure', async () => {
  const { on, server } = await setUp();
  const wrong = built(on, server, { secret: '123456:AAE-another_token_of_a_bot_999' });
  const refused = failureOf(await wrong.tell({ title: 't', text: 'x', level: 'info' }, on.signal));
  expect(refused.advice).toContain('BotFather');
  const away = createTelegram({
    ...on,
    secret: TOKEN,
    settings: { enabled: true, server: 'http://127.0.0.1:9', chatId: '1', userIds: ['1'] },
  });
  const sending = away.ask(question(), on.signal);
  const unreachable = failureOf(await movingOn(on.clock, 1_000, sending));
  const said = `${JSON.stringify([refused, unreachable])}${on.lines.join('\n')}`;
  for (const secret of ['AAE', '123456:', '/bot', APPROVE_TOKEN]) expect(said).not.toContain(secret);
});

it('takes no answers where nobody is listed', async () => {
  const on = bench();
  const settings = { enabled: true, server: 'http://127.0.0.1:9', chatId: '1', userIds: [] };
  expect(createTelegram({ ...on, secret: TOKEN, settings }).takesAnswers).toBe(false);
});

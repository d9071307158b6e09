import { expect, it } from 'vitest';
import { createNtfy } from '../../../main/messengers/ntfy/ntfy.ts';
import { APPROVE_TOKEN, type Bench, bench, hear, NOW, question } from '../../support/messengers/bench.ts';
import { type NtfyMessage, type NtfyServer, startNtfyServer } from '../../support/messengers/ntfy-server.ts';
import { movingOn, until } from '../../support/messengers/until.ts';
import { failureOf, good } from '../../support/store/temp-store.ts';

const TOPIC = 'cc-notices-1234567890abcdefgh';
const ANSWERS = 'cc-answers-1234567890abcdefgh';

const built = (on: Bench, server: NtfyServer, secret: string | null = null) =>
  createNtfy({
    ...on,
    secret,
    settings: { enabled: true, server: `${server.url}/`, topic: TOPIC, answerTopic: ANSWERS },
  });
const setUp = async () => {
  const on = bench();
  const server = await startNtfyServer(on.clock);
  return { on, server, ntfy: built(on, server) };
};
const firstOf = (server: NtfyServer): NtfyMessage => {
  const [message] = server.messages(TOPIC);
  if (message === undefined) throw new Error('Nothing was published.');
  return message;
};
const polls = (server: NtfyServer): number => server.asked.filter(({ path }) => path === `/${ANSWERS}/json`).length;

it.each([
  ['info', 3],
  ['attention', 4],
  ['critical', 5],
] as const)('a notice of level %s has priority %d', async (level, priority) => {
  const { on, server, ntfy } = await setUp();
  const sent = good(await ntfy.tell({ title: 'Ä title', text: 'Öl: 42 °C', level }, on.signal));
  expect(firstOf(server)).toMatchObject({ id: sent.messageId, title: 'Ä title', message: 'Öl: 42 °C', priority });
});

it('keeps a message below 4,096 bytes, whole characters only', async () => {
  const { on, server, ntfy } = await setUp();
  good(await ntfy.tell({ title: 't', text: '🔋ü'.repeat(2_000), level: 'info' }, on.signal));
  const { message, attachment } = firstOf(server);
  expect(attachment).toBeUndefined();
  expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4_096);
  expect(Buffer.byteLength(message)).toBeGreaterThan(3_700);
  expect(message).not.toContain('\ufffd');
});

it('a button posts its decision to the second topic, and it is heard once', async () => {
  const { on, server, ntfy } = await setUp();
  good(await ntfy.ask(question(), on.signal));
  const heard = hear(ntfy);
  await until(() => polls(server) > 0);
  expect(await server.press(firstOf(server), 'Approve')).toBe(200);
  await movingOn(
    on.clock,
    5_000,
    until(() => heard.answers.length > 0),
  );
  const [answer] = server.messages(ANSWERS);
  expect(heard.answers).toEqual([
    {
      messenger: 'ntfy',
      decision: 'approve',
      proof: { token: APPROVE_TOKEN },
      from: 'ntfy',
      messageId: answer?.id,
      receivedAt: expect.any(Number),
    },
  ]);
  const before = polls(server);
  await movingOn(
    on.clock,
    5_000,
    until(() => polls(server) > before + 2),
  );
  expect(heard.answers).toHaveLength(1);
});

it('decides nothing when something only opens the address of a button', async () => {
  const { on, server, ntfy } = await setUp();
  good(await ntfy.ask(question(), on.signal));
  const heard = hear(ntfy);
  expect(await server.press(firstOf(server), 'Approve', { method: 'GET' })).toBe(200);
  expect(await server.press(firstOf(server), 'Deny', { method: 'HEAD' })).toBe(200);
  const before = polls(server);
  await movingOn(
    on.clock,
    5_000,
    until(() => polls(server) > before + 2),
  );
  expect(server.messages(ANSWERS)).toEqual([]);
  expect(heard.answers).toEqual([]);
});

it('hears an answer among what strangers wrote, and says only that there was something else', async () => {
  const { on, server, ntfy } = await setUp();
  good(await ntfy.ask(question(), on.signal));
  for (const body of ['hello', '{"decision":"approve"}', JSON.stringify({ id: 'x', decision: 'maybe', token: 'y' })])
    await server.press(firstOf(server), 'Approve', { body });
  await server.press(firstOf(server), 'Deny');
  const heard = hear(ntfy);
  await until(() => heard.answers.length > 0);
  expect(heard.answers.map(({ decision }) => decision)).toEqual(['deny']);
  expect(on.lines.filter((line) => line.includes('answer topic'))).toHaveLength(1);
});

it('goes on where it was after a restart, also when the server has forgotten', async () => {
  const { on, server, ntfy } = await setUp();
  good(await ntfy.ask(question(), on.signal));
  await server.press(firstOf(server), 'Approve');
  const first = hear(ntfy);
  await until(() => first.answers.length === 1);
  await until(() => on.memory.get()?.includes(server.messages(ANSWERS)[0]?.id ?? '?') === true);
  await first.stop();
  await on.clock.advance(2_000);
  const asks = firstOf(server);
  const second = hear(built(on, server));
  await until(() => polls(server) > 1);
  server.forget(ANSWERS);
  await server.press(asks, 'Deny');
  await movingOn(
    on.clock,
    5_000,
    until(() => second.answers.length > 0),
  );
  expect(second.answers.map(({ decision }) => decision)).toEqual(['deny']);
});

it('reads only while answers may come, and a minute more', async () => {
  const { on, server, ntfy } = await setUp();
  const heard = hear(ntfy);
  await on.clock.advance(60_000);
  expect(polls(server)).toBe(0);
  good(await ntfy.ask(question(), on.signal));
  await until(() => polls(server) === 1);
  good(await ntfy.close('prop_1', 'Denied by Ann.', on.signal));
  await movingOn(
    on.clock,
    5_000,
    until(() => on.clock.now() > NOW + 130_000),
  );
  const after = polls(server);
  await on.clock.advance(600_000);
  expect(polls(server)).toBe(after);
  expect(heard.troubles).toEqual([]);
  expect(server.messages(TOPIC).at(-1)).toMatchObject({ message: 'Denied by Ann.', priority: 2 });
});

it('closes a question once, and none that it never asked', async () => {
  const { on, server, ntfy } = await setUp();
  good(await ntfy.ask(question(), on.signal));
  good(await ntfy.close('prop_1', 'Approved by Ann.', on.signal));
  good(await ntfy.close('prop_1', 'Approved by Ann.', on.signal));
  good(await ntfy.close('prop_2', 'Approved by Ann.', on.signal));
  expect(server.messages(TOPIC)).toHaveLength(2);
});

it('waits as long as the server asks when it is asked too often', async () => {
  const { on, server, ntfy } = await setUp();
  server.limit(1, 7);
  const sending = ntfy.tell({ title: 't', text: 'x', level: 'info' }, on.signal);
  await until(() => server.asked.length === 1);
  await until(() => on.clock.pendingTimers() > 0);
  await on.clock.advance(6_500);
  expect(server.asked).toHaveLength(1);
  good(await movingOn(on.clock, 500, sending));
  expect(server.messages(TOPIC)).toHaveLength(1);
});

it('tells once that it cannot listen, backs off, and tells when it can again', async () => {
  const { on, server, ntfy } = await setUp();
  good(await ntfy.ask(question({ expiresAt: NOW + 3_600_000 }), on.signal));
  server.limit(3);
  const heard = hear(ntfy);
  await movingOn(
    on.clock,
    1_000,
    until(() => heard.troubles.length > 1),
  );
  expect(heard.troubles).toEqual([expect.stringContaining('too often'), null]);
  expect(on.clock.now() - NOW).toBeGreaterThanOrEqual(30_000);
});

it('speaks to a protected server with its token, which stands in no message, log or failure', async () => {
  const { on, server } = await setUp();
  server.protect(TOPIC, 'tk_right');
  server.protect(ANSWERS, 'tk_right');
  const ntfy = built(on, server, 'tk_right');
  good(await ntfy.ask(question(), on.signal));
  hear(ntfy);
  await until(() => polls(server) > 0);
  expect(JSON.stringify(server.messages(TOPIC))).not.toContain('tk_right');

  const refused = failureOf(
    await built(on, server, 'tk_wrong').tell({ title: 't', text: 'x', level: 'info' }, on.signal),
  );
  expect(refused).toMatchObject({
    code: 'messenger.access',
    kind: 'permanent',
    advice: expect.stringContaining('token'),
  });
  const said = `${JSON.stringify(refused)}${on.lines.join('\n')}`;
  for (const secret of ['tk_', TOPIC, ANSWERS, server.url]) expect(said).not.toContain(secret);
});

it('says that what answers is no ntfy server', async () => {
  const { on, server } = await setUp();
  const ntfy = createNtfy({
    ...on,
    secret: null,
    settings: { enabled: true, server: `${server.url}/app`, topic: TOPIC, answerTopic: ANSWERS },
  });
  server.protect('app', 'x');
  expect(failureOf(await ntfy.tell({ title: 't', text: 'x', level: 'info' }, on.signal)).kind).toBe('permanent');
});

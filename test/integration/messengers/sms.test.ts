import { expect, it } from 'vitest';
import { createSms } from '../../../main/messengers/sms/sms.ts';
import { bench, CODE, hear, NOW, question } from '../../support/messengers/bench.ts';
import { startTwilioServer } from '../../support/messengers/twilio-server.ts';
import { movingOn, until } from '../../support/messengers/until.ts';
import { failureOf, good } from '../../support/store/temp-store.ts';

const SID = `AC${'0123456789abcdef'.repeat(2)}`;
const TOKEN = 'auth-token-of-the-account';
const OURS = '+15550001111';
const ANN = '+4915112345678';
const BOB = '+4915187654321';

const setUp = async (
  more: { readonly to?: readonly string[]; readonly pageSize?: number; readonly secret?: string } = {},
) => {
  const on = bench();
  const server = await startTwilioServer(on.clock, { sid: SID, token: TOKEN, ...more });
  const settings = {
    ...{ enabled: true, server: server.url, accountSid: SID, from: OURS, to: [...(more.to ?? [ANN])] },
    ...{ mayApprove: true, approvesUpToW: 3_000 },
  };
  const build = () => createSms({ ...on, secret: more.secret ?? TOKEN, settings });
  const sms = build();
  const ask = (asks = question()) => movingOn(on.clock, 1_000, sms.ask(asks, on.signal));
  return { on, server, sms, build, ask };
};
type SetUp = Awaited<ReturnType<typeof setUp>>;
const outbound = ({ server }: SetUp) => server.messages.filter(({ direction }) => direction === 'outbound-api');
const polls = ({ server }: SetUp) => server.asked.filter(({ query }) => query.get('To') === OURS).length;

it('a question fits into one short message, with its title and the words that answer it', async () => {
  const all = await setUp();
  good(await all.ask());
  const [sent] = outbound(all);
  expect(sent?.body).toMatch(/^Switch Miner A on\? It draws 3\.2 kW.* Reply YES 482913 or NO 482913 within 5 min\.$/);
  expect(sent?.body.length).toBeLessThanOrEqual(160);
});

it('a notice goes to everybody, and has gone out when one got it', async () => {
  const all = await setUp({ to: [ANN, BOB] });
  all.server.refuse(BOB, 21610);
  good(
    await movingOn(all.on.clock, 1_000, all.sms.tell({ title: 'T', text: 'Öl “42 °C”', level: 'info' }, all.on.signal)),
  );
  expect(outbound(all).map(({ to, body }) => [to, body])).toEqual([[ANN, 'T: Öl "42 deg C"']]);
  expect(all.on.lines.join()).toContain('not to receive');
});

it.each([1, 2])('is sent once although %d answers got lost', async (answers) => {
  const all = await setUp();
  all.server.loseAnswers(answers);
  good(await all.ask());
  expect(outbound(all)).toHaveLength(1);
});

it('is not sent again where nobody can say whether it went out, and is found when it is tried later', async () => {
  const all = await setUp();
  all.server.loseAnswers(1);
  const asking = all.sms.ask(question(), all.on.signal);
  await until(() => outbound(all).length === 1);
  all.server.failWith(500, 20500, 2);
  expect(failureOf(await movingOn(all.on.clock, 1_000, asking)).kind).toBe('temporary');
  expect(outbound(all)).toHaveLength(1);
  good(await all.ask());
  expect(outbound(all)).toHaveLength(1);
});

it('is sent again where it surely did not go out', async () => {
  const all = await setUp();
  all.server.failWith(503, 20503, 1);
  good(await all.ask());
  expect(outbound(all)).toHaveLength(1);
});

it('another question to the same person is another message', async () => {
  const all = await setUp();
  all.server.loseAnswers(1);
  good(await all.ask());
  all.server.loseAnswers(1);
  good(await all.ask(question({ id: 'prop_2', code: '111222' })));
  expect(outbound(all)).toHaveLength(2);
  // The ones before are not taken for one that never went out.
  all.server.failWith(503, 20503, 1);
  good(await all.ask(question({ id: 'prop_3', code: '333444' })));
  expect(outbound(all)).toHaveLength(3);
});

it('a reply is heard once, and what came of it is said back', async () => {
  const all = await setUp();
  good(await all.ask());
  const heard = hear(all.sms, () => 'Miner A is on.');
  all.server.reply(ANN, ' yes 482 913 ');
  await movingOn(
    all.on.clock,
    2_000,
    until(() => outbound(all).length === 2),
  );
  expect(heard.answers).toMatchObject([{ messenger: 'sms', decision: 'approve', proof: { code: CODE }, from: ANN }]);
  expect(outbound(all)[1]).toMatchObject({ to: ANN, body: 'CommandCenter: Miner A is on.' });
  const before = polls(all);
  await movingOn(
    all.on.clock,
    2_000,
    until(() => polls(all) > before + 2),
  );
  expect(heard.answers).toHaveLength(1);
});

it('an answer that decides is told by the closing line alone', async () => {
  const all = await setUp({ to: [ANN, BOB] });
  good(await all.ask());
  hear(all.sms, async () => {
    good(await all.sms.close('prop_1', 'Denied by Ann.', all.on.signal));
    return 'Denied.';
  });
  all.server.reply(ANN, 'NO 482913');
  await movingOn(
    all.on.clock,
    2_000,
    until(() => outbound(all).length === 4),
  );
  const before = polls(all);
  await movingOn(
    all.on.clock,
    2_000,
    until(() => polls(all) > before + 1),
  );
  expect(
    outbound(all)
      .slice(2)
      .map(({ to, body }) => [to, body]),
  ).toEqual([ANN, BOB].map((to) => [to, 'CommandCenter: Denied by Ann.']));
});

it('hears listed people alone, after the question alone, and nothing that is no answer', async () => {
  const all = await setUp();
  all.server.reply(ANN, `YES ${CODE}`, NOW - 60_000);
  good(await all.ask());
  all.server.reply('+4999999999', `YES ${CODE}`);
  all.server.ignoreFilters();
  for (const text of ['yes', CODE, `yes no ${CODE}`, `do not YES ${CODE}`, 'STOP', `CANCEL ${CODE}`, `YES ${CODE}1`])
    all.server.reply(ANN, text);
  const heard = hear(all.sms);
  await movingOn(
    all.on.clock,
    2_000,
    until(() => polls(all) > 2),
  );
  expect(heard.answers).toEqual([]);
});

it('a wrong code is handed on with what was typed: the approvals count it', async () => {
  const all = await setUp();
  good(await all.ask());
  const heard = hear(all.sms, () => 'That code is not known.');
  all.server.reply(ANN, 'YES 000000');
  await movingOn(
    all.on.clock,
    2_000,
    until(() => outbound(all).length === 2),
  );
  expect(heard.answers.map(({ proof }) => proof)).toEqual([{ code: '000000' }]);
  expect(outbound(all)[1]?.body).toContain('not known');
});

it('does not let itself be made to send many replies', async () => {
  const all = await setUp();
  good(await all.ask());
  const heard = hear(all.sms, () => 'That code is not known.');
  for (let number = 0; number < 20; number += 1) all.server.reply(ANN, `YES 0000${number + 10}`);
  await movingOn(
    all.on.clock,
    1_000,
    until(() => heard.answers.length === 20),
  );
  expect(outbound(all).length).toBeLessThanOrEqual(7);
});

it('follows pages, oldest reply first, and asks by the UTC day of the question', async () => {
  const all = await setUp({ pageSize: 2 });
  good(await all.ask());
  for (let number = 0; number < 5; number += 1) all.server.reply(ANN, `NO 11111${number}`);
  const heard = hear(all.sms);
  await movingOn(
    all.on.clock,
    1_000,
    until(() => heard.answers.length === 5),
  );
  expect(heard.answers.map(({ proof }) => proof)).toEqual([0, 1, 2, 3, 4].map((n) => ({ code: `11111${n}` })));
  const listed = all.server.asked.find(({ query }) => query.get('To') === OURS);
  expect(listed?.query.get('DateSent>')).toBe('2026-11-21');
});

it('shows its credentials to nobody else, whatever a page points to', async () => {
  const all = await setUp();
  good(await all.ask());
  all.server.pointElsewhere('//127.0.0.1:9/2010-04-01/more');
  const heard = hear(all.sms);
  await until(() => heard.troubles.length > 0);
  expect(heard.troubles[0]).toContain('another address');
});

it('remembers handled replies over a restart', async () => {
  const all = await setUp();
  good(await all.ask());
  all.server.reply(ANN, `YES ${CODE}`);
  const first = hear(all.sms, () => 'On.');
  await movingOn(
    all.on.clock,
    1_000,
    until(() => outbound(all).length === 2),
  );
  await movingOn(all.on.clock, 1_000, first.stop());
  const second = hear(all.build());
  const before = polls(all);
  await movingOn(
    all.on.clock,
    1_000,
    until(() => polls(all) > before + 1),
  );
  expect(second.answers).toEqual([]);
});

it('polls every 12 s for two minutes, then every minute, and not at all without a question', async () => {
  const all = await setUp();
  hear(all.sms);
  await all.on.clock.advance(600_000);
  expect(polls(all)).toBe(0);
  good(await all.ask(question({ expiresAt: all.on.clock.now() + 600_000 })));
  const from = all.on.clock.now();
  await movingOn(
    all.on.clock,
    1_000,
    until(() => all.on.clock.now() - from > 110_000),
  );
  const quick = polls(all);
  expect(quick).toBeGreaterThanOrEqual(8);
  expect(quick).toBeLessThanOrEqual(11);
  await movingOn(
    all.on.clock,
    1_000,
    until(() => all.on.clock.now() - from > 400_000),
  );
  expect(polls(all) - quick).toBeLessThanOrEqual(7);
});

it.each([
  [21211, 'country code'],
  [21606, 'Twilio account'],
  [21608, 'Verify'],
  [21610, 'START'],
])('says what to do about %d', async (code, advice) => {
  const all = await setUp();
  all.server.refuse(ANN, code);
  const failure = failureOf(await all.ask());
  expect(failure).toMatchObject({ kind: 'permanent', code: `messenger.twilio-${code}` });
  expect(failure.advice).toContain(advice);
});

it('hears of a network that refuses what Twilio took', async () => {
  const all = await setUp();
  all.server.undeliver(ANN, 30034);
  expect(failureOf(await all.ask()).advice).toContain('A2P 10DLC');
  const unknown = await setUp();
  unknown.server.undeliver(ANN, 30003);
  expect(failureOf(await unknown.ask()).message).toContain('30003');
});

it('waits when it is asked too often, and sends once', async () => {
  const all = await setUp();
  all.server.failWith(429, 20429, 1);
  good(await all.ask());
  expect(outbound(all)).toHaveLength(1);
  expect(all.on.clock.now() - NOW).toBeGreaterThanOrEqual(10_000);
});

it('the token stands in no log and no failure', async () => {
  const all = await setUp({ secret: 'wrong-token' });
  const failure = failureOf(await all.ask());
  expect(failure).toMatchObject({ kind: 'permanent', advice: expect.stringContaining('console') });
  const said = `${JSON.stringify(failure)}${all.on.lines.join('\n')}`;
  for (const secret of ['wrong-token', SID, 'Basic', CODE, ANN]) expect(said).not.toContain(secret);
});

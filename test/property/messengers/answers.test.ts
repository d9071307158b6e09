import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseTypedAnswer } from '../../../main/messengers/answer-words.ts';
import { answersIn } from '../../../main/messengers/ntfy/answers.ts';
import { newTopic } from '../../../main/messengers/ntfy/new-topic.ts';
import { toGsm } from '../../../main/messengers/sms/gsm.ts';
import { smsQuestion } from '../../../main/messengers/sms/words.ts';
import { buttonData, parseButtonData } from '../../../main/messengers/telegram/presses.ts';
import { messageSettingsProblems } from '../../../preload/contract/message-problems.ts';
import { DEFAULT_MESSAGE_SETTINGS } from '../../../preload/contract/messages.ts';
import { NOW, question } from '../../support/messengers/bench.ts';

const code = fc.stringMatching(/^\d{6}$/);
const token = fc.stringMatching(/^[A-Za-z0-9_-]{22}$/);
const words = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(...'yesnoYESNO 0123456789-.!\n'), maxLength: 20 }),
  fc.tuple(fc.constantFrom('YES', 'NO', 'STOP', 'CANCEL', 'valueOf', 'END'), code).map((parts) => parts.join(' ')),
);

it('any text is an answer of one word and six digits, or none, and never throws', () => {
  fc.assert(
    fc.property(words, (text) => {
      const answer = parseTypedAnswer(text);
      if (answer === null) return;
      const plain = text.normalize('NFKC').toUpperCase();
      expect(plain.replace(/[^A-Z]/g, '')).toBe(answer.decision === 'approve' ? 'YES' : 'NO');
      expect(plain.replace(/\D/g, '')).toBe(answer.code);
      expect(answer.code).toHaveLength(6);
    }),
    { numRuns: 2_000 },
  );
});

it('an answer is read however it is spaced and written', () => {
  const gap = fc.constantFrom('', ' ', '  ', '\u00a0', '\t');
  fc.assert(
    fc.property(
      code,
      fc.constantFrom('yes', 'YES', 'Yes', 'no', 'No', 'NO'),
      gap,
      gap,
      (digits, word, before, between) => {
        const text = `${before}${word}${between}${digits.slice(0, 3)} ${digits.slice(3)}${before}`;
        const decision = word.toLowerCase() === 'yes' ? 'approve' : 'deny';
        expect(parseTypedAnswer(text)).toEqual({ decision, code: digits });
      },
    ),
  );
});

it('a button of Telegram comes back as it was, and anything else is nothing', () => {
  fc.assert(
    fc.property(token, fc.constantFrom('approve' as const, 'deny' as const), (secret, decision) => {
      const data = buttonData(decision, secret);
      expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
      expect(parseButtonData(data)).toEqual({ decision, token: secret });
    }),
  );
  fc.assert(
    fc.property(fc.option(fc.string({ unit: 'binary', maxLength: 80 }), { nil: undefined }), (data) => {
      const parsed = parseButtonData(data);
      if (parsed !== null) expect(`${parsed.decision === 'approve' ? 'a' : 'd'}${parsed.token}`).toBe(data);
    }),
    { numRuns: 1_000 },
  );
});

it('whatever is posted to an answer topic is a decision with its token, or counted as unusable', () => {
  const body = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc
      .record({ id: fc.string(), decision: fc.constantFrom('approve', 'deny', 'valueOf'), token })
      .map((value) => JSON.stringify(value)),
  );
  const line = fc.oneof(
    fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ' ')),
    fc
      .record({
        id: fc.stringMatching(/^\w{12}$/),
        time: fc.nat(),
        event: fc.constantFrom('message', 'keepalive', 'open'),
        message: body,
      })
      .map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      const { answers, unusable } = answersIn(lines.join('\n'), 5);
      expect(answers.length + unusable).toBeLessThanOrEqual(lines.length);
      for (const answer of answers) expect(['approve', 'deny']).toContain(answer.decision);
    }),
    { numRuns: 1_000 },
  );
});

it('a question by SMS has its title and its code whole, in letters that a short message has', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 90 }),
      fc.string({ maxLength: 400 }),
      code,
      (title, text, digits) => {
        const body = smsQuestion(question({ title, text, code: digits }), NOW, true);
        expect(body.startsWith(toGsm(title))).toBe(true);
        expect(body).toContain(`Reply YES ${digits} or NO ${digits} within`);
        expect(toGsm(body)).toBe(body);
        if (toGsm(title).length <= 90) expect(body.length).toBeLessThanOrEqual(160);
      },
    ),
  );
});

it('new topics are long, different, and pass the check that refuses guessable ones', () => {
  const problemsOf = (topic: string) =>
    messageSettingsProblems({
      ...DEFAULT_MESSAGE_SETTINGS,
      ntfy: { enabled: true, server: 'https://ntfy.sh', topic, answerTopic: newTopic() },
    });
  const topics = Array.from({ length: 200 }, newTopic);
  expect(new Set(topics).size).toBe(200);
  for (const topic of topics) expect(problemsOf(topic)).toEqual({});
  for (const topic of ['', 'home', 'a'.repeat(30), 'my-energy-alerts', 'no spaces in a name of a topic'])
    expect(Object.keys(problemsOf(topic))).toEqual(['ntfy.topic']);
});

it('any settings are judged without a throw, and what is switched off may be half filled in', () => {
  const text = fc.string({ maxLength: 40 });
  fc.assert(
    fc.property(fc.boolean(), text, text, fc.array(text, { maxLength: 3 }), (enabled, one, two, list) => {
      const { ntfy, telegram, email, sms } = DEFAULT_MESSAGE_SETTINGS;
      const problems = messageSettingsProblems({
        ...DEFAULT_MESSAGE_SETTINGS,
        ntfy: { ...ntfy, enabled, server: one, topic: two },
        telegram: { ...telegram, enabled, server: two, chatId: one, userIds: list },
        email: { ...email, enabled, smtpHost: one, from: two, to: list, mayApprove: true },
        sms: { ...sms, enabled, server: one, from: two, to: list },
      });
      expect(Object.keys(problems).length > 0).toBe(enabled);
    }),
  );
});

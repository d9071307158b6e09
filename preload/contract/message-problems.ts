import type { MessageSettings, MessengerKind } from './messages.ts';

/** By field, such as `ntfy.topic` or `secrets.sms`: what is wrong, in one sentence. */
export type MessageProblems = Record<string, string>;

const OWN_NETWORK =
  /^(localhost|127\.[\d.]+|10\.[\d.]+|192\.168\.[\d.]+|172\.(1[6-9]|2\d|3[01])\.[\d.]+|\[?(::1|f[cd][0-9a-f:]+)\]?|[^.:]+|.+\.(local|lan|internal|home\.arpa))$/i;

/** Whether what goes there stays in the house: only then it may go unencrypted. */
const isOwnNetwork = (host: string): boolean => OWN_NETWORK.test(host);

const serverProblem = (server: string): string | null => {
  const url = URL.parse(server);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return 'Write the address of the server as https://ntfy.sh.';
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return 'Write the address alone, without a name, a password or a question mark.';
  if (url.protocol === 'http:' && !isOwnNetwork(url.hostname))
    return 'Use https: without it anybody on the way can read along. Only a server at home may do without.';
  return null;
};

/** 22 signs of 64 are 132 bits, when they are drawn at random; few different ones are not. */
const isGuessable = (topic: string): boolean => !/^[\w-]{22,64}$/.test(topic) || new Set(topic).size < 10;
const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;"]+$/;
const NUMBER = /^\+[1-9]\d{6,14}$/;

type Found = readonly (readonly [field: string, sentence: string | null | false])[];

const ntfyProblems = ({ server, topic, answerTopic }: MessageSettings['ntfy']): Found => {
  const guessable = 'Use a long random name: whoever guesses it can read your notices. The button beside it makes one.';
  return [
    ['server', serverProblem(server)],
    ['topic', isGuessable(topic) && guessable],
    ['answerTopic', isGuessable(answerTopic) && guessable],
    ['answerTopic', topic === answerTopic && 'Answers need a name of their own.'],
  ];
};

const telegramProblems = ({ server, chatId, userIds }: MessageSettings['telegram'], approvals: boolean): Found => [
  ['server', serverProblem(server)],
  ['chatId', !/^-?\d{1,20}$/.test(chatId) && 'Type the number of the chat, such as 123456789.'],
  ['userIds', approvals && userIds.length === 0 && 'Add the number of each person who may answer.'],
  ['userIds', userIds.some((id) => !/^\d{1,20}$/.test(id)) && 'A person is a number in Telegram, such as 123456789.'],
];

const hostProblem = (host: string, encryption: string): string | null => {
  if (!/^[\w.:-]+$/.test(host)) return 'Type the name of the server, such as smtp.example.org.';
  if (encryption === 'off' && !isOwnNetwork(host)) return 'Encrypt: only a server at home may do without.';
  return null;
};

const emailProblems = (email: MessageSettings['email']): Found => {
  const wrong = (addresses: readonly string[]): boolean => addresses.some((each) => !ADDRESS.test(each));
  const sending: Found = [
    ['smtpHost', hostProblem(email.smtpHost, email.smtpEncryption)],
    ['from', !ADDRESS.test(email.from) && 'Type the address that sends, such as home@example.org.'],
    ['to', email.to.length === 0 && 'Add an address to write to.'],
    ['to', wrong(email.to) && 'One of these is no e-mail address.'],
  ];
  if (!email.mayApprove) return sending;
  return [
    ...sending,
    ['imapHost', hostProblem(email.imapHost, email.imapEncryption)],
    ['user', email.user === '' && 'Replies are read from a mailbox: type its user.'],
    ['senders', email.senders.length === 0 && 'Add the addresses whose replies count.'],
    ['senders', wrong(email.senders) && 'One of these is no e-mail address.'],
    [
      'authServer',
      email.authServer === '' &&
        'Type the name that your own mail server writes into Authentication-Results: without it a sender can be forged.',
    ],
  ];
};

const smsProblems = ({ server, accountSid, from, to, mayApprove }: MessageSettings['sms']): Found => [
  ['server', serverProblem(server)],
  ['accountSid', !/^AC[0-9a-zA-Z]{32}$/.test(accountSid) && 'The account SID begins with AC and has 34 signs.'],
  [
    'from',
    !NUMBER.test(from) &&
      (mayApprove || !/^[A-Za-z0-9 ]{3,11}$/.test(from)) &&
      'Type a number of your Twilio account with country code, such as +4915112345678.',
  ],
  ['to', to.length === 0 && 'Add a number to write to.'],
  ['to', to.some((each) => !NUMBER.test(each)) && 'Write each number with country code, such as +4915112345678.'],
];

/** What is missing or unsafe; nothing where all can be saved. A messenger that is switched off may be half filled in. */
export const messageSettingsProblems = (settings: MessageSettings): MessageProblems => {
  const found: Record<MessengerKind, Found> = {
    ntfy: ntfyProblems(settings.ntfy),
    telegram: telegramProblems(settings.telegram, settings.routes.telegram.approvals),
    email: emailProblems(settings.email),
    sms: smsProblems(settings.sms),
  };
  const problems: MessageProblems = {};
  for (const kind of ['ntfy', 'telegram', 'email', 'sms'] as const)
    for (const [field, sentence] of settings[kind].enabled ? found[kind] : [])
      if (sentence) problems[`${kind}.${field}`] ??= sentence;
  if (settings.quiet !== null && settings.quiet.from === settings.quiet.to)
    problems['quiet.to'] = 'The quiet time must end at another time than it begins, or be switched off.';
  return problems;
};

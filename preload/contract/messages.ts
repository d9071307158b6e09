import { z } from 'zod';
import { emptySchema, instantSchema, personSchema, siteIdSchema, siteInput } from './base.ts';
import { clockTimeSchema } from './safety.ts';

/** How the house reaches its people outside the window, what goes where, and what was sent. Secrets can be set, never read. */
export const messengerKindSchema = z.enum(['ntfy', 'telegram', 'email', 'sms']);
export type MessengerKind = z.infer<typeof messengerKindSchema>;

const host = z.string().trim().max(253);
const port = z.number().int().min(1).max(65_535);
const address = z.string().trim().max(254);

const ntfySettingsSchema = z.strictObject({
  enabled: z.boolean(),
  server: z.string().trim().max(300),
  /** Questions and notices go here; whoever knows the name can read it, so it is long and random. */
  topic: z.string().max(64),
  /** Answers come back here; another secret name. */
  answerTopic: z.string().max(64),
});
const telegramSettingsSchema = z.strictObject({
  enabled: z.boolean(),
  server: z.string().trim().max(300),
  chatId: z.string().max(40),
  /** Only these people's presses count. */
  userIds: z.array(z.string().max(40)).max(20),
});
const emailSettingsSchema = z.strictObject({
  enabled: z.boolean(),
  smtpHost: host,
  smtpPort: port,
  /** `tls` from the first byte (465), `starttls` (587), `off` only on the own network. */
  smtpEncryption: z.enum(['tls', 'starttls', 'off']),
  imapHost: host,
  imapPort: port,
  imapEncryption: z.enum(['tls', 'starttls', 'off']),
  user: z.string().max(254),
  from: address,
  to: z.array(address).max(10),
  /** Replies of these senders count, when the own server vouches for them. */
  senders: z.array(address).max(10),
  /** The name under which the own receiving server writes its Authentication-Results. */
  authServer: z.string().max(253),
  /** Whether a reply may decide at all, and up to which power, W. */
  mayApprove: z.boolean(),
  approvesUpToW: z.number().min(0).max(1_000_000),
});
const smsSettingsSchema = z.strictObject({
  enabled: z.boolean(),
  server: z.string().trim().max(300),
  accountSid: z.string().max(64),
  from: z.string().max(20),
  to: z.array(z.string().max(20)).max(5),
  mayApprove: z.boolean(),
  approvesUpToW: z.number().min(0).max(1_000_000),
});

/** From which level on a messenger is used. `nothing`: never. */
const fromLevelSchema = z.enum(['info', 'attention', 'critical', 'nothing']);
const routeSchema = z.strictObject({ from: fromLevelSchema, approvals: z.boolean() });

export const messageSettingsSchema = z.strictObject({
  ntfy: ntfySettingsSchema,
  telegram: telegramSettingsSchema,
  email: emailSettingsSchema,
  sms: smsSettingsSchema,
  /** Held back until it ends, except what is critical. Null: never quiet. */
  quiet: z.strictObject({ from: clockTimeSchema, to: clockTimeSchema }).nullable(),
  routes: z.record(messengerKindSchema, routeSchema),
  /** A trouble is told only after it lasted so long, ms; critical ones at once. */
  debounceMs: z.number().int().min(0).max(3_600_000),
  /** The same trouble is told again only after so long, ms. */
  repeatAfterMs: z
    .number()
    .int()
    .min(60_000)
    .max(7 * 86_400_000),
  /** A message when the trouble is over, where its beginning was told. */
  tellRecovery: z.boolean(),
  /** One message when nothing has worked for so long, ms. */
  deadManMs: z.number().int().min(300_000).max(86_400_000),
});
export type MessageSettings = z.infer<typeof messageSettingsSchema>;

export const DEFAULT_MESSAGE_SETTINGS: MessageSettings = {
  ntfy: { enabled: false, server: 'https://ntfy.sh', topic: '', answerTopic: '' },
  telegram: { enabled: false, server: 'https://api.telegram.org', chatId: '', userIds: [] },
  email: {
    enabled: false,
    smtpHost: '',
    smtpPort: 465,
    smtpEncryption: 'tls',
    imapHost: '',
    imapPort: 993,
    imapEncryption: 'tls',
    user: '',
    from: '',
    to: [],
    senders: [],
    authServer: '',
    mayApprove: false,
    approvesUpToW: 3_000,
  },
  sms: {
    enabled: false,
    server: 'https://api.twilio.com',
    accountSid: '',
    from: '',
    to: [],
    mayApprove: false,
    approvesUpToW: 3_000,
  },
  quiet: { from: '22:00', to: '07:00' },
  routes: {
    ntfy: { from: 'attention', approvals: true },
    telegram: { from: 'attention', approvals: true },
    email: { from: 'attention', approvals: false },
    sms: { from: 'critical', approvals: false },
  },
  debounceMs: 180_000,
  repeatAfterMs: 86_400_000,
  tellRecovery: true,
  deadManMs: 900_000,
};

const messengerStatusSchema = z.strictObject({
  kind: messengerKindSchema,
  state: z.enum(['off', 'ready', 'failing']),
  sentence: z.string(),
  secret: z.enum(['none', 'kept', 'unreadable']),
  lastSentAt: instantSchema.nullable(),
});
export type MessengerStatus = z.infer<typeof messengerStatusSchema>;

/** What was told, or why not. */
export const sentMessageSchema = z.strictObject({
  id: z.string(),
  at: instantSchema,
  title: z.string(),
  text: z.string(),
  level: z.enum(['info', 'attention', 'critical', 'approval', 'closing']),
  /** Where it went; empty where it was held back. */
  by: z.array(messengerKindSchema),
  outcome: z.enum(['sent', 'failed', 'held-quiet', 'too-soon', 'repeated', 'nobody']),
  sentence: z.string(),
});
export type SentMessage = z.infer<typeof sentMessageSchema>;

export const messageQueries = {
  'messages.get': {
    input: siteInput,
    output: z.strictObject({ settings: messageSettingsSchema, status: z.array(messengerStatusSchema) }),
  },
  'messages.log': {
    input: z.strictObject({ siteId: siteIdSchema, limit: z.number().int().min(1).max(200).default(50) }),
    output: z.array(sentMessageSchema),
  },
  /** A random name for a topic of ntfy that nobody guesses. Each question brings another; nothing is kept. */
  'messages.newTopic': { input: siteInput, output: z.strictObject({ topic: z.string() }) },
} as const;

export const messageCommands = {
  'messages.set': {
    input: z.strictObject({
      siteId: siteIdSchema,
      who: personSchema,
      settings: messageSettingsSchema,
      /** Left out: as they are. Null: cleared. */
      secrets: z.partialRecord(messengerKindSchema, z.string().min(1).max(500).nullable()).optional(),
    }),
    output: emptySchema,
  },
  /** Sends one message by this messenger and answers what came of it. */
  'messages.test': {
    input: z.strictObject({ siteId: siteIdSchema, who: personSchema, kind: messengerKindSchema }),
    output: z.strictObject({ sentence: z.string() }),
  },
} as const;

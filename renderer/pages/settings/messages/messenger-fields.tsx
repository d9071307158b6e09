import { Checkbox, NumberInput, PasswordInput, Select, TagsInput, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { MessageSettings, MessengerKind, MessengerStatus } from '../../../../preload/contract/messages.ts';
import { Button } from '../../../components/parts.tsx';
import { bridge } from '../../../state/bridge.ts';
import { currentSiteId } from '../../../state/house.ts';
import { sayProblem } from '../../../state/notes.ts';
import { MESSENGERS } from './messenger-names.ts';

export type Secrets = Partial<Record<MessengerKind, string | null>>;

interface FieldsProps {
  readonly settings: MessageSettings;
  readonly status: readonly MessengerStatus[];
  readonly secrets: Secrets;
  readonly errorOf: (name: string) => string | undefined;
  readonly onChange: (part: Partial<MessageSettings>) => void;
  readonly onSecret: (kind: MessengerKind, secret: string | null | undefined) => void;
}

const SECRET_WORDS: Readonly<Record<MessengerStatus['secret'], string>> = {
  none: 'None is kept.',
  kept: 'One is kept. Empty leaves it as it is.',
  unreadable: 'The secret store does not answer now.',
};

/** A name from the center that nobody guesses: whoever knows the name of a topic can read it. */
const secretTopic = async (): Promise<string | null> => {
  const siteId = currentSiteId();
  if (siteId === null) return null;
  const reply = await bridge().query('messages.newTopic', { siteId });
  if (reply.ok) return reply.value.topic;
  sayProblem(reply.problem);
  return null;
};

const Secret = ({ kind, label, props }: { kind: MessengerKind; label: string; props: FieldsProps }) => {
  const kept = props.status.find((one) => one.kind === kind)?.secret ?? 'none';
  const typed = props.secrets[kind];
  return (
    <PasswordInput
      label={label}
      description={typed === null ? 'It is removed when you save.' : SECRET_WORDS[kept]}
      autoComplete="off"
      error={props.errorOf(`secrets.${kind}`)}
      value={typed ?? ''}
      onChange={(event) => {
        const { value } = event.currentTarget;
        props.onSecret(kind, value === '' ? undefined : value);
      }}
    />
  );
};

const Messenger = ({
  kind,
  hint,
  props,
  children,
}: {
  kind: MessengerKind;
  hint: string;
  props: FieldsProps;
  children: ReactNode;
}) => {
  const one = props.settings[kind];
  return (
    <fieldset className="form-group">
      <legend>{MESSENGERS[kind]}</legend>
      <Checkbox
        label={`Use ${MESSENGERS[kind]}`}
        description={hint}
        checked={one.enabled}
        onChange={(event) => props.onChange({ [kind]: { ...one, enabled: event.currentTarget.checked } })}
      />
      {one.enabled && <div className="form-grid">{children}</div>}
    </fieldset>
  );
};

const Ntfy = (props: FieldsProps) => {
  const { ntfy } = props.settings;
  const set = (part: Partial<typeof ntfy>): void => props.onChange({ ntfy: { ...ntfy, ...part } });
  const makeNames = async (): Promise<void> => {
    const [topic, answerTopic] = await Promise.all([secretTopic(), secretTopic()]);
    if (topic !== null && answerTopic !== null) set({ topic, answerTopic });
  };
  return (
    <Messenger
      kind="ntfy"
      props={props}
      hint="Buttons in the notification answer. Whoever knows the names of the topics can read and answer."
    >
      <TextInput
        label="Server"
        error={props.errorOf('ntfy.server')}
        value={ntfy.server}
        onChange={(event) => set({ server: event.currentTarget.value })}
      />
      <Secret kind="ntfy" label="Access token" props={props} />
      <TextInput
        label="Topic"
        description="Subscribe to it in the app."
        error={props.errorOf('ntfy.topic')}
        value={ntfy.topic}
        onChange={(event) => set({ topic: event.currentTarget.value })}
      />
      <TextInput
        label="Topic of the answers"
        description="Only this application reads it."
        error={props.errorOf('ntfy.answerTopic')}
        value={ntfy.answerTopic}
        onChange={(event) => set({ answerTopic: event.currentTarget.value })}
      />
      <div>
        <Button size="small" onClick={() => void makeNames()}>
          Make secret names
        </Button>
      </div>
    </Messenger>
  );
};

const Telegram = (props: FieldsProps) => {
  const { telegram } = props.settings;
  const set = (part: Partial<typeof telegram>): void => props.onChange({ telegram: { ...telegram, ...part } });
  return (
    <Messenger
      kind="telegram"
      props={props}
      hint="A bot of your own writes to a chat; only the people named here may answer."
    >
      <Secret kind="telegram" label="Token of the bot" props={props} />
      <TextInput
        label="Chat"
        description="Its number. The bot must have been started there."
        error={props.errorOf('telegram.chatId')}
        value={telegram.chatId}
        onChange={(event) => set({ chatId: event.currentTarget.value })}
      />
      <TagsInput
        label="People who may answer"
        description="Their numbers; Enter after each."
        error={props.errorOf('telegram.userIds')}
        value={telegram.userIds}
        onChange={(userIds) => set({ userIds })}
      />
      <TextInput
        label="Server"
        error={props.errorOf('telegram.server')}
        value={telegram.server}
        onChange={(event) => set({ server: event.currentTarget.value })}
      />
    </Messenger>
  );
};

const ENCRYPTIONS = [
  { value: 'tls', label: 'TLS' },
  { value: 'starttls', label: 'STARTTLS' },
  { value: 'off', label: 'none (own network only)' },
];

const MayApprove = ({
  kind,
  props,
  mayApprove,
  approvesUpToW,
}: {
  kind: 'email' | 'sms';
  props: FieldsProps;
  mayApprove: boolean;
  approvesUpToW: number;
}) => (
  <>
    <Checkbox
      label="A reply may decide"
      description="An address alone is no proof of who wrote: only for small loads."
      checked={mayApprove}
      onChange={(event) =>
        props.onChange({ [kind]: { ...props.settings[kind], mayApprove: event.currentTarget.checked } })
      }
    />
    {mayApprove && (
      <NumberInput
        label="Up to"
        suffix=" kW"
        min={0}
        hideControls
        value={approvesUpToW / 1000}
        onChange={(typed) =>
          typeof typed === 'number' &&
          props.onChange({ [kind]: { ...props.settings[kind], approvesUpToW: typed * 1000 } })
        }
      />
    )}
  </>
);

type EmailText = 'smtpHost' | 'imapHost' | 'user' | 'from' | 'authServer';
type EmailList = 'to' | 'senders';

const Email = (props: FieldsProps) => {
  const { email } = props.settings;
  const set = (part: Partial<typeof email>): void => props.onChange({ email: { ...email, ...part } });
  const text = (name: EmailText, label: string, description?: string) => (
    <TextInput
      label={label}
      {...(description ? { description } : {})}
      error={props.errorOf(`email.${name}`)}
      value={email[name]}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
    />
  );
  const list = (name: EmailList, label: string, description: string) => (
    <TagsInput
      label={label}
      description={description}
      error={props.errorOf(`email.${name}`)}
      value={email[name]}
      onChange={(value) => set({ [name]: value })}
    />
  );
  const port = (name: 'smtpPort' | 'imapPort', label: string) => (
    <NumberInput
      label={label}
      min={1}
      max={65_535}
      hideControls
      thousandSeparator=""
      error={props.errorOf(`email.${name}`)}
      value={email[name]}
      onChange={(value) => typeof value === 'number' && set({ [name]: value })}
    />
  );
  const encryption = (name: 'smtpEncryption' | 'imapEncryption', label: string) => (
    <Select
      label={label}
      allowDeselect={false}
      data={ENCRYPTIONS}
      value={email[name]}
      onChange={(value) => value && set({ [name]: value as typeof email.smtpEncryption })}
    />
  );
  return (
    <Messenger kind="email" props={props} hint="Sent by your own mailbox; a reply with YES and the code can answer.">
      {text('smtpHost', 'Outgoing server')}
      {port('smtpPort', 'Port')}
      {encryption('smtpEncryption', 'Encryption')}
      {text('user', 'User')}
      <Secret kind="email" label="Password" props={props} />
      {text('from', 'Sender')}
      {list('to', 'Sent to', 'Addresses; Enter after each.')}
      <MayApprove kind="email" props={props} mayApprove={email.mayApprove} approvesUpToW={email.approvesUpToW} />
      {email.mayApprove && (
        <>
          {text('imapHost', 'Incoming server')}
          {port('imapPort', 'Port of the incoming server')}
          {encryption('imapEncryption', 'Encryption of the incoming server')}
          {list('senders', 'Who may answer', 'Addresses; Enter after each.')}
          {text('authServer', 'Name of the receiving server', 'As it stands in Authentication-Results of your mails.')}
        </>
      )}
    </Messenger>
  );
};

const Sms = (props: FieldsProps) => {
  const { sms } = props.settings;
  const set = (part: Partial<typeof sms>): void => props.onChange({ sms: { ...sms, ...part } });
  return (
    <Messenger kind="sms" props={props} hint="Through your own account at Twilio; each message costs.">
      <TextInput
        label="Account SID"
        error={props.errorOf('sms.accountSid')}
        value={sms.accountSid}
        onChange={(event) => set({ accountSid: event.currentTarget.value })}
      />
      <Secret kind="sms" label="Auth token" props={props} />
      <TextInput
        label="Sent from"
        placeholder="+14155550100"
        error={props.errorOf('sms.from')}
        value={sms.from}
        onChange={(event) => set({ from: event.currentTarget.value })}
      />
      <TagsInput
        label="Sent to"
        description="Numbers with their country; Enter after each."
        error={props.errorOf('sms.to')}
        value={sms.to}
        onChange={(to) => set({ to })}
      />
      <MayApprove kind="sms" props={props} mayApprove={sms.mayApprove} approvesUpToW={sms.approvesUpToW} />
    </Messenger>
  );
};

/** The four messengers, each with its own fields once it is switched on. */
export const MessengerFields = (props: FieldsProps) => (
  <>
    <Ntfy {...props} />
    <Telegram {...props} />
    <Email {...props} />
    <Sms {...props} />
  </>
);

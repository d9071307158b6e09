import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import type { TestPair } from '../tls/pairs.ts';

export interface TakenMail {
  readonly mail: Email;
  readonly source: string;
  readonly to: readonly string[];
  readonly user: string | null;
  readonly secure: boolean;
}

/** A real SMTP server that takes every mail of who enters rightly. */
export const startSmtpServer = async (options: {
  readonly encryption: 'tls' | 'starttls' | 'off';
  readonly pair: TestPair;
  readonly user: string;
  readonly password: string;
  readonly accessToken?: string;
  /** Says what is wrong with a mail, by its recipient. */
  readonly refuse?: (recipient: string) => { readonly code: number; readonly text: string } | null;
  /** Never answers to what comes after the greeting. */
  readonly mute?: boolean;
}) => {
  const taken: TakenMail[] = [];
  const server = new SMTPServer({
    secure: options.encryption === 'tls',
    key: options.pair.key,
    cert: options.pair.cert,
    authMethods: ['PLAIN', 'LOGIN', 'XOAUTH2'],
    authOptional: options.encryption === 'off',
    allowInsecureAuth: options.encryption === 'off',
    disabledCommands: options.encryption === 'off' ? ['STARTTLS'] : [],
    disableReverseLookup: true,
    onConnect: (_session, done) => (options.mute ? undefined : done()),
    onAuth: ({ username, password, accessToken }, _session, done) => {
      const right =
        username === options.user &&
        (password === options.password || (accessToken !== undefined && accessToken === options.accessToken));
      done(right ? null : new Error('Who are you?'), right ? { user: username } : undefined);
    },
    onRcptTo: ({ address }, _session, done) => {
      const why = options.refuse?.(address) ?? null;
      done(why === null ? null : Object.assign(new Error(why.text), { responseCode: why.code }));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const source = Buffer.concat(chunks);
        PostalMime.parse(source)
          .then((mail) => {
            const to = session.envelope.rcptTo.map(({ address }) => address);
            taken.push({ mail, source: source.toString(), to, user: session.user ?? null, secure: session.secure });
            done();
          })
          .catch(done);
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    taken,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
};

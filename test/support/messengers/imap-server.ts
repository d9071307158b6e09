import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import type { TestPair } from '../tls/pairs.ts';
import { envelopeOf } from './imap-envelope.ts';

interface StoredMail {
  readonly uid: number;
  readonly at: number;
  readonly source: Buffer;
}

interface ImapOptions {
  readonly encryption: 'tls' | 'starttls' | 'off';
  readonly pair: TestPair;
  readonly user: string;
  readonly password: string;
  /** Taken by AUTHENTICATE XOAUTH2. */
  readonly accessToken?: string;
  readonly idle?: boolean;
}

/** An IMAP4rev1 server (RFC 3501, IDLE of RFC 2177) with one mailbox, as far as a client that only reads needs it. */
export interface ImapServer {
  readonly port: number;
  /** Every command, tagged ones without their tag. */
  readonly commands: readonly string[];
  deliver(source: string | Buffer, at?: number): void;
  /** As after a restore: another UIDVALIDITY, the first `lost` mails gone, and the others numbered anew. */
  renumber(lost: number): void;
  dropConnections(): void;
  openConnections(): number;
  /** Resolves when a command that begins so was received, counted from the call. */
  whenCommand(begins: string): Promise<void>;
  close(): Promise<void>;
}

const uidsOf = (set: string, mails: readonly StoredMail[]): readonly StoredMail[] => {
  const newest = mails.at(-1)?.uid ?? 0;
  const at = (text: string): number => (text === '*' ? newest : Number(text));
  const spans = set.split(',').map((part) => {
    const [from = '', to = from] = part.split(':');
    return [Math.min(at(from), at(to)), Math.max(at(from), at(to))] as const;
  });
  return mails.filter(({ uid }) => spans.some(([from, to]) => uid >= from && uid <= to));
};

const searched = (criteria: string, mails: readonly StoredMail[]): readonly StoredMail[] => {
  const [, set] = /\bUID ([\d:*,]+)/i.exec(criteria) ?? [];
  const [, day] = /\bSINCE "?(\d{1,2}-[A-Za-z]{3}-\d{4})"?/i.exec(criteria) ?? [];
  const since = day === undefined ? 0 : Date.parse(`${day.replaceAll('-', ' ')} UTC`);
  return (set === undefined ? mails : uidsOf(set, mails)).filter(({ at }) => at >= since);
};

export const startImapServer = async (options: ImapOptions): Promise<ImapServer> => {
  const { key, cert } = options.pair;
  let mails: StoredMail[] = [];
  let uidValidity = 1_700_000_000;
  let uidNext = 1;
  const commands: string[] = [];
  const waiting = new Set<{ readonly begins: string; readonly done: () => void }>();
  const sockets = new Set<Socket>();
  const idlers = new Set<() => void>();

  const received = (command: string): void => {
    commands.push(command);
    for (const each of waiting)
      if (command.toUpperCase().startsWith(each.begins)) {
        waiting.delete(each);
        each.done();
      }
  };

  const serve = (first: Socket, secured: boolean): void => {
    let socket = first;
    let encrypted = secured;
    let buffer = Buffer.alloc(0);
    let known = 0;
    let selected = false;
    let continuation: ((line: string) => void) | null = null;
    const send = (text: string): void => void socket.write(`${text}\r\n`);
    const tellExists = (): void => {
      if (selected && mails.length !== known) send(`* ${mails.length} EXISTS`);
      known = mails.length;
    };
    const capabilities = (): string =>
      [
        'CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN',
        ...(options.accessToken === undefined ? [] : ['AUTH=XOAUTH2']),
        ...(options.idle === false ? [] : ['IDLE']),
        ...(options.encryption === 'starttls' && !encrypted ? ['STARTTLS', 'LOGINDISABLED'] : []),
      ].join(' ');
    const authenticated = (tag: string, right: boolean): void =>
      send(right ? `${tag} OK [${capabilities()}] Welcome` : `${tag} NO [AUTHENTICATIONFAILED] Who are you?`);

    const authenticate = (tag: string, method: string, initial: string): void => {
      if (initial === '') {
        send('+ ');
        continuation = (line) => authenticate(tag, method, line || '=');
        return;
      }
      const text = Buffer.from(initial, 'base64').toString();
      const isToken = method.toUpperCase() === 'XOAUTH2';
      const right = isToken
        ? text === `user=${options.user}\x01auth=Bearer ${options.accessToken ?? ''}\x01\x01`
        : text === `\0${options.user}\0${options.password}`;
      if (right || !isToken) {
        authenticated(tag, right);
        return;
      }
      send(`+ ${Buffer.from('{"status":"400"}').toString('base64')}`);
      continuation = () => authenticated(tag, false);
    };

    const fetch = (tag: string, set: string, items: string): void => {
      const [, bytes] = /BODY\.PEEK\[\](?:<0\.(\d+)>)?/i.exec(items) ?? [];
      for (const mail of uidsOf(set, mails)) {
        const parts = [`UID ${mail.uid}`];
        if (/ENVELOPE/i.test(items)) parts.push(`ENVELOPE ${envelopeOf(mail.source)}`);
        if (/BODY\.PEEK\[\]/i.test(items)) {
          const body = mail.source.subarray(0, bytes === undefined ? undefined : Number(bytes));
          parts.push(`BODY[]${bytes === undefined ? '' : '<0>'} {${body.length}}\r\n${body.toString('latin1')}`);
        }
        const line = `* ${mails.indexOf(mail) + 1} FETCH (${parts.join(' ')})\r\n`;
        socket.write(Buffer.from(line, 'latin1'));
      }
      send(`${tag} OK Fetched`);
    };

    const examine = (tag: string): void => {
      selected = true;
      known = mails.length;
      send('* FLAGS (\\Seen \\Answered)');
      send(`* ${mails.length} EXISTS`);
      send('* 0 RECENT');
      send(`* OK [UIDVALIDITY ${uidValidity}] Valid`);
      send(`* OK [UIDNEXT ${uidNext}] Next`);
      send(`${tag} OK [READ-ONLY] Looking only`);
    };

    const idle = (tag: string): void => {
      send('+ idling');
      idlers.add(tellExists);
      tellExists();
      continuation = () => {
        idlers.delete(tellExists);
        send(`${tag} OK Idled`);
      };
    };

    const upgrade = (tag: string): void => {
      send(`${tag} OK Begin`);
      socket.removeAllListeners('data');
      encrypted = true;
      socket = new TLSSocket(socket, { isServer: true, key, cert });
      socket.on('error', () => socket.destroy());
      socket.on('data', onData);
    };

    const login = (tag: string, rest: string): void => {
      const words = rest.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
      const [user, password] = words.map((word) => word.replace(/^"|"$/g, ''));
      authenticated(tag, user === options.user && password === options.password);
    };
    const list = (tag: string, rest: string): void => {
      // An empty pattern asks for the separator only (RFC 3501, 6.3.8).
      send(rest.endsWith(' ""') ? '* LIST (\\Noselect) "/" ""' : '* LIST (\\HasNoChildren) "/" "INBOX"');
      send(`${tag} OK Listed`);
    };
    const search = (tag: string, rest: string): void => {
      const uids = searched(rest, mails).map(({ uid }) => uid);
      send(`* SEARCH ${uids.join(' ')}`.trimEnd());
      send(`${tag} OK Searched`);
    };
    const handlers: ReadonlyMap<string, (tag: string, rest: string) => void> = new Map([
      [
        'CAPABILITY',
        (tag) => {
          send(`* ${capabilities()}`);
          send(`${tag} OK Done`);
        },
      ],
      ['STARTTLS', upgrade],
      ['LOGIN', login],
      ['AUTHENTICATE', (tag, rest) => authenticate(tag, rest.split(' ')[0] ?? '', rest.split(' ')[1] ?? '')],
      ['LIST', list],
      ['LSUB', (tag) => send(`${tag} OK Listed`)],
      ['SELECT', examine],
      ['EXAMINE', examine],
      ['UID SEARCH', search],
      ['UID FETCH', (tag, rest) => fetch(tag, rest.split(' ')[0] ?? '', rest)],
      ['IDLE', idle],
      [
        'LOGOUT',
        (tag) => {
          send('* BYE');
          send(`${tag} OK Bye`);
          socket.end();
        },
      ],
      [
        'NOOP',
        (tag) => {
          tellExists();
          send(`${tag} OK Done`);
        },
      ],
    ]);

    const onLine = (line: string): void => {
      if (continuation !== null) {
        const next = continuation;
        continuation = null;
        next(line);
        return;
      }
      const [, tag = '*', command = ''] = /^(\S+) (.*)$/s.exec(line) ?? [];
      received(command);
      const [, name = '', rest = ''] = /^((?:UID )?\S+) ?(.*)$/s.exec(command) ?? [];
      const handler = handlers.get(name.toUpperCase());
      if (handler) handler(tag, rest);
      else send(`${tag} BAD Not here`);
    };
    const onData = (chunk: Buffer): void => {
      buffer = Buffer.concat([buffer, chunk]);
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.subarray(0, end).toString('latin1');
        buffer = buffer.subarray(end + 2);
        onLine(line);
      }
    };
    sockets.add(first);
    first.on('close', () => {
      sockets.delete(first);
      idlers.delete(tellExists);
    });
    socket.on('error', () => socket.destroy());
    socket.on('data', onData);
    send(`* OK [${capabilities()}] Ready`);
  };

  const server =
    options.encryption === 'tls'
      ? createTlsServer({ key, cert }, (socket) => serve(socket, true))
      : createServer((socket) => serve(socket, false));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    commands,
    deliver: (source, at = Date.now()) => {
      mails = [...mails, { uid: uidNext, at, source: Buffer.from(source) }];
      uidNext += 1;
      for (const tell of [...idlers]) tell();
    },
    renumber: (lost) => {
      uidValidity += 1;
      mails = mails.slice(lost).map((mail, index) => ({ ...mail, uid: index + 1 }));
      uidNext = mails.length + 1;
    },
    dropConnections: () => {
      for (const socket of sockets) socket.destroy();
    },
    openConnections: () => sockets.size,
    whenCommand: (begins) => {
      const seen = Promise.withResolvers<void>();
      waiting.add({ begins: begins.toUpperCase(), done: seen.resolve });
      return seen.promise;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};

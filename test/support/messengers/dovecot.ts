import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../mqtt/mosquitto.ts';
import type { TestPair } from '../tls/pairs.ts';

const DOVECOT = '/usr/sbin/dovecot';
/** The owner of the mails; the server refuses to serve root. */
const NOBODY = 65_534;

/** It drops its rights to users that its package makes, which only root may. */
export const dovecotMissing = !existsSync(DOVECOT) || process.getuid?.() !== 0;
if (dovecotMissing) process.stderr.write('skipped: dovecot is not installed here, or this is not root\n');

const configuration = (folder: string, port: number, password: string): string => `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
mail_location = maildir:${folder}/mail
mail_uid = ${NOBODY}
mail_gid = ${NOBODY}
first_valid_uid = 1
first_valid_gid = 1
passdb {
  driver = static
  args = password=${password}
}
userdb {
  driver = static
  args = uid=${NOBODY} gid=${NOBODY} home=${folder}/mail
}
service imap-login {
  chroot =
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${port}
    ssl = yes
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
`;

/** Debian's own IMAP server, with one mailbox of Maildir format. */
export const startDovecot = async ({ pair, password }: { readonly pair: TestPair; readonly password: string }) => {
  const folder = mkdtempSync(join(tmpdir(), 'commandcenter-imap-'));
  chmodSync(folder, 0o755);
  const port = await freePort();
  for (const part of ['mail', 'mail/new', 'mail/cur', 'mail/tmp']) {
    mkdirSync(join(folder, part));
    chownSync(join(folder, part), NOBODY, NOBODY);
  }
  writeFileSync(join(folder, 'cert.pem'), pair.cert);
  writeFileSync(join(folder, 'key.pem'), pair.key);
  const config = join(folder, 'dovecot.conf');
  writeFileSync(config, configuration(folder, port, password));
  const server = spawn(DOVECOT, ['-F', '-c', config], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  let count = 0;
  return {
    port,
    folder,
    /** As a delivery agent does it: written aside, then moved into sight. */
    deliver: (source: string): void => {
      count += 1;
      const name = `${count}.${process.pid}.test`;
      const aside = join(folder, 'mail/tmp', name);
      writeFileSync(aside, source);
      chownSync(aside, NOBODY, NOBODY);
      renameSync(aside, join(folder, 'mail/new', name));
    },
    /** Throws its index away: UIDVALIDITY and all numbers are new. */
    renumber: (): void => {
      for (const file of readdirSync(join(folder, 'mail')))
        if (file.startsWith('dovecot')) rmSync(join(folder, 'mail', file), { force: true });
    },
    close: async (): Promise<void> => {
      server.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

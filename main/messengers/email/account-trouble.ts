import { messageOf, permanent } from '../../result.ts';

/** A server's words on one line: they may be long, and are never trusted to be tidy. */
export const said = (thrown: unknown): string => messageOf(thrown).replace(/\s+/g, ' ').slice(0, 200);

/** What is wrong with an account or with the server's certificate, which a person has to mend; null where it is neither. */
export const accountTrouble = (thrown: unknown, host: string, refused: boolean) => {
  if (refused)
    return permanent(
      'email.refused',
      `${host} refused the name or the password.`,
      'Type the password again in Settings.',
    );
  if (/certificate|self.signed|altnames/i.test(messageOf(thrown)))
    return permanent(
      'email.untrusted',
      `Nobody known vouches for the certificate of ${host}.`,
      'Check the server name in Settings.',
    );
  return null;
};

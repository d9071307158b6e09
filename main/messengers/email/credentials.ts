import type { SecureContextOptions } from 'node:tls';
import type { EmailAccount } from './types.ts';

const OAUTH = 'oauth:';

/** The secret as what it is; null where there is none, as on a server of one's own network. */
export const credentialsOf = ({
  settings,
  secret,
}: EmailAccount):
  | { readonly user: string; readonly pass: string }
  | { readonly user: string; readonly accessToken: string }
  | null => {
  const { user } = settings;
  if (user === '' || secret === null) return null;
  return secret.startsWith(OAUTH) ? { user, accessToken: secret.slice(OAUTH.length) } : { user, pass: secret };
};

/** A server must show a certificate that somebody known vouches for: the password goes over this line. */
export const tlsOptionsOf = ({ authority }: EmailAccount): Pick<SecureContextOptions, 'minVersion' | 'ca'> => ({
  minVersion: 'TLSv1.2',
  ...(authority === undefined ? {} : { ca: authority }),
});

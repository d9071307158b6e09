import type { Connection } from '../../preload/contract/devices.ts';

/** Where a device's web interface is, from its connection: the start of every address, without a slash at the end. */
export const webAddress = (
  { host, port, encryption }: Connection,
  unlessSaid: NonNullable<Connection['encryption']>,
): string => {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${(encryption ?? unlessSaid) === 'off' ? 'http' : 'https'}://${name}:${port}`;
};

/** The one certificate that the person agreed to; undefined where the system's authorities decide. */
export const agreedFingerprint = ({ encryption, fingerprint }: Connection): string | undefined =>
  encryption === 'pinned' ? fingerprint : undefined;

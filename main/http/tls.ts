import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { fail, ok, type Result } from '../result.ts';
import { untilSettled } from './settle-socket.ts';
import type { HttpTrouble } from './types.ts';

/** Compares fingerprints however they are written: `AA:BB…`, `aabb…`. */
const bare = (fingerprint: string): string => fingerprint.replaceAll(':', '').toLowerCase();

/**
 * An encrypted connection to a host that is vouched for by the system's authorities, or that shows exactly the
 * certificate which a person agreed to. Nothing is sent before that is certain. The caller owns the socket.
 */
export const connectTls = (options: {
  readonly host: string;
  readonly port: number;
  readonly fingerprint?: string | undefined;
  readonly signal: AbortSignal;
}): Promise<Result<TLSSocket, HttpTrouble>> =>
  new Promise((resolve) => {
    const { host, port, fingerprint, signal } = options;
    if (signal.aborted) return resolve(fail({ kind: 'cancelled', cause: 'it was ended before' }));
    const socket = connect({
      host,
      port,
      // Server names are for names only (RFC 6066); the certificate is judged below, before a byte is sent.
      ...(isIP(host) === 0 ? { servername: host } : {}),
      rejectUnauthorized: false,
    });
    const end = untilSettled(socket, signal, resolve);
    socket.once('secureConnect', () => {
      const shown = socket.getPeerCertificate().fingerprint256 ?? '';
      const isAgreed = fingerprint !== undefined && shown !== '' && bare(shown) === bare(fingerprint);
      if (isAgreed || (fingerprint === undefined && socket.authorized)) return end(ok(socket));
      const cause =
        fingerprint === undefined
          ? 'nobody known vouches for its certificate'
          : 'it shows another certificate than the one that was agreed to';
      end(fail({ kind: 'untrusted', cause, fingerprint: shown }));
    });
  });

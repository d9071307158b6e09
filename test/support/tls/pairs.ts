import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface TestPair {
  readonly key: string;
  readonly cert: string;
  /** SHA-256, as `AA:BB:…`. */
  readonly fingerprint: string;
  readonly certPath: string;
}

const pair = (name: string): TestPair => {
  const certPath = fileURLToPath(new URL(`${name}.cert.pem`, import.meta.url));
  const cert = readFileSync(certPath, 'utf8');
  const key = readFileSync(new URL(`${name}.key.pem`, import.meta.url), 'utf8');
  return { key, cert, certPath, fingerprint: new X509Certificate(cert).fingerprint256 };
};

/** Two servers' certificates, both for 127.0.0.1 and localhost, vouched for by nobody. */
export const ONE = pair('one');
export const OTHER = pair('other');

import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate that nobody vouches for, as devices and home brokers have them; made anew with openssl. */
export const makeTestCertificate = () => {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  const keyPath = join(folder, 'key.pem');
  const certPath = join(folder, 'cert.pem');
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const names = ['-keyout', keyPath, '-out', certPath, '-days', '30', '-subj', '/CN=localhost'];
  execFileSync('openssl', [...request, ...names], { stdio: 'ignore' });
  const cert = readFileSync(certPath, 'utf8');
  return {
    keyPath,
    certPath,
    key: readFileSync(keyPath, 'utf8'),
    cert,
    fingerprint: new X509Certificate(cert).fingerprint256,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

/** Certificates for one run, made by openssl in a folder of their own: authorities, and who they vouch for. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** PEM files. */
export interface Papers {
  readonly certificate: string;
  readonly key: string;
}

export interface Certificates {
  authority(name: string): Papers;
  /** `subject`: as in a certificate, e.g. `IP:127.0.0.1`; `null`: a client's. */
  issue(name: string, by: Papers, subject: string | null): Papers;
  read(file: string): string;
  remove(): void;
}

const DAYS = '2';
const CONFIG = `[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[server]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = serverAuth
[client]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = clientAuth
`;

export function createCertificates(): Certificates {
  const folder = mkdtempSync(path.join(tmpdir(), 'floorcast-certificates-'));
  const config = path.join(folder, 'openssl.cnf');
  writeFileSync(config, CONFIG);
  function make(name: string, section: string, more: readonly string[]): Papers {
    const papers = { certificate: path.join(folder, `${name}.pem`), key: path.join(folder, `${name}.key`) };
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const files = ['-keyout', papers.key, '-out', papers.certificate, '-config', config];
    const about = ['-subj', `/CN=${name}`, '-days', DAYS, '-extensions', section];
    execFileSync('openssl', ['req', '-x509', ...curve, ...files, ...about, ...more], { stdio: 'pipe' });
    return papers;
  }
  return {
    authority: (name) => make(name, 'authority', []),
    issue(name, by, subject) {
      const signed = ['-CA', by.certificate, '-CAkey', by.key];
      if (subject === null) return make(name, 'client', signed);
      return make(name, 'server', [...signed, '-addext', `subjectAltName = ${subject}`]);
    },
    read: (file) => readFileSync(file, 'utf8'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import tls from 'node:tls';
import { MillraceError } from '../../shared/errors';
import { writeFileAtomic } from '../project/atomic-file';

/** Where the systems keep the authorities that their user or their company trusts, as one file. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** Certificates that connections brought, by state folder and then by who brought them. */
const added = new Map<string, Map<string, string>>();

/**
 * Writes `<state>/certificates.pem` and gives its path: Node's own authorities, those of the system, those of NODE_EXTRA_CA_CERTS and SSL_CERT_FILE, and what
 * connections added. The engine's setting is locked, but it reads the file anew for each connection that it makes.
 */
export async function writeCertificates(stateFolder: string): Promise<string> {
  const extra = [process.env.NODE_EXTRA_CA_CERTS, process.env.SSL_CERT_FILE].filter((file) => file !== undefined);
  const texts = [
    ...tls.rootCertificates,
    ...(await systemCertificates()),
    ...(await Promise.all(extra.map((file) => readOrNothing(file)))),
    ...(added.get(stateFolder)?.values() ?? []),
  ];
  const certificates = new Set(texts.flatMap((text) => certificatesIn(text)));
  const file = path.join(stateFolder, 'certificates.pem');
  await writeFileAtomic(file, `${[...certificates].join('\n')}\n`, { mode: 0o600 });
  return file;
}

/**
 * Lets the engine of this state folder trust the authorities in a PEM text besides those that are known, in `owner`'s
 * name: a second call for it replaces them, `undefined` takes them back. Process-wide, not by host, as the engine has but
 * one bundle. Throws CONNECTION_FAILED where the text holds no certificate.
 */
export async function trustCertificates(stateFolder: string, owner: string, pem: string | undefined): Promise<void> {
  const owners = added.get(stateFolder) ?? new Map<string, string>();
  if (owners.get(owner) === pem) return;
  if (pem === undefined) owners.delete(owner);
  else owners.set(owner, checked(pem));
  added.set(stateFolder, owners);
  await writeCertificates(stateFolder);
}

function checked(pem: string): string {
  try {
    const certificates = certificatesIn(pem);
    for (const certificate of certificates) new X509Certificate(certificate);
    if (certificates.length > 0) return pem;
  } catch {
    // Told below, as the reason of a wrong character in a certificate helps nobody.
  }
  throw new MillraceError({
    code: 'CONNECTION_FAILED',
    message: 'The file of the certificate authority holds no certificate in PEM form.',
    hint: 'It must begin with "-----BEGIN CERTIFICATE-----"; `openssl x509 -inform der -in FILE` turns a binary one into it.',
  });
}

/** The certificates alone: a bundle may have comments, and a private key beside them must not be copied. */
function certificatesIn(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
}

async function systemCertificates(): Promise<string[]> {
  // Since Node 22.15; before, the usual places of a Unix system.
  const { getCACertificates } = tls as { getCACertificates?: (from: 'system') => string[] };
  if (getCACertificates) return getCACertificates('system');
  return Promise.all(SYSTEM_BUNDLES.map((file) => readOrNothing(file)));
}

async function readOrNothing(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => ''); // as Node does with a file that it is to read but cannot
}

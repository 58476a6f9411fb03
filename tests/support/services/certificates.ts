import path from 'node:path';
import { runCommand } from './database-process';

/** Files of a certificate authority, of a server's certificate for localhost and 127.0.0.1, and of a client's. */
export interface Certificates {
  ca: string;
  serverCertificate: string;
  serverKey: string;
  clientCertificate: string;
  clientKey: string;
}

/** Makes them with openssl in the folder; the client's certificate names `user`. */
export function makeCertificates(folder: string, user: string): Certificates {
  const file = (name: string) => path.join(folder, name);
  const openssl = (args: string[]) => runCommand('openssl', args, { cwd: folder });
  const key = ['-newkey', 'rsa:2048', '-nodes', '-days', '30'];
  openssl(['req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=Millrace test CA']);
  const sign = (name: string, subject: string, extension: string) => {
    openssl(['req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject, '-addext', extension]);
    openssl([
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-out', `${name}.crt`, '-days', '30', '-copy_extensions', 'copy'],
    ]);
  };
  sign('server', '/CN=localhost', 'subjectAltName=DNS:localhost,IP:127.0.0.1');
  sign('client', `/CN=${user}`, 'extendedKeyUsage=clientAuth');
  return {
    ca: file('ca.crt'),
    serverCertificate: file('server.crt'),
    serverKey: file('server.key'),
    clientCertificate: file('client.crt'),
    clientKey: file('client.key'),
  };
}

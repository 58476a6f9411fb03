import { readFileSync } from 'node:fs';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { fileError } from '../../project/atomic-file';
import type { OpenConnection } from '../connector';

/** The usual authorities and one more from a PEM file of the connection. Throws FILE_NOT_FOUND. */
export function readAuthority(connection: OpenConnection, file: string): string[] {
  try {
    return [...rootCertificates, readFileSync(path.resolve(connection.projectFolder, file), 'utf8')];
  } catch (error) {
    throw fileError(error, file);
  }
}

import { CancelledError, MillraceError } from '../../../shared/errors';
import { redactText } from '../../../shared/sql/redact';
import type { OpenConnection } from '../connector';
import { networkError } from '../objects/network-error';
import { azureAddress, azureOptions } from './azure-options';

/** What was asked for when it failed; `action` in words. */
export interface AzureRequest {
  connection: OpenConnection;
  action: string;
  bucket?: string;
  key?: string;
}

/**
 * An error of the SDK as what is wrong and what to do. Codes:
 * https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
 */
export function azureError(error: unknown, request: AzureRequest): MillraceError {
  if (error instanceof MillraceError) return error;
  if (error instanceof Error && error.name === 'AbortError') return new CancelledError();
  const { connection } = request;
  const options = azureOptions(connection);
  return (
    serviceError(error, request) ??
    networkError(error, { connection: connection.name, ...azureAddress(options) }) ??
    new MillraceError({
      code: 'CONNECTION_FAILED',
      message: `${options.endpoint.host}: ${redactText(error instanceof Error ? error.message : String(error))}`,
      hint: 'Test the connection: it says which step fails.',
    })
  );
}

export function azureFault(error: unknown): { code: string; status: number | undefined } {
  const { code, statusCode } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const status = typeof statusCode === 'number' ? statusCode : undefined;
  return { code: status === undefined ? '' : String(code ?? ''), status };
}

/** Whether the key itself is refused, before rights are looked at; the emulator says it in words alone. */
export function isLoginFault(error: unknown): boolean {
  const { code, status } = azureFault(error);
  if (code === 'AuthenticationFailed' || code === 'InvalidAuthenticationInfo') return true;
  return status === 403 && error instanceof Error && /failed to authenticate/i.test(error.message);
}

function serviceError(error: unknown, { connection, action, bucket, key }: AzureRequest): MillraceError | undefined {
  const { code, status } = azureFault(error);
  if (status === undefined) return undefined;
  const { name } = connection;
  const what = key ? `${bucket}/${key}` : bucket ? `the container ${bucket}` : 'the list of containers';
  const failure = (as: MillraceError['code'], message: string, hint: string) =>
    new MillraceError({ code: as, message, hint, cause: `${status} ${code}` });
  if (isLoginFault(error)) {
    return failure(
      'ACCESS_DENIED',
      `The server does not take the key of ${name}: it belongs to another account, has expired, or this clock is wrong.`,
      'Enter the key or signature again; the page "Access keys" of the account shows it.',
    );
  }
  if (code === 'ContainerNotFound' || (status === 404 && !key)) {
    return failure(
      'NOT_FOUND',
      `There is no container ${bucket}.`,
      'It may have been deleted; open the connection to see its containers.',
    );
  }
  if (status === 404) {
    return failure('NOT_FOUND', `There is no object ${what}.`, 'It may have been deleted or moved. Refresh the list.');
  }
  if (status === 412)
    return failure('FILE_CHANGED', `${what} was changed meanwhile.`, 'Start again to get it as it is now.');
  if (status === 401 || status === 403 || code === 'PublicAccessNotPermitted') {
    return failure(
      'ACCESS_DENIED',
      `The key of ${name} may not ${action} ${what}.`,
      'Ask for the right, or for a signature (SAS) that has it.',
    );
  }
  if (status >= 500) {
    return failure(
      'CONNECTION_LOST',
      `The server has trouble of its own (${status} ${code}).`,
      'Try again in a while.',
    );
  }
  return undefined;
}

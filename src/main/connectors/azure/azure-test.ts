import type { TestStep } from '../../../shared/connections';
import { errorShape } from '../../../shared/errors';
import type { OpenConnection } from '../connector';
import { boundPlace, formatObjectPath } from '../objects/object-path';
import { storeSteps } from '../objects/route-steps';
import { type AzureAccess, openAzure } from './azure-client';
import { azureError, azureFault, isLoginFault } from './azure-errors';
import { azureAddress } from './azure-options';

/** The steps of a test of a storage account; see `Connector.test`. */
export async function* testAzure(connection: OpenConnection, signal: AbortSignal): AsyncIterable<TestStep> {
  let access: AzureAccess;
  try {
    access = openAzure(connection);
  } catch (error) {
    const shape = errorShape(error);
    yield { step: 'name', state: 'failed', message: shape.message, milliseconds: 0, error: shape };
    return;
  }
  const route = { connection: connection.name, ...azureAddress(access.options), authority: () => undefined };
  const tries = {
    login: () => tryLogin(connection, access, signal),
    right: () => tryRights(connection, access, signal),
  };
  yield* storeSteps(route, tries, signal);
}

/** A refusal for rights is a login that worked. */
async function tryLogin(connection: OpenConnection, access: AzureAccess, signal: AbortSignal): Promise<string> {
  try {
    await firstOf(access.service.listContainers({ abortSignal: signal }));
  } catch (error) {
    const isRefused = azureFault(error).status === 403 && !isLoginFault(error);
    if (!isRefused && access.options.login.kind !== 'anonymous')
      throw azureError(error, { connection, action: 'list' });
  }
  return access.options.login.kind === 'anonymous'
    ? 'Without a key.'
    : `The account ${access.options.account} knows the key.`;
}

async function tryRights(connection: OpenConnection, access: AzureAccess, signal: AbortSignal): Promise<string> {
  const { bucket, key } = boundPlace(connection);
  try {
    if (bucket === '') {
      await firstOf(access.service.listContainers({ abortSignal: signal }));
      return 'May list containers.';
    }
    await firstOf(access.service.getContainerClient(bucket).listBlobsFlat({ prefix: key, abortSignal: signal }));
    return `May list ${formatObjectPath({ bucket, key })}.`;
  } catch (error) {
    throw azureError(error, { connection, action: 'list', ...(bucket === '' ? {} : { bucket }) });
  }
}

async function firstOf(items: { byPage(o: { maxPageSize: number }): AsyncIterableIterator<unknown> }): Promise<void> {
  await items.byPage({ maxPageSize: 1 }).next();
}

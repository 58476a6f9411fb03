import {
  AnonymousCredential,
  BlobServiceClient,
  newPipeline,
  type Pipeline,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import type { OpenConnection } from '../connector';
import { type AzureOptions, azureOptions, trimmed } from './azure-options';

export interface AzureAccess {
  service: BlobServiceClient;
  options: AzureOptions;
}

/** A client of a connection. Throws what its options throw. */
export function openAzure(connection: OpenConnection): AzureAccess {
  const options = azureOptions(connection);
  const query = options.login.kind === 'sas' ? `?${options.login.sas}` : '';
  return { service: new BlobServiceClient(`${trimmed(options.endpoint)}${query}`, pipelineOf(options)), options };
}

function pipelineOf({ login, account }: AzureOptions): Pipeline {
  const credential =
    login.kind === 'key' ? new StorageSharedKeyCredential(account, login.key) : new AnonymousCredential();
  return newPipeline(credential, { retryOptions: { maxTries: 3, maxRetryDelayInMs: 2_000 } });
}

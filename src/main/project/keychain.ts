import { MillraceError } from '../../shared/errors';

/** Under which all entries stand in the keychain of the system. */
const SERVICE = 'millrace';

/** An unlock dialog may stand open for as long as the user needs; a service that hangs must not hold us for ever. */
const PATIENCE_MILLISECONDS = 120_000;

/** Entries that a keychain could not make do with less: Windows keeps 2,560 bytes. */
const MAXIMUM_BYTES = 2_500;

/** The text kept under the name, undefined where there is none. Throws KEYCHAIN_UNAVAILABLE. */
export async function readKeychain(name: string): Promise<string | undefined> {
  const text = await guarded(async (signal) => (await entry(name)).getPassword(signal));
  return text ?? undefined;
}

/** Keeps a text under the name, in the place of what was there. Throws KEYCHAIN_UNAVAILABLE, LIMIT_EXCEEDED. */
export async function writeKeychain(name: string, text: string): Promise<void> {
  if (Buffer.byteLength(text) > MAXIMUM_BYTES) {
    throw new MillraceError({
      code: 'LIMIT_EXCEEDED',
      message: `The secret "${name}" is longer than a keychain holds.`,
      hint: `Keep it in the environment and write \${NAME}, or name a file that holds it.`,
    });
  }
  await guarded(async (signal) => (await entry(name)).setPassword(text, signal));
}

/** Forgets what is kept under the name; harmless where nothing is. Throws KEYCHAIN_UNAVAILABLE. */
export async function removeFromKeychain(name: string): Promise<void> {
  await guarded(async (signal) => {
    const one = await entry(name);
    if ((await one.getPassword(signal)) !== null) await one.deleteCredential(signal);
  });
}

/** On Linux the secret service alone: the kernel's keyring, the other choice, forgets all at logout. */
async function entry(name: string) {
  const { AsyncEntry } = await import('@napi-rs/keyring');
  return new AsyncEntry(SERVICE, name, { linux: { store: 'secret-service' } });
}

const BY_ENVIRONMENT = `write \${NAME} in the connection to take the secret from the environment.`;

async function guarded<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  try {
    return await work(AbortSignal.timeout(PATIENCE_MILLISECONDS));
  } catch (error) {
    throw new MillraceError({
      code: 'KEYCHAIN_UNAVAILABLE',
      message: `The keychain of the system does not answer: ${error instanceof Error ? firstLine(error.message) : String(error)}`,
      hint:
        process.platform === 'linux'
          ? `Start a secret service (GNOME Keyring, KWallet, KeePassXC) in this session, or ${BY_ENVIRONMENT}`
          : `Unlock the keychain, or ${BY_ENVIRONMENT}`,
      cause: error,
    });
  }
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

/** Where a secret is kept: `${NAME}` in the environment, `keychain:NAME` in the keychain of the system. */
export interface SecretReference {
  kind: 'environment' | 'keychain';
  name: string;
}

const ENVIRONMENT = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;
const INSIDE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;
const KEYCHAIN = /^keychain:(\S.*)$/;

/** A value of millrace.yaml as the reference it is; undefined for any other text. */
export function parseReference(text: string): SecretReference | undefined {
  const environment = ENVIRONMENT.exec(text)?.[1];
  if (environment !== undefined) return { kind: 'environment', name: environment };
  const keychain = KEYCHAIN.exec(text)?.[1];
  return keychain === undefined ? undefined : { kind: 'keychain', name: keychain.trim() };
}

/** `keychain:NAME` or `${NAME}`, as millrace.yaml writes it. */
export function formatReference({ kind, name }: SecretReference): string {
  return kind === 'environment' ? `\${${name}}` : `keychain:${name}`;
}

/** The environment names inside of a text such as `Bearer ${TOKEN}`. */
export function environmentNames(text: string): string[] {
  return [...text.matchAll(INSIDE)].map((match) => match[1] ?? '');
}

/** The text with each `${NAME}` in it replaced. */
export function fillEnvironment(text: string, read: (name: string) => string): string {
  return text.replace(INSIDE, (_whole, name: string) => read(name));
}

const SECRET_NAME =
  /(?:^|[_.-])(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|credentials?|authorization|cookie|signature|sas|sig)$|(?:Secret|Token|Password|ApiKey)$/i;

/** Whether what stands under this name (of a header, a parameter, an option) is a secret, as far as the name tells. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

import packageJson from '../../../package.json' with { type: 'json' };

/** The version of this application, as its package says; an owner of another version is not attached to. */
export function applicationVersion(): string {
  return packageJson.version;
}

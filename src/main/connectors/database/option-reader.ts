import { homedir } from 'node:os';
import path from 'node:path';
import { MillraceError } from '../../../shared/errors';
import type { OpenConnection } from '../connector';

/** Reads a connection's options by name, and says which is wrong. Empty ones count as not set. */
export class OptionReader {
  constructor(private readonly connection: Pick<OpenConnection, 'name' | 'options' | 'projectFolder'>) {}

  text(name: string): string | undefined {
    const value = this.connection.options[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'object') throw this.wrong(name, 'is a text');
    return String(value);
  }

  /** A whole number of 0 or more. */
  number(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (!/^\d{1,9}$/.test(text)) throw this.wrong(name, 'is a whole number');
    return Number(text);
  }

  /** An absolute path; `~/` is the user's folder, a relative one is below the project. */
  file(name: string): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (text.startsWith('~/')) return path.join(homedir(), text.slice(2));
    return path.resolve(this.connection.projectFolder, text);
  }

  choice<T extends string>(name: string, values: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = values.find((value) => value === text);
    if (found === undefined) throw this.wrong(name, `is one of ${values.join(', ')}`);
    return found;
  }

  /** The error for an option that cannot be used. */
  wrong(name: string, rule: string): MillraceError {
    return new MillraceError({
      code: 'PROJECT_INVALID',
      message: `The option \`${name}\` of the connection "${this.connection.name}" cannot be used.`,
      hint: `It ${rule}: change it under \`connections: ${this.connection.name}:\` in millrace.yaml.`,
    });
  }
}

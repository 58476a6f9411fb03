/** An identifier for generated SQL, always in double quotes, so that any name is safe. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string literal for generated SQL. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

const PLAIN = /^[a-z_][a-z0-9_]*$/;

/** An identifier as a person would write it: bare where that is safe, else quoted. `reserved` holds lower-case words. */
export function displayIdentifier(name: string, reserved: ReadonlySet<string>): string {
  return PLAIN.test(name) && !reserved.has(name) ? name : quoteIdentifier(name);
}

import { shell } from 'electron';

/** The pages that the help links to. Nothing else is ever opened, so no text in a file or a result can send a user away. */
const ALLOWED_HOSTS = new Set(['duckdb.org', 'www.duckdb.org', 'ducklake.select', 'github.com']);

/** Opens an https page of an allowed host in the user's browser; anything else is refused. */
export async function openExternalLink(address: string): Promise<void> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const allowed = url?.protocol === 'https:' && url.port === '' && !url.username && ALLOWED_HOSTS.has(url.hostname);
  if (!url || !allowed) throw new Error('This address is not one of the pages that Millrace links to.');
  await shell.openExternal(url.href);
}

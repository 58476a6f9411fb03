import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { Handler } from 'hono';
import { CONTENT_SECURITY_POLICY } from '../../shared/content-security-policy';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
};

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Serves the built renderer from `folder`; any path outside of it, by dots or by links, is not found. */
export function staticFiles(folder: string): Handler {
  return async (c) => {
    const file = await resolveFile(folder, c.req.path);
    if (!file) return c.text('Not found', 404);
    const body = await readFile(file);
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    const cache = file.includes(`${sep}assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache';
    return new Response(body, { headers: { ...HEADERS, 'content-type': type, 'cache-control': cache } });
  };
}

async function resolveFile(folder: string, urlPath: string): Promise<string | undefined> {
  try {
    const root = await realpath(folder);
    const path = decodeURIComponent(urlPath);
    const file = await realpath(join(root, path === '/' ? 'index.html' : path));
    return file.startsWith(root + sep) && (await stat(file)).isFile() ? file : undefined;
  } catch {
    // A path that cannot be decoded or does not exist is simply not there.
    return undefined;
  }
}

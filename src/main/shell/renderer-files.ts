import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { CONTENT_SECURITY_POLICY } from '../../shared/content-security-policy';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
};

/** Sent with every answer of the scheme. */
export const SECURITY_HEADERS: Record<string, string> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * Answers a GET for one of the built renderer's files under `root`. A path without an extension is a page of the app and
 * gets index.html; a path that leads outside, by dots or by links, is not found.
 */
export async function rendererFile(root: string, urlPath: string): Promise<Response> {
  const file = await resolveFile(root, urlPath);
  if (file === undefined) return new Response('Not found', { status: 404, headers: SECURITY_HEADERS });
  const immutable = path.relative(root, file.path).startsWith(`assets${path.sep}`);
  return new Response(Readable.toWeb(createReadStream(file.path)) as ReadableStream<Uint8Array>, {
    headers: {
      ...SECURITY_HEADERS,
      'content-type': TYPES[path.extname(file.path)] ?? 'application/octet-stream',
      'content-length': String(file.bytes),
      'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  });
}

async function resolveFile(root: string, urlPath: string): Promise<{ path: string; bytes: number } | undefined> {
  try {
    const wanted = decodeURIComponent(urlPath);
    const page = path.posix.extname(wanted) === '';
    const file = await realpath(path.join(root, page ? 'index.html' : wanted));
    if (!file.startsWith((await realpath(root)) + path.sep)) return undefined;
    const facts = await stat(file);
    return facts.isFile() ? { path: file, bytes: facts.size } : undefined;
  } catch {
    return undefined; // a path that cannot be decoded or does not exist is simply not there
  }
}

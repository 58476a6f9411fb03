import { z } from 'zod';
import { errorShape } from '../../../shared/errors';
import { CONTRACT_RULES, type IngestEvent, type IngestRequest } from '../../../shared/ingest';
import { type IngestServices, planIngest, runIngest } from './ingest';

const rule = z.enum(CONTRACT_RULES);
const name = z.string().min(1).max(1_000);

/** The boundary's check of a request that came from another process or a window. */
export const ingestRequestSchema = z
  .object({
    source: z.string().min(1).max(10_000),
    into: name,
    mode: z.enum(['append', 'replace', 'merge']).optional(),
    key: z.array(name).max(100).optional(),
    cursor: name.optional(),
    contract: z.object({ tables: rule, columns: rule, types: rule }).partial().optional(),
    types: z.record(z.string(), name).optional(),
  })
  .transform((request) => request as IngestRequest);

/** What `POST /api/ingest` takes. */
export const ingestBodySchema = z.object({ request: ingestRequestSchema, dryRun: z.boolean().optional() });

/**
 * An ingest for another process: its events as lines of JSON, the last of which is `end` or `error`; a stream without
 * either broke off. Leaving it cancels the ingest.
 */
export async function* streamIngest(
  services: IngestServices,
  body: z.infer<typeof ingestBodySchema>,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const leaving = new AbortController();
  const either = AbortSignal.any([signal, leaving.signal]);
  try {
    const events = body.dryRun
      ? planEvents(services, body.request)
      : runIngest(services, body.request, { signal: either });
    for await (const event of events) yield line(event);
    yield line({ type: 'end' });
  } catch (error) {
    yield line({ type: 'error', error: errorShape(error) });
  } finally {
    leaving.abort();
  }
}

async function* planEvents(services: IngestServices, request: IngestRequest): AsyncIterable<IngestEvent> {
  for (const plan of await planIngest(services, request)) yield { type: 'plan', plan };
}

function line(event: IngestEvent): Uint8Array {
  return Buffer.from(`${JSON.stringify(event)}\n`);
}

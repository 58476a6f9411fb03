import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import { type ErrorShape, MillraceError } from '../../shared/errors';
import type { AppRouter } from '../server/app-router';
import { SharedBackend } from '../server/shared-backend';
import { findWorkFolder } from './project-folder';

export type ProjectCalls = ReturnType<typeof createTRPCClient<AppRouter>>;

/**
 * Runs `work` with the calls of a project, in this process or in the one that has it open. Throws PROJECT_INVALID where
 * the folder is no project, and what the calls throw as they threw it.
 */
export async function withProject<T>(
  options: { project?: string; trust?: boolean },
  work: (calls: ProjectCalls) => Promise<T>,
): Promise<T> {
  const { folder, isProject } = await findWorkFolder(options.project);
  if (!isProject) {
    throw new MillraceError({
      code: 'PROJECT_INVALID',
      message: `${folder} is no project, so it has no connections.`,
      hint: 'Make one with `millrace new NAME`, or name one with --project.',
    });
  }
  const trust = options.trust ? { trust: true } : {};
  const backend = await SharedBackend.open({ folder, door: 'browser', ...trust });
  const link = httpLink({
    url: 'http://millrace/api/trpc',
    fetch: (input, init) => backend.fetch(new Request(input as string | URL, init as RequestInit)),
  });
  try {
    return await work(createTRPCClient<AppRouter>({ links: [link] }));
  } catch (error) {
    throw ownError(error);
  } finally {
    await backend.stop();
  }
}

/** The error as the backend threw it. */
export function ownError(error: unknown): unknown {
  if (!(error instanceof TRPCClientError)) return error;
  const shape = (error.data as { error?: ErrorShape } | undefined)?.error;
  return shape ? new MillraceError(shape) : error;
}

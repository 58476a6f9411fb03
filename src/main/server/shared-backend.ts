import { MillraceError } from '../../shared/errors';
import { forward } from '../project/forward';
import { isTrusted } from '../project/trust';
import { createApp } from './app';
import { errorResponse } from './error-response';
import { type Owned, type OwnOptions, ownProject } from './own-project';
import type { ProjectHost } from './project-host';

type Fetch = (request: Request) => Response | Promise<Response>;

/**
 * The API of a project, whichever process owns it: the own backend, or the one that was there first, to which requests
 * are passed on. When that one ends, this process becomes the owner.
 */
export class SharedBackend {
  private app: Fetch | undefined;
  private takingOver: Promise<void> | undefined;
  private stopped = false;

  private constructor(
    private readonly options: OwnOptions,
    private owned: Owned,
  ) {
    this.take(owned);
  }

  /** Throws PROJECT_LOCKED where a process has the project that nobody can work through, and VERSION_MISMATCH. */
  static async open(options: OwnOptions): Promise<SharedBackend> {
    const owned = await ownProject(options);
    if (owned.state === 'attached' && options.trust && !(await isTrusted(options.folder)))
      await askForTrust(owned.socket);
    return new SharedBackend(options, owned);
  }

  /** The open project; undefined while another process owns it. */
  get host(): ProjectHost | undefined {
    return this.owned.state === 'owner' ? this.owned.host : undefined;
  }

  async fetch(request: Request): Promise<Response> {
    if (this.app) return this.app(request);
    try {
      return await forward(request, this.owned.socket);
    } catch (error) {
      return this.ownerIsGone(request, error);
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.takingOver?.catch(() => undefined); // Told to those who asked meanwhile.
    if (this.owned.state === 'owner') await this.owned.stop();
  }

  private take(owned: Owned): void {
    this.owned = owned;
    this.app = owned.state === 'owner' ? createApp(owned.host).fetch : undefined;
  }

  /** Answers once somebody owns the project again; a request whose body was sent already has to be made anew. */
  private async ownerIsGone(request: Request, error: unknown): Promise<Response> {
    const { code } = error as NodeJS.ErrnoException;
    try {
      if ((code === 'ECONNREFUSED' || code === 'ENOENT') && !this.stopped) {
        await this.takeOver();
        if (request.body === null && this.app) return await this.app(request);
      }
      return errorResponse(lost(error));
    } catch (failure) {
      return errorResponse(failure);
    }
  }

  private takeOver(): Promise<void> {
    this.takingOver ??= ownProject(this.options)
      .then((owned) => this.take(owned))
      .finally(() => {
        this.takingOver = undefined;
      });
    return this.takingOver;
  }
}

/** The owner opens its engine anew without the restrictions. */
async function askForTrust(socket: string): Promise<void> {
  const request = new Request('http://millrace/api/trpc/project.trust', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  const answer = await forward(request, socket);
  const body = await answer.text();
  if (!answer.ok) throw new MillraceError({ code: 'INTERNAL', message: `The folder could not be trusted: ${body}` });
}

function lost(cause: unknown): MillraceError {
  return new MillraceError({
    code: 'ENGINE_LOST',
    message: 'The process that had the project open has ended.',
    hint: 'What you typed is safe. Run the query again in a moment.',
    cause,
  });
}

import type { DatabaseInfo } from '../../shared/catalog';
import type { ErrorShape } from '../../shared/errors';
import { errorShape, MillraceError } from '../../shared/errors';
import type { ProjectInfo } from '../../shared/project';
import { readCatalog, tableDdl } from '../engine/catalog';
import { Project } from '../project/project';
import { trustFolder } from '../project/trust';
import { EventHub } from './event-hub';
import { openServices, type Services } from './services';

export interface ProjectHostOptions {
  folder: string;
  door: 'desktop' | 'browser';
  /** Trusts the folder on this machine first. */
  trust?: boolean;
}

/**
 * One open project with everything that serves it. What a window is told goes through `events`; what it asks goes
 * through `services`, which are opened anew when the folder becomes trusted.
 */
export class ProjectHost {
  readonly events = new EventHub();
  private current: Services | undefined;
  private statusTimer: NodeJS.Timeout | undefined;

  private constructor(private readonly options: ProjectHostOptions) {}

  /** Opens the project and its engine. Throws PROJECT_LOCKED where another process owns it. */
  static async open(options: ProjectHostOptions): Promise<ProjectHost> {
    const host = new ProjectHost(options);
    host.current = await host.openServices();
    host.statusTimer = setInterval(() => void host.publishStatus(), 2_000).unref();
    return host;
  }

  get folder(): string {
    return this.options.folder;
  }

  get services(): Services {
    if (this.current) return this.current;
    throw new MillraceError({
      code: 'ENGINE_LOST',
      message: 'The engine is being opened anew.',
      hint: 'Try again in a moment.',
    });
  }

  info(): Promise<ProjectInfo> {
    return this.services.project.info();
  }

  /** The engine's databases as the tree shows them; connections are unfolded by calls of their own. */
  async catalog(): Promise<DatabaseInfo[]> {
    const remote = new Set(this.services.connections.list().map((info) => info.alias));
    const connection = await this.services.engine.connectEarly();
    try {
      return await readCatalog(connection, remote);
    } finally {
      connection.close();
    }
  }

  async tableDdl(table: { database: string; schema: string; name: string }): Promise<string> {
    return this.services.reading((connection) => tableDdl(connection, table));
  }

  /** Trusts the folder on this machine and opens the engine again without the restrictions. */
  async trust(): Promise<ProjectInfo> {
    await trustFolder(this.folder);
    await this.reopen();
    this.events.publish({ type: 'project' });
    return this.info();
  }

  async reopen(): Promise<void> {
    const before = this.services;
    this.current = undefined;
    await before.close();
    this.current = await this.openServices();
    this.events.publish({ type: 'engine', state: 'reopened' });
  }

  async close(): Promise<void> {
    clearInterval(this.statusTimer);
    await this.current?.close();
    this.current = undefined;
  }

  private async openServices(): Promise<Services> {
    const { folder, door, trust } = this.options;
    const project = await Project.open(folder, { door, tolerant: true, ...(trust ? { trust } : {}) });
    return openServices(project, (event) => this.events.publish(event));
  }

  private async publishStatus(): Promise<void> {
    try {
      if (this.current) this.events.publish({ type: 'status', status: await this.current.engine.status() });
    } catch (error) {
      const shape: ErrorShape = errorShape(error);
      if (this.current) this.events.publish({ type: 'engine', state: 'lost', error: shape });
    }
  }
}

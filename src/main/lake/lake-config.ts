import path from 'node:path';
import { z } from 'zod';
import { MillraceError } from '../../shared/errors';

/** Where the lake lies. */
export type LakePlace =
  | {
      kind: 'folder';
      /** As millrace.yaml says it. */
      location: string;
      /** Absolute. */
      folder: string;
    }
  | {
      kind: 'team';
      /** The PostgreSQL connection that holds the catalog. */
      catalog: string;
      /** `s3://…`, ending in a slash. */
      data: string;
    };

const lakeSchema = z.union([
  z.strictObject({ location: z.string().trim().min(1) }),
  z.strictObject({
    catalog: z.string().trim().min(1),
    data: z.string().regex(/^[a-z][a-z0-9]*:\/\/\S+$|^\//i, 'must be an address such as s3://bucket/lake/'),
  }),
]);

const DEFAULT_LOCATION = 'lake';

/** Reads `lake:` of millrace.yaml; nothing there is the folder `lake`. Throws PROJECT_INVALID. */
export function lakePlace(config: unknown, projectFolder: string): LakePlace {
  const written = config ?? { location: DEFAULT_LOCATION };
  const read = lakeSchema.safeParse(typeof written === 'string' ? { location: written } : written);
  if (!read.success) {
    throw new MillraceError({
      code: 'PROJECT_INVALID',
      message: 'millrace.yaml: `lake` is neither a folder nor a team lake.',
      hint: 'Write `lake: { location: lake/ }`, or `lake: { catalog: CONNECTION, data: s3://bucket/path/ }`.',
      at: { file: 'millrace.yaml' },
    });
  }
  if ('location' in read.data) {
    const { location } = read.data;
    return { kind: 'folder', location, folder: path.resolve(projectFolder, location) };
  }
  const { catalog, data } = read.data;
  return { kind: 'team', catalog, data: data.endsWith('/') ? data : `${data}/` };
}

/** The catalog of a lake in a folder. */
export function catalogFile(folder: string): string {
  return path.join(folder, 'catalog.ducklake');
}

/** The data files of a lake in a folder; DuckLake wants the slash. */
export function dataFolder(folder: string): string {
  return `${path.join(folder, 'data').split(path.sep).join('/')}/`;
}

import { MillraceError } from '../../../shared/errors';
import type { FileDescription, FileReference } from '../../../shared/files';
import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import type { DatabaseFiles, DatabaseFormat } from './database-files';
import type { FileTarget } from './file-target';
import type { ProjectPlaces } from './project-places';
import { type ProjectRelations, splitPart } from './project-relations';

/** Describes tables of database files, which are attached while they are looked at. */
export class DatabaseTables {
  constructor(
    private readonly places: ProjectPlaces,
    private readonly databases: DatabaseFiles,
    private readonly relations: ProjectRelations,
  ) {}

  /** Throws NOT_FOUND with the tables that the file has, FILE_LOCKED, FILE_CORRUPT. */
  async describe(target: FileTarget, reference: FileReference): Promise<FileDescription> {
    const relation = await this.relation(target, reference);
    const { schema, name } = splitPart(reference.part ?? '');
    const parts = await this.databases.parts(target.absolute, target.format as DatabaseFormat);
    const part = parts.find((one) => one.part === `${schema}.${name}`);
    if (!part) {
      throw new MillraceError({
        code: 'NOT_FOUND',
        message: `The file has no table ${reference.part ?? ''}.`,
        hint: `It has: ${parts.map((one) => one.part).join(', ') || 'no tables'}.`,
        at: { file: target.absolute },
      });
    }
    const shown = quoteLiteral(this.places.shown(target.absolute));
    const spelledOut =
      target.format === 'sqlite'
        ? `sqlite_scan(${shown}, ${quoteLiteral(name)})`
        : `read_duckdb(${shown}, schema_name=${quoteLiteral(schema)}, table_name=${quoteLiteral(name)})`;
    return {
      reference,
      format: target.format,
      columns: part.columns ?? [],
      ...(part.rowCount === undefined ? {} : { rowCount: part.rowCount }),
      relation,
      spelledOut: part.kind === 'view' ? relation : spelledOut,
      options: {},
      detected: {},
      questions: [],
    };
  }

  /** The table under the alias of its file, which is attached now. */
  async relation(target: FileTarget, reference: FileReference): Promise<string> {
    await this.relations.nameDatabases();
    const alias = await this.databases.use(target.absolute, target.format as DatabaseFormat);
    const { schema, name } = splitPart(reference.part ?? '');
    return [alias, schema, name].map(plainOrQuoted).join('.');
  }
}

function plainOrQuoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !QUOTED_WORDS.has(name) ? name : quoteIdentifier(name);
}

/** Words that DuckDB reserves and that tables are called. */
const QUOTED_WORDS = new Set(
  `all analyse analyze and any array as asc both case cast check collate column constraint create default deferrable desc
  describe distinct do else end except false fetch for foreign from grant group having in initially intersect into lambda
  lateral leading limit not null offset on only or order pivot placing primary qualify references returning select show
  some summarize symmetric table then to trailing true union unique unpivot using variadic when where window with`.split(
    /\s+/,
  ),
);

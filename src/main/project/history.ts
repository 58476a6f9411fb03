import { MillraceError } from '../../shared/errors';
import type { HistoryEntry } from '../../shared/project';
import { redactSql, redactText } from '../../shared/sql/redact';
import { KeyedQueue } from './keyed-queue';
import { migrate } from './state-schema';

/** What the history needs of a connection of the engine that has the database `millrace` attached. */
export interface HistoryConnection {
  run(sql: string, parameters?: Record<string, string | number | null>): Promise<void>;
  /** Rows as JSON-safe values: BIGINT as text. */
  rows<T>(sql: string, parameters?: Record<string, string | number | null>): Promise<T[]>;
}

export interface HistorySearch {
  /** Words that all stand in the SQL or the worksheet's name, in any case and order. */
  text?: string;
  /** Up to 500; 100 unless said. */
  limit?: number;
  /** Only entries older than this id: the last one of the page before. */
  before?: number;
}

const KEPT_ENTRIES = 100_000;
const MAX_SQL = 200_000;

const MIGRATIONS = [
  `create table millrace.main.queries (
     id bigint primary key,
     started_at timestamptz not null,
     worksheet varchar not null,
     sql varchar not null,
     milliseconds double not null,
     row_count bigint,
     state varchar not null check (state in ('done', 'failed', 'cancelled', 'cut')),
     error varchar
   )`,
];

/** Every query the user ran, in the table `millrace.main.queries`, which is there to be queried too. */
export class QueryHistory {
  private readonly connection: HistoryConnection;
  private readonly queue = new KeyedQueue();
  private lastId: number;

  private constructor(connection: HistoryConnection, lastId: number) {
    this.connection = connection;
    this.lastId = lastId;
  }

  /** Takes a connection of its own. Makes or migrates the table and drops what is older than the last 100,000 entries. */
  static async open(connection: HistoryConnection): Promise<QueryHistory> {
    await migrate(connection, 'queries', MIGRATIONS);
    const [last] = await connection.rows<{ id: string | null }>(
      'select max(id)::varchar as id from millrace.main.queries',
    );
    const lastId = Number(last?.id ?? 0);
    if (lastId > KEPT_ENTRIES) {
      await connection.run('delete from millrace.main.queries where id <= $id::bigint', { id: lastId - KEPT_ENTRIES });
    }
    return new QueryHistory(connection, lastId);
  }

  /** Keeps a query, with its secrets taken out. Gives the entry as kept. */
  add(entry: Omit<HistoryEntry, 'id'>): Promise<HistoryEntry> {
    return this.queue.run('connection', async () => {
      const kept: HistoryEntry = {
        ...entry,
        id: this.lastId + 1,
        sql: redactSql(entry.sql).slice(0, MAX_SQL),
        error: entry.error === null ? null : redactText(entry.error),
      };
      await this.connection.run(
        `insert into millrace.main.queries values ($id::bigint, to_timestamp($at::double / 1000), $worksheet::varchar,
           $sql::varchar, $milliseconds::double, $rows::bigint, $state::varchar, $error::varchar)`,
        { ...kept },
      );
      this.lastId = kept.id;
      return kept;
    });
  }

  /** Entries that match, the newest first. */
  search(query: HistorySearch = {}): Promise<HistoryEntry[]> {
    const limit = query.limit ?? 100;
    if (!Number.isInteger(limit) || limit < 1 || limit > 500) {
      throw new MillraceError({ code: 'BAD_REQUEST', message: 'The limit must be between 1 and 500.' });
    }
    const words = (query.text ?? '').toLowerCase().split(/\s+/).filter(Boolean).slice(0, 20);
    const conditions = words.map((_word, index) => `contains(lower(worksheet || ' ' || sql), $word${index}::varchar)`);
    const parameters: Record<string, string | number> = {};
    for (const [index, word] of words.entries()) parameters[`word${index}`] = word;
    if (query.before !== undefined) {
      conditions.push('id < $before::bigint');
      parameters.before = query.before;
    }
    const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
    return this.queue.run('connection', async () => {
      const rows = await this.connection.rows<HistoryRow>(
        `select id::varchar as id, epoch_ms(started_at)::varchar as "at", worksheet, sql, milliseconds, row_count::varchar as "rows",
           state, error from millrace.main.queries ${where} order by queries.id desc limit ${limit}`,
        parameters,
      );
      return rows.map(toEntry);
    });
  }

  /** Forgets everything. */
  clear(): Promise<void> {
    return this.queue.run('connection', () => this.connection.run('delete from millrace.main.queries'));
  }
}

interface HistoryRow {
  id: string;
  at: string;
  worksheet: string;
  sql: string;
  milliseconds: number;
  rows: string | null;
  state: HistoryEntry['state'];
  error: string | null;
}

function toEntry(row: HistoryRow): HistoryEntry {
  return { ...row, id: Number(row.id), at: Number(row.at), rows: row.rows === null ? null : Number(row.rows) };
}

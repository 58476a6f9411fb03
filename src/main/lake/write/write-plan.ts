import { MillraceError } from '../../../shared/errors';
import type { CreateTableRequest, LakeTableName, PlannedColumn } from '../../../shared/lake';
import { quoteIdentifier } from '../../../shared/sql/quote';
import { lakeTable, shownTable } from '../lake-names';
import { canWiden, isLossless, lakeTypeOf } from '../lake-types';
import { checkPartition, partitionNotes, partitionSql } from './partition-sql';
import { columnNamed, type ShapeColumn, type TableShape } from './table-shape';
import type { ReadableSource } from './write-source';

/** How a source becomes rows of a table. */
export interface WritePlan {
  table: LakeTableName;
  exists: boolean;
  columns: PlannedColumn[];
  /** Statements that make the table fit, inside of the transaction. */
  shaping: string[];
  /** The table's rows go first. */
  empties: boolean;
  /** Rows are staged before the transaction: for merge, and where the source reads the table that it replaces. */
  key: string[] | undefined;
  latestBy: string | undefined;
  notes: string[];
}

/** Plans a write against the table as it stands. Throws CONTRACT_BROKEN, BAD_REQUEST. */
export function planWrite(
  request: CreateTableRequest,
  source: ReadableSource,
  shape: TableShape | undefined,
): WritePlan {
  const table = shape?.table ?? request.into;
  const plan: WritePlan = {
    table,
    exists: shape !== undefined,
    columns: [],
    shaping: [],
    empties: shape !== undefined && request.mode === 'replace',
    key: request.mode === 'merge' ? keyOf(request, source.columns) : undefined,
    latestBy: request.mode === 'merge' ? latestOf(request, source.columns) : undefined,
    notes: [],
  };
  if (!shape) planNewTable(plan, source, request);
  else if (plan.empties && !fits(source, shape)) planOtherShape(plan, source, request, shape);
  else planExisting(plan, source, shape, request.evolve === true);
  for (const column of plan.columns) {
    if (column.note) plan.notes.push(`${column.name}: ${column.sourceType} becomes ${column.type} (${column.note}).`);
  }
  return plan;
}

function planNewTable(plan: WritePlan, source: ReadableSource, request: CreateTableRequest): void {
  plan.columns = newColumns(source);
  const partition = request.partition ?? [];
  checkPartition(partition, plan.columns);
  plan.notes.push(...partitionNotes(partition));
  plan.shaping = [`CREATE SCHEMA IF NOT EXISTS lake.${quoteIdentifier(plan.table.schema)}`, createSql('CREATE', plan)];
  if (partition.length > 0) plan.shaping.push(partitionSql(plan.table, partition));
}

/** Another table takes the place: its history begins anew, which TRUNCATE avoids wherever the shape fits. */
function planOtherShape(plan: WritePlan, source: ReadableSource, request: CreateTableRequest, shape: TableShape): void {
  plan.columns = newColumns(source);
  plan.empties = false;
  const partition = request.partition ?? [];
  checkPartition(partition, plan.columns);
  plan.shaping = [createSql('CREATE OR REPLACE', plan)];
  if (partition.length > 0) plan.shaping.push(partitionSql(plan.table, partition));
  plan.notes.push(
    `The columns differ from those of ${shownTable(shape.table)}, so it is made anew: what reads its changes must be refreshed in full.`,
  );
  if (request.partition === undefined)
    plan.notes.push('A partitioning that the table has is lost unless it is given again.');
}

function newColumns(source: ReadableSource): PlannedColumn[] {
  return source.columns.map((column) => {
    const { type, note } = lakeTypeOf(column.type);
    return { name: column.name, sourceType: column.type, type, ...(note === undefined ? {} : { note }) };
  });
}

function createSql(verb: string, plan: WritePlan): string {
  const columns = plan.columns.map((column) => `${quoteIdentifier(column.name)} ${column.type}`);
  return `${verb} TABLE ${lakeTable(plan.table)} (${columns.join(', ')})`;
}

/** Whether the rows go into the table with no column lost, missing or narrowed. */
function fits(source: ReadableSource, shape: TableShape): boolean {
  return (
    source.columns.length === shape.columns.length &&
    source.columns.every((column) => {
      const target = columnNamed(shape.columns, column.name);
      return target !== undefined && isLossless(lakeTypeOf(column.type).type, target.type);
    })
  );
}

function planExisting(plan: WritePlan, source: ReadableSource, shape: TableShape, evolve: boolean): void {
  for (const column of source.columns) {
    const target = columnNamed(shape.columns, column.name);
    plan.columns.push(target ? kept(plan, column, target, evolve) : added(plan, column, evolve));
  }
  const missing = shape.columns.filter((column) => !columnNamed(source.columns, column.name));
  if (missing.length > 0 && plan.key === undefined) {
    plan.notes.push(`The source has no ${missing.map((column) => column.name).join(', ')}: NULL is written there.`);
  }
}

function kept(plan: WritePlan, column: ShapeColumn, target: ShapeColumn, evolve: boolean): PlannedColumn {
  const { type, note } = lakeTypeOf(column.type);
  const planned = { name: target.name, sourceType: column.type, ...(note === undefined ? {} : { note }) };
  if (isLossless(type, target.type)) return { ...planned, type: target.type };
  if (evolve && canWiden(target.type, type)) {
    plan.shaping.push(
      `ALTER TABLE ${lakeTable(plan.table)} ALTER COLUMN ${quoteIdentifier(target.name)} SET DATA TYPE ${type}`,
    );
    plan.notes.push(`${target.name} is widened from ${target.type} to ${type}.`);
    return { ...planned, type };
  }
  throw new MillraceError({
    code: 'CONTRACT_BROKEN',
    message: `Column "${target.name}" is ${column.type} in the source, and ${target.type} in ${shownTable(plan.table)}.`,
    hint: `Cast it in the SELECT (for example TRY_CAST(${target.name} AS ${target.type})), or change the table's column first.`,
  });
}

function added(plan: WritePlan, column: ShapeColumn, evolve: boolean): PlannedColumn {
  if (!evolve) {
    throw new MillraceError({
      code: 'CONTRACT_BROKEN',
      message: `${shownTable(plan.table)} has no column "${column.name}".`,
      hint: 'Let the table take new columns, add the column first, or leave it out of the SELECT.',
    });
  }
  const { type, note } = lakeTypeOf(column.type);
  plan.shaping.push(`ALTER TABLE ${lakeTable(plan.table)} ADD COLUMN ${quoteIdentifier(column.name)} ${type}`);
  return { name: column.name, sourceType: column.type, type, added: true, ...(note === undefined ? {} : { note }) };
}

function keyOf(request: CreateTableRequest, columns: ShapeColumn[]): string[] {
  const key = request.key ?? [];
  if (key.length === 0) throw bad('Merge needs a key.', 'Name the columns that tell rows apart.');
  return key.map((name) => {
    const column = columnNamed(columns, name);
    if (!column) throw bad(`The source has no column "${name}" for the key.`, 'Choose among its columns.');
    return column.name;
  });
}

function latestOf(request: CreateTableRequest, columns: ShapeColumn[]): string | undefined {
  if (request.latestBy === undefined) return undefined;
  const column = columnNamed(columns, request.latestBy);
  if (!column) throw bad(`The source has no column "${request.latestBy}".`, 'Choose among its columns.');
  return column.name;
}

function bad(message: string, hint: string): MillraceError {
  return new MillraceError({ code: 'BAD_REQUEST', message, hint });
}

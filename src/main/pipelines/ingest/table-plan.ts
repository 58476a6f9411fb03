import { MillraceError } from '../../../shared/errors';
import type { Contract, ContractRule } from '../../../shared/ingest';
import type { LakeTableName, WriteMode } from '../../../shared/lake';
import { quoteIdentifier } from '../../../shared/sql/quote';
import { lakeTable, shownTable } from '../../lake/lake-names';
import { canWiden, isLossless, lakeTypeOf } from '../../lake/lake-types';
import { columnNamed, type RowReader, type ShapeColumn, type TableShape } from '../../lake/write/table-shape';
import { commonType } from './common-type';
import type { MixedColumn } from './spooled-records';
import { valueFit } from './value-fit';

/** A part of the batch that the table is not to get. */
export interface Discard {
  column: string;
  rule: 'discard_value' | 'discard_row';
  reason: string;
  /** Over the batch's own columns. */
  condition: string;
  value: string;
}

interface TargetColumn {
  name: string;
  sourceType: string;
  type: string;
  /** Over the batch's own columns. */
  expression: string;
  note?: string;
}

/** How a batch becomes rows of a table under a contract. */
export interface TablePlan {
  table: LakeTableName;
  exists: boolean;
  columns: TargetColumn[];
  /** Statements that make the table fit. */
  shaping: string[];
  discards: Discard[];
  columnsAdded: string[];
  columnsWidened: string[];
  notes: string[];
  /** The contract lets no table be made: the whole batch is left out. */
  refused: boolean;
}

export interface PlanRequest {
  reader: RowReader;
  /** The batch as it stands after FROM. Values are looked at only where a type does not fit by itself. */
  batch: string;
  columns: ShapeColumn[];
  shape: TableShape | undefined;
  into: LakeTableName;
  mode: WriteMode;
  key: string[];
  contract: Contract;
  /** Columns of an API whose values change their type. */
  mixed: ReadonlyMap<string, MixedColumn>;
}

/** Plans a load against the table as it stands. Throws CONTRACT_BROKEN. */
export async function planTable(request: PlanRequest): Promise<TablePlan> {
  return new TablePlanner(request).plan();
}

class TablePlanner {
  private readonly result: TablePlan;
  private readonly rewritten: { name: string; type: string }[] = [];

  constructor(private readonly request: PlanRequest) {
    this.result = {
      table: request.shape?.table ?? request.into,
      exists: request.shape !== undefined,
      columns: [],
      shaping: [],
      discards: [],
      columnsAdded: [],
      columnsWidened: [],
      notes: [],
      refused: false,
    };
  }

  async plan(): Promise<TablePlan> {
    const { shape, columns, contract } = this.request;
    if (!shape) {
      if (contract.tables === 'freeze')
        throw this.broken('is not there, and the contract lets no table be made', 'tables');
      this.result.refused = contract.tables !== 'evolve';
    }
    for (const column of columns) {
      const target = shape && columnNamed(shape.columns, column.name);
      if (target) await this.keep(column, target);
      else if (shape) this.add(column);
      else await this.make(column);
    }
    this.rewriteColumns();
    if (shape) this.missing(shape);
    else this.createTable();
    for (const column of this.result.columns) {
      if (column.note)
        this.result.notes.push(`${column.name}: ${column.sourceType} becomes ${column.type} (${column.note}).`);
    }
    return this.result;
  }

  /** A column of a table that is made now. */
  private async make(column: ShapeColumn): Promise<void> {
    const mixed = this.request.mixed.get(column.name);
    if (!mixed) return this.plain(column);
    const { contract } = this.request;
    const reason = `changes its type: ${mixed.type} at first, ${mixed.change}`;
    if (contract.types === 'freeze' || contract.types === 'evolve') throw this.familyBroken(column.name, reason);
    this.discardValues(column, mixed.type, true, contract.types, reason);
  }

  private plain(column: ShapeColumn): void {
    const { type, note } = lakeTypeOf(column.type);
    const name = quoteIdentifier(column.name);
    this.result.columns.push({
      name: column.name,
      sourceType: column.type,
      type,
      expression: type === column.type ? name : `CAST(${name} AS ${type})`,
      ...(note === undefined ? {} : { note }),
    });
  }

  private add(column: ShapeColumn): void {
    const { columns: rule } = this.request.contract;
    const name = quoteIdentifier(column.name);
    if (rule === 'freeze') throw this.broken(`has no column "${column.name}"`, 'columns');
    if (rule === 'evolve') {
      const mixed = this.request.mixed.get(column.name);
      if (mixed) throw this.familyBroken(column.name, `changes its type: ${mixed.type} at first, ${mixed.change}`);
      this.plain(column);
      const type = this.result.columns.at(-1)?.type ?? column.type;
      this.result.shaping.push(`ALTER TABLE ${lakeTable(this.result.table)} ADD COLUMN ${name} ${type}`);
      this.result.columnsAdded.push(column.name);
      return;
    }
    this.result.discards.push({
      column: column.name,
      rule,
      reason: `${shownTable(this.result.table)} has no such column`,
      condition: `${name} IS NOT NULL`,
      value: `${name}::VARCHAR`,
    });
  }

  /** A column that the table has. */
  private async keep(column: ShapeColumn, target: ShapeColumn): Promise<void> {
    const { type, note } = lakeTypeOf(column.type);
    const noted = note === undefined ? {} : { note };
    const name = quoteIdentifier(column.name);
    const plain = { name: target.name, sourceType: column.type, type: target.type, ...noted };
    if (column.type !== 'JSON' && isLossless(type, target.type)) {
      const expression = column.type === target.type ? name : `CAST(${name} AS ${target.type})`;
      this.result.columns.push({ ...plain, expression });
      return;
    }
    if (column.type === target.type) {
      this.result.columns.push({ ...plain, expression: name });
      return;
    }
    const common = commonType(target.type, type);
    const nested = /[([]/.test(type.replace(/^DECIMAL\(.*\)$/, ''));
    const fit = nested ? undefined : valueFit(column.name, column.type, target.type, false);
    const misfits = nested ? common !== sameType(target.type) : await this.hasMisfits(fit?.misfit ?? 'false');
    if (!misfits) {
      this.result.columns.push({ ...plain, expression: fit?.expression ?? `CAST(${name} AS ${target.type})` });
      return;
    }
    await this.otherType(column, target, common, nested);
  }

  private async otherType(
    column: ShapeColumn,
    target: ShapeColumn,
    common: string | undefined,
    nested: boolean,
  ): Promise<void> {
    const { contract } = this.request;
    const reason = `is ${target.type} in ${shownTable(this.result.table)}, and ${this.sourceTypeOf(column)} in the source`;
    if (contract.types === 'evolve') {
      if (common !== undefined && (await this.canBecome(target, common))) {
        this.widen(target, common);
        const name = quoteIdentifier(column.name);
        this.result.columns.push({
          name: target.name,
          sourceType: column.type,
          type: common,
          expression: `CAST(${name} AS ${common})`,
        });
        return;
      }
      throw this.familyBroken(column.name, `${reason}${await this.example(column, target, nested)}`);
    }
    if (contract.types === 'freeze') {
      throw this.familyBroken(column.name, `${reason}${await this.example(column, target, nested)}`);
    }
    if (nested) {
      const name = quoteIdentifier(column.name);
      this.result.columns.push({
        name: target.name,
        sourceType: column.type,
        type: target.type,
        expression: `TRY_CAST(${name} AS ${target.type})`,
      });
      this.result.discards.push({
        column: column.name,
        rule: contract.types,
        reason,
        condition: `${name} IS NOT NULL`,
        value: `${name}::VARCHAR`,
      });
      return;
    }
    this.discardValues({ ...column, name: target.name }, target.type, false, contract.types, reason);
  }

  private discardValues(column: ShapeColumn, type: string, strict: boolean, rule: ContractRule, reason: string): void {
    const fit = valueFit(column.name, column.type, type, strict);
    this.result.columns.push({
      name: column.name,
      sourceType: column.type,
      type,
      expression: `CASE WHEN ${fit.misfit} THEN NULL ELSE ${fit.expression} END`,
    });
    this.result.discards.push({
      column: column.name,
      rule: rule === 'discard_row' ? 'discard_row' : 'discard_value',
      reason,
      condition: fit.misfit,
      value: fit.shown,
    });
  }

  private widen(target: ShapeColumn, type: string): void {
    if (canWiden(target.type, type) || /^STRUCT/i.test(type)) {
      const name = quoteIdentifier(target.name);
      this.result.shaping.push(
        `ALTER TABLE ${lakeTable(this.result.table)} ALTER COLUMN ${name} SET DATA TYPE ${type}`,
      );
    } else {
      this.rewritten.push({ name: target.name, type });
    }
    this.result.columnsWidened.push(target.name);
    this.result.notes.push(`${target.name} is widened from ${target.type} to ${type}.`);
  }

  /**
   * Columns that DuckLake cannot widen in place are written anew beside the old ones. All changes of the shape stand
   * before the one UPDATE: one behind it, and rows after that, end the engine with "Missing stats when merging inlined
   * data" (seen in 1.5.5).
   */
  private rewriteColumns(): void {
    if (this.rewritten.length === 0) return;
    const table = lakeTable(this.result.table);
    const beside = this.rewritten.map(({ name, type }, index) => ({
      name: quoteIdentifier(name),
      wide: `"__millrace_wide_${index}"`,
      type,
    }));
    this.result.shaping.push(
      ...beside.map(({ wide, type }) => `ALTER TABLE ${table} ADD COLUMN ${wide} ${type}`),
      `UPDATE ${table} SET ${beside.map(({ name, wide, type }) => `${wide} = CAST(${name} AS ${type})`).join(', ')}`,
      ...beside.map(({ name }) => `ALTER TABLE ${table} DROP COLUMN ${name}`),
      ...beside.map(({ name, wide }) => `ALTER TABLE ${table} RENAME COLUMN ${wide} TO ${name}`),
    );
  }

  /** Whether what the table holds stays as it is; a DOUBLE does not hold every whole number. */
  private async canBecome(target: ShapeColumn, type: string): Promise<boolean> {
    if (type !== 'DOUBLE' || target.type === 'FLOAT') return true;
    const name = quoteIdentifier(target.name);
    const [row] = await this.request.reader.rows<{ lost: boolean }>(
      `SELECT count(*) > 0 AS lost FROM ${lakeTable(this.result.table)}
       WHERE TRY_CAST(CAST(${name} AS DOUBLE) AS ${target.type}) IS DISTINCT FROM ${name}`,
    );
    return row?.lost === false;
  }

  private async hasMisfits(condition: string): Promise<boolean> {
    const [row] = await this.request.reader.rows<{ found: boolean }>(
      `SELECT count(*) > 0 AS found FROM (FROM ${this.request.batch} WHERE ${condition} LIMIT 1)`,
    );
    return row?.found === true;
  }

  private async example(column: ShapeColumn, target: ShapeColumn, nested: boolean): Promise<string> {
    const mixed = this.request.mixed.get(column.name);
    if (mixed) return `: ${mixed.change}`;
    if (nested) return '';
    const fit = valueFit(column.name, column.type, target.type, false);
    const [row] = await this.request.reader.rows<{ found: string; value: string }>(
      `SELECT count(*) AS found, left(any_value(${fit.shown}), 60) AS value FROM ${this.request.batch} WHERE ${fit.misfit}`,
    );
    return ` (${row?.found} values, such as ${JSON.stringify(row?.value)})`;
  }

  private sourceTypeOf(column: ShapeColumn): string {
    return this.request.mixed.has(column.name) ? 'of several types' : column.type;
  }

  private missing(shape: TableShape): void {
    const names = shape.columns.map(({ name }) => name).filter((name) => !columnNamed(this.request.columns, name));
    if (names.length === 0) return;
    const what = this.request.mode === 'merge' ? 'what is there stays' : 'NULL is written there';
    this.result.notes.push(`The source has no ${names.join(', ')}: ${what}.`);
  }

  private createTable(): void {
    const { table, columns } = this.result;
    const list = columns.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`).join(', ');
    this.result.shaping = [
      `CREATE SCHEMA IF NOT EXISTS lake.${quoteIdentifier(table.schema)}`,
      `CREATE TABLE ${lakeTable(table)} (${list})`,
    ];
  }

  private familyBroken(column: string, what: string): MillraceError {
    return new MillraceError({
      code: 'CONTRACT_BROKEN',
      message: `The column "${column}" of ${shownTable(this.result.table)} ${what}.`,
      hint: `Nothing was written. \`--contract types=discard_value\` (or discard_row) leaves such values out and keeps them in _millrace.quarantine; \`--type ${column}=VARCHAR\` reads all of them as text where the table is made new.`,
    });
  }

  private broken(what: string, part: string): MillraceError {
    return new MillraceError({
      code: 'CONTRACT_BROKEN',
      message: `${shownTable(this.result.table)} ${what}.`,
      hint: `Nothing was written. Let it: \`--contract ${part}=evolve\`, or leave it out: \`--contract ${part}=discard_value\`.`,
    });
  }
}

function sameType(type: string): string | undefined {
  return commonType(type, type);
}

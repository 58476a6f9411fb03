import { type ColumnInfo, isNumeric } from '../../../../shared/columns';
import type { ColumnProfile, ResultInfo } from '../../../../shared/results';
import { histogramSql } from '../../../../shared/sql/histogram-sql';
import {
  EXACT_DISTINCT_ROWS,
  QUANTILES,
  quantilesSql,
  summarySql,
  topValuesSql,
} from '../../../../shared/sql/profile-sql';
import type { ResultQueries } from '../../../lens/result-queries';
import { tableCells } from '../../../lens/table-cells';

/** A column's profile with what the panels draw beside. Parts that have not come yet are absent. */
export interface ProfileDetail extends ColumnProfile {
  /** NaN and infinite values; they take no part in smallest, largest, mean, quantiles and histogram. */
  nonFinite: number;
  /** The number of different values, NULL among them, where they were counted for `top`. */
  groups?: number;
}

export interface ProfileRequest {
  result: ResultInfo;
  column: number;
  queries: ResultQueries;
  timeZone: string;
  signal: AbortSignal;
  bins: number;
  top: number;
}

const EXACT_INTEGER = 2 ** 53;

/**
 * Profiles a column in up to four queries, telling what is known after each. Top values are left out where nearly every
 * row has a value of its own, as they would say nothing and cost the most.
 */
export async function loadProfile(
  request: ProfileRequest,
  publish: (part: ProfileDetail) => void,
): Promise<ProfileDetail> {
  const column = request.result.columns[request.column];
  if (!column) throw new RangeError(`No column ${request.column}`);
  const profile = await loadSummary(request, column);
  publish({ ...profile });
  const histogram = histogramSql(column, request.column, request.bins);
  if (histogram) {
    const cells = tableCells(await ask(request, histogram));
    profile.histogram = Array.from({ length: cells.rows }, (_, row) => ({
      from: cells.text(row, 'from_text') ?? '',
      to: cells.text(row, 'to_text') ?? '',
      count: cells.number(row, 'n'),
    }));
    publish({ ...profile });
  }
  if (hasRepeats(profile)) {
    const cells = tableCells(await ask(request, topValuesSql(request.column, request.top)));
    profile.top = Array.from({ length: cells.rows }, (_, row) => ({
      value: cells.text(row, 'value'),
      count: cells.number(row, 'n'),
    }));
    if (cells.rows > 0) profile.groups = cells.number(0, 'groups');
    if (profile.groups !== undefined) {
      profile.distinct = profile.groups - (profile.nulls > 0 ? 1 : 0);
      profile.distinctExact = true;
    }
    publish({ ...profile });
  }
  const quantiles = quantilesSql(column, request.column, interpolates(column, profile));
  if (quantiles && profile.rows > profile.nulls + profile.nonFinite) {
    const cells = tableCells(await ask(request, quantiles));
    profile.quantiles = QUANTILES.map((_, at) => cells.text(0, `q${at}`) ?? '');
  }
  return profile;
}

async function loadSummary(request: ProfileRequest, column: ColumnInfo): Promise<ProfileDetail> {
  const { result } = request;
  const cells = tableCells(await ask(request, summarySql(column, request.column, result.rowCount)));
  const rows = cells.number(0, 'rows');
  const present = cells.number(0, 'present');
  const exact = result.rowCount <= EXACT_DISTINCT_ROWS;
  const distinct = cells.number(0, 'distinct_values');
  const min = cells.text(0, 'smallest');
  const max = cells.text(0, 'largest');
  const mean = cells.text(0, 'mean');
  return {
    column: request.column,
    rows,
    nulls: rows - present,
    distinct: exact ? distinct : Math.min(distinct, present),
    distinctExact: exact,
    nonFinite: cells.number(0, 'non_finite'),
    top: [],
    ...(min === null ? {} : { min }),
    ...(max === null ? {} : { max }),
    ...(mean === null ? {} : { mean }),
  };
}

/** Whether some values come often enough that the most frequent ones mean something. */
function hasRepeats(profile: ProfileDetail): boolean {
  const present = profile.rows - profile.nulls;
  if (present === 0) return profile.nulls > 0;
  if (profile.rows <= 10_000) return true;
  return profile.distinct < present * 0.5;
}

/** Whole numbers beyond what a DOUBLE holds exactly are not interpolated. */
function interpolates(column: ColumnInfo, profile: ProfileDetail): boolean {
  if (column.kind !== 'integer') return isNumeric(column.kind);
  return Math.abs(Number(profile.min ?? 0)) < EXACT_INTEGER && Math.abs(Number(profile.max ?? 0)) < EXACT_INTEGER;
}

function ask(request: ProfileRequest, sql: string) {
  const { result, queries, timeZone, signal, column } = request;
  return queries.query(result, sql, { columns: [column], timeZone, signal });
}

import { type CsvOptions, EXPORT_DEFAULTS } from '../../../shared/export';
import { csvFormat } from './csv-format';
import { jsonFormat, ndjsonFormat } from './json-format';
import type { LineFormat } from './line-format';
import { markdownFormat } from './markdown-format';
import type { ExportColumn } from './relation';

export type PlainFormat = 'csv' | 'json' | 'ndjson' | 'markdown';

/** The line format of a text format whose lines need no row number, so that any part of a result can be written alone. */
export function plainFormat(format: PlainFormat, columns: ExportColumn[], csv?: Partial<CsvOptions>): LineFormat {
  switch (format) {
    case 'csv':
      return csvFormat(columns, { ...EXPORT_DEFAULTS.csv, ...csv });
    case 'json':
      return jsonFormat(columns);
    case 'ndjson':
      return ndjsonFormat(columns);
    case 'markdown':
      return markdownFormat(columns);
  }
}

import { useEffect, useState } from 'react';
import type { ErrorShape } from '../../../shared/errors';
import type { ObjectDetails, ObjectPreview } from '../../../shared/objects';
import { api, callError } from '../../api/client';
import { ErrorBox } from '../../ui/error-box';
import { formatBytes, formatCount } from '../../ui/format';
import { timeText } from './object-list';

interface Loaded {
  details?: ObjectDetails;
  preview?: ObjectPreview;
  error?: ErrorShape;
}

/** What is known of one object, and its beginning. */
export function ObjectSide({ connection, path }: { connection: string; path: string }) {
  const [loaded, setLoaded] = useState<Loaded>({});
  useEffect(() => {
    let isCurrent = true;
    setLoaded({});
    const add = (part: Loaded) => {
      if (isCurrent) setLoaded((now) => ({ ...now, ...part }));
    };
    const load = async () => {
      add({ details: await api.objects.details.query({ connection, path }) });
      add({ preview: await api.objects.preview.query({ connection, path }) });
    };
    load().catch((error) => add({ error: callError(error) }));
    return () => {
      isCurrent = false;
    };
  }, [connection, path]);
  const { details, preview, error } = loaded;
  return (
    <section className="object-side" aria-label={`About ${path}`}>
      <h2>{path.slice(path.lastIndexOf('/') + 1)}</h2>
      {details ? <Facts details={details} /> : null}
      {error ? <ErrorBox error={error} /> : null}
      {preview ? <Preview preview={preview} /> : error ? null : <p className="quiet">Reading its beginning…</p>}
    </section>
  );
}

function Facts({ details }: { details: ObjectDetails }) {
  const facts: [string, string | undefined][] = [
    ['Size', `${formatBytes(details.size)} (${formatCount(details.size)} bytes)`],
    ['Modified', details.modified && timeText(details.modified)],
    ['Type', details.contentType],
    ['ETag', details.etag?.replaceAll('"', '')],
    ['Class', details.storageClass],
    ['Version', details.version],
    ['Encryption', details.encryption],
    ...Object.entries(details.metadata),
  ];
  return (
    <dl className="object-facts">
      {facts.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

function Preview({ preview }: { preview: ObjectPreview }) {
  if (preview.kind === 'text') {
    return (
      <>
        <pre className="object-text">{preview.text}</pre>
        {preview.more ? <p className="quiet">The first 64 kB.</p> : null}
      </>
    );
  }
  if (preview.kind === 'bytes') {
    return (
      <>
        <pre className="object-text">{hexLines(preview.hex)}</pre>
        {preview.more ? <p className="quiet">The first 4 kB.</p> : null}
      </>
    );
  }
  return (
    <>
      <div className="object-table">
        <table>
          <thead>
            <tr>
              {preview.columns.map((column) => (
                <th key={column.name} title={column.type}>
                  {column.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {preview.rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no other name
              <tr key={index}>
                {row.map((cell, at) => (
                  <td key={preview.columns[at]?.name} className={isNumber(preview.columns[at]?.kind) ? 'numbers' : ''}>
                    {cell ?? <span className="null">NULL</span>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="quiet">
        {preview.more
          ? `The first ${formatCount(preview.rows.length)} rows.`
          : `${formatCount(preview.rows.length)} rows.`}
      </p>
    </>
  );
}

function isNumber(kind: string | undefined): boolean {
  return kind === 'integer' || kind === 'decimal' || kind === 'float';
}

/** `00000010  41 42 … |AB…|`, sixteen bytes a line. */
function hexLines(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.slice(at, at + 16);
    const letters = row.map((byte) => letterOf(Number.parseInt(byte, 16))).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${row.join(' ').padEnd(47)}  ${letters}`);
  }
  return lines.join('\n');
}

function letterOf(code: number): string {
  return code >= 32 && code < 127 ? String.fromCharCode(code) : '·';
}

import { useEffect } from 'react';
import type { RemoteDescription } from '../../../shared/connections';
import { runCommand } from '../../app/commands/registry';
import type { TabInput } from '../../app/workbench/tab';
import { Button } from '../../ui/button';
import { ErrorBox } from '../../ui/error-box';
import { formatBytes, formatCount } from '../../ui/format';
import { placeKey, useConnections } from './connections-store';
import './connections.css';

/** A table, view or collection of a connection: columns, keys, indexes and its DDL. */
export function RemotePage({ input }: { input: TabInput; active: boolean }) {
  const connection = String(input.data?.connection ?? '');
  const path = input.data?.path as string[];
  const key = placeKey(connection, path);
  const known = useConnections((state) => state.descriptions[key]);
  useEffect(() => {
    const place = JSON.parse(key) as string[];
    void useConnections.getState().loadDescription(place[0] ?? '', place.slice(1));
  }, [key]);
  if (known?.error) {
    return (
      <div className="page">
        <ErrorBox error={known.error}>
          <Button onClick={() => void useConnections.getState().loadDescription(connection, path)}>Try again</Button>
        </ErrorBox>
      </div>
    );
  }
  if (!known?.value) return <div className="page remote-page loading">Reading…</div>;
  return <Description description={known.value} place={`${connection} · ${path.slice(0, -1).join(' · ')}`} />;
}

function Description({ description, place }: { description: RemoteDescription; place: string }) {
  const { node, columns, keys, ddl, notes } = description;
  const facts = [
    node.kind,
    node.rows === undefined ? undefined : `${node.estimated ? 'about ' : ''}${formatCount(node.rows)} rows`,
    node.size === undefined ? undefined : formatBytes(node.size),
  ].filter(Boolean);
  const { relation } = node;
  return (
    <div className="page remote-page">
      <h1>{node.name}</h1>
      <p>
        {place} · {facts.join(' · ')}
      </p>
      {node.comment ? <p>{node.comment}</p> : null}
      <div className="connection-actions">
        {relation ? (
          <Button
            look="primary"
            icon="play"
            onClick={() => void runCommand('worksheet.query', `from ${relation} limit 1000;`)}
          >
            First rows
          </Button>
        ) : null}
        {ddl ? <Button onClick={() => void runCommand('worksheet.show', ddl)}>DDL in a worksheet</Button> : null}
      </div>
      {notes.map((note) => (
        <p key={note} className="warning-note">
          {note}
        </p>
      ))}
      <h2>Columns</h2>
      <table className="facts-table">
        <thead>
          <tr>
            <th>Name</th>
            <th>Type there</th>
            <th>Type here</th>
            <th>Null</th>
            <th>Comment</th>
          </tr>
        </thead>
        <tbody>
          {columns.map((column) => (
            <tr key={column.name}>
              <td>{column.name}</td>
              <td>{column.nativeType ?? ''}</td>
              <td>{column.type}</td>
              <td>{column.nullable === false ? 'never' : ''}</td>
              <td>{column.comment ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {keys.length > 0 ? (
        <>
          <h2>Keys and indexes</h2>
          <table className="facts-table">
            <tbody>
              {keys.map((one) => (
                <tr key={`${one.kind} ${one.name}`}>
                  <td>{one.name}</td>
                  <td>{one.kind}</td>
                  <td>{one.columns.join(', ')}</td>
                  <td>{one.definition}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      ) : null}
      {ddl ? (
        <>
          <h2>DDL</h2>
          <pre className="ddl">{ddl}</pre>
        </>
      ) : null}
    </div>
  );
}

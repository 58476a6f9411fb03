import type { ErrorShape } from '../../../shared/errors';
import type { CreateTablePlan } from '../../../shared/lake';
import { ErrorBox } from '../../ui/error-box';

interface PreviewProps {
  plan: CreateTablePlan | undefined;
  error: ErrorShape | undefined;
  looking: boolean;
}

/** What a write would make: columns, first rows, and the SQL that runs. */
export function CreatePreview({ plan, error, looking }: PreviewProps) {
  if (error) {
    return (
      <div className="lake-create-preview">
        <ErrorBox error={error} />
      </div>
    );
  }
  if (!plan) {
    return (
      <div className="lake-create-preview">
        <p className="note">{looking ? 'Looking at the rows…' : 'Name the table to see what it will hold.'}</p>
      </div>
    );
  }
  return (
    <div className={looking ? 'lake-create-preview looking' : 'lake-create-preview'}>
      {plan.notes.map((note) => (
        <p key={note} className="note warn">
          {note}
        </p>
      ))}
      <div className="lake-scroll">
        <table className="lake-list cells">
          <thead>
            <tr>
              {plan.columns.map((column) => (
                <th key={column.name}>
                  {column.name}
                  {column.added ? <span className="chip ok">new</span> : null}
                  <small className={column.note ? 'type warn' : 'type'} title={column.note}>
                    {column.type}
                  </small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {plan.preview.rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own and never move
              <tr key={index}>
                {row.map((cell, column) => (
                  <td key={plan.preview.columns[column]}>{cell === null ? <i className="null">NULL</i> : cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <pre className="lake-ddl">{plan.statements.join('\n')}</pre>
    </div>
  );
}

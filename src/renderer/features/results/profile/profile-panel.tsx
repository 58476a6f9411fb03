import type { ResultInfo } from '../../../../shared/results';
import type { ResultQueries } from '../../../lens/result-queries';
import { EmptyState } from '../../../ui/empty-state';
import { formatCount } from '../../../ui/format';
import { useResultNote } from '../parts/view-note';
import { ColumnProfileCard } from './column-profile-card';
import './profile.css';

interface ProfilePanelProps {
  result: ResultInfo;
  queries: ResultQueries;
  timeZone: string;
  /** The selected columns, the first on top; at most five are shown. */
  columns: readonly number[];
  onPickValue?: (column: number, value: string | null) => void;
}

const MOST_CARDS = 5;

/** The profile beside the grid, of the columns that are selected there. */
export function ProfilePanel({ result, queries, timeZone, columns, onPickValue }: ProfilePanelProps) {
  const note = useResultNote(result);
  if (result.state === 'running') {
    return <EmptyState title="Still running">The profile is made when the last row has come.</EmptyState>;
  }
  if (columns.length === 0) {
    return (
      <EmptyState title="No column selected">
        Select a cell or a column header to see how its values are spread.
      </EmptyState>
    );
  }
  return (
    <div className="profile-panel">
      {note ? <p className="profile-note">{note}</p> : null}
      {columns.slice(0, MOST_CARDS).map((column) => (
        <ColumnProfileCard
          key={column}
          result={result}
          column={column}
          queries={queries}
          timeZone={timeZone}
          onPickValue={onPickValue}
        />
      ))}
      {columns.length > MOST_CARDS ? (
        <p className="profile-note">
          The first {MOST_CARDS} of {formatCount(columns.length)} selected columns. The Profile view shows all.
        </p>
      ) : null}
    </div>
  );
}

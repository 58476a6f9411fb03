import type { FileCheckSummary } from '../../../shared/events';
import { Button } from '../../ui/button';
import { ErrorBox } from '../../ui/error-box';
import { formatCount } from '../../ui/format';
import { Icon } from '../../ui/icon';

interface FileCheckViewProps {
  check: FileCheckSummary | undefined;
  /** Reads the named columns as text. */
  onText(columns: string[]): void;
  onCancel(): void;
  /** Starts it anew. */
  onCheck(): void;
}

/** What the strict check found: columns whose type would alter a value, with the place of the first one. */
export function FileCheckView({ check, onText, onCancel, onCheck }: FileCheckViewProps) {
  if (!check) return null;
  if (check.state === 'running') {
    return (
      <p className="note" role="status">
        <span className="state-dot busy" />
        <span className="grow">
          {check.step === 'places' ? 'Finding where values would change' : 'Checking every value against its type'}
          {check.percent === undefined ? '…' : ` · ${check.percent} %`}
        </span>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </p>
    );
  }
  if (check.state === 'cancelled' || (check.state === 'failed' && check.error)) {
    return (
      <>
        {check.error ? <ErrorBox error={check.error} /> : null}
        <p className="note">
          <span className="grow">Not every value was checked against its type.</span>
          <Button look="quiet" onClick={onCheck}>
            Check all values
          </Button>
        </p>
      </>
    );
  }
  if (check.altered.length === 0) {
    return (
      <p className="note">
        <Icon name="tick" size={12} /> Every value was checked: its type keeps it as it is.
      </p>
    );
  }
  return (
    <div className="question warn" role="alert">
      <p>
        <Icon name="warning" size={12} /> The type of {check.altered.length === 1 ? 'a column' : 'some columns'} would
        alter values:
      </p>
      <ul>
        {check.altered.map((one) => (
          <li key={one.column}>
            <b>{one.column}</b> line {formatCount(one.line)}: <code>{one.value}</code>{' '}
            {one.readAs === null ? 'cannot be read as ' : 'would read as '}
            <code>{one.readAs ?? one.type}</code>
            {one.count > 1 ? ` · ${formatCount(one.count)} values` : ''}
          </li>
        ))}
      </ul>
      <Button onClick={() => onText(check.altered.map((one) => one.column))}>Read these as text</Button>
    </div>
  );
}

import type { FileCheckSummary } from '../../../shared/events';
import { Button } from '../../ui/button';
import { ErrorBox } from '../../ui/error-box';
import { formatCount } from '../../ui/format';
import { Icon } from '../../ui/icon';

interface FileCheckViewProps {
  check: FileCheckSummary | undefined;
  /** Reads the named columns as text. */
  onText(columns: string[]): void;
}

/** What the strict check found: columns whose type would alter a value, with the place of the first one. */
export function FileCheckView({ check, onText }: FileCheckViewProps) {
  if (!check) return null;
  if (check.state === 'running') {
    return (
      <p className="note">
        <span className="state-dot busy" /> Checking every value against its type…
      </p>
    );
  }
  if (check.state === 'failed' && check.error) return <ErrorBox error={check.error} />;
  if (check.altered.length === 0) return null;
  return (
    <div className="question warn" role="alert">
      <p>
        <Icon name="warning" size={12} /> The type of {check.altered.length === 1 ? 'a column' : 'some columns'} would
        alter values:
      </p>
      <ul>
        {check.altered.map((one) => (
          <li key={one.column}>
            <b>{one.column}</b> line {formatCount(one.line)}: <code>{one.value}</code> would read as{' '}
            <code>{one.readAs ?? 'NULL'}</code>
            {one.count > 1 ? ` · ${formatCount(one.count)} values` : ''}
          </li>
        ))}
      </ul>
      <Button onClick={() => onText(check.altered.map((one) => one.column))}>Read these as text</Button>
    </div>
  );
}

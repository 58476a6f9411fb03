import type { ReactNode } from 'react';
import type { ErrorShape } from '../../shared/errors';
import { Icon } from './icon';
import './controls.css';

/** An error where the user looks: what happened, where, what to do, and buttons that do it. */
export function ErrorBox({ error, children }: { error: ErrorShape; children?: ReactNode }) {
  const place = error.at;
  const where = [
    place?.file,
    place?.line === undefined ? undefined : `line ${place.line}`,
    place?.column === undefined ? undefined : `column ${place.column}`,
  ]
    .filter(Boolean)
    .join(', ');
  return (
    <div className="error-box" role="alert">
      <Icon name="error" />
      <div>
        <div className="code">
          {error.code}
          {where ? ` · ${where}` : ''}
        </div>
        <div className="message">{error.message}</div>
        {error.hint ? <div className="hint">{error.hint}</div> : null}
        {children ? <div className="actions">{children}</div> : null}
      </div>
    </div>
  );
}

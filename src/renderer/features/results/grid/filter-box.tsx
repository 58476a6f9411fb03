import { useEffect, useState } from 'react';
import type { ResultInfo } from '../../../../shared/results';
import { IconButton } from '../../../ui/button';
import { ErrorBox } from '../../../ui/error-box';
import { TextField } from '../../../ui/text-field';
import { useGridState, useResultGrids } from './result-grid-store';
import { wantView } from './result-view';
import './result-grid.css';

/** A SQL condition over the result's columns. Enter applies it; what is wrong with it stands below. */
export function ResultFilterBox({ result, width = 240 }: { result: ResultInfo; width?: number }) {
  const { wanted, error } = useGridState(result.id);
  const [text, setText] = useState(wanted.where);
  const failed = error?.view.where === text.trim() && text.trim() !== '' ? error.error : undefined;
  // A filter cleared elsewhere clears the box; one that failed stays to be mended.
  useEffect(() => setText((now) => (gridErrorFor(result.id, now) ? now : wanted.where)), [wanted.where, result.id]);
  const apply = () => wantView(result.id, { where: text.trim() });
  const clear = () => {
    setText('');
    wantView(result.id, { where: '' });
  };
  return (
    <div className="filter-box" style={{ width }}>
      <TextField
        label="where"
        placeholder="where amount > 100"
        icon="filter"
        value={text}
        width="100%"
        aria-invalid={failed !== undefined}
        onChange={setText}
        onKeyDown={(event) => {
          if (event.key === 'Enter') apply();
          else if (event.key === 'Escape') setText(wanted.where);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {text === '' ? null : <IconButton icon="cross" label="Clear the filter" onClick={clear} />}
      {failed ? (
        <div className="filter-error">
          <ErrorBox error={failed} />
        </div>
      ) : null}
    </div>
  );
}

function gridErrorFor(result: string, where: string): boolean {
  const error = useResultGrids.getState().grids[result]?.error;
  return error !== null && error !== undefined && error.view.where === where.trim();
}

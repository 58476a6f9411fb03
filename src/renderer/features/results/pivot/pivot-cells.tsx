import { shortNumber } from '../parts/number-text';

/** A figure of the table; a click shows the rows behind it. Empty where no row falls. */
export function PivotCell({
  text,
  total,
  onClick,
}: {
  text: string | null | undefined;
  total?: boolean;
  onClick?: (() => void) | undefined;
}) {
  const shown = text === undefined ? '' : text === null ? <i className="null-text">NULL</i> : shortNumber(text, 15);
  return (
    <td className={total ? 'total' : ''} title={text ?? undefined}>
      {onClick && text !== undefined ? (
        <button type="button" onClick={onClick}>
          {shown}
        </button>
      ) : (
        shown
      )}
    </td>
  );
}

/** A label of a row or column: NULL and empty text told from text that reads the same. */
export function PivotLabel({ text }: { text: string | null }) {
  if (text === null) return <i className="null-text">NULL</i>;
  return text === '' ? <i className="null-text">empty</i> : text;
}

import { formatCount } from '../../../ui/format';
import { shareText } from '../parts/number-text';
import type { ProfileDetail } from './profile-data';

interface TopValuesProps {
  profile: ProfileDetail;
  limit: number;
  /** Narrows the result to a value; null stands for NULL. */
  onPick?: ((value: string | null) => void) | undefined;
}

/** The most frequent values as bars with their share, and all others in one line. */
export function TopValues({ profile, limit, onPick }: TopValuesProps) {
  const shown = profile.top.slice(0, limit);
  const most = Math.max(1, ...shown.map((each) => each.count));
  const rest = profile.rows - shown.reduce((sum, each) => sum + each.count, 0);
  const others = (profile.groups ?? profile.distinct) - shown.length;
  return (
    <div className="top-values">
      {shown.map((each) => {
        const text = valueText(each.value);
        const title = `${text}: ${formatCount(each.count)} rows, ${shareText(each.count, profile.rows)}`;
        const inner = (
          <>
            <span className={each.value === null || each.value === '' ? 'name null-text' : 'name'}>{text}</span>
            <span className="bar">
              <i style={{ width: `${(each.count / most) * 100}%` }} />
            </span>
            <span className="share">{shareText(each.count, profile.rows)}</span>
          </>
        );
        return onPick ? (
          <button
            key={text + (each.value === null)}
            type="button"
            title={`${title} · click to filter`}
            onClick={() => onPick(each.value)}
          >
            {inner}
          </button>
        ) : (
          <div key={text + (each.value === null)} title={title}>
            {inner}
          </div>
        );
      })}
      {others > 0 && rest > 0 ? (
        <div title={`${formatCount(others)} other values in ${formatCount(rest)} rows`}>
          <span className="name rest">other · {formatCount(others)}</span>
          <span className="bar">
            <i className="rest" style={{ width: `${Math.min(1, rest / most) * 100}%` }} />
          </span>
          <span className="share">{shareText(rest, profile.rows)}</span>
        </div>
      ) : null}
    </div>
  );
}

/** A value as a list names it: NULL and the empty text told from text that reads the same. */
export function valueText(value: string | null): string {
  if (value === null) return 'NULL';
  return value === '' ? 'empty' : value;
}

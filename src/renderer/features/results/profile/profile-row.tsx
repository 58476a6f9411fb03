import { isNumeric, kindMark } from '../../../../shared/columns';
import type { ResultInfo } from '../../../../shared/results';
import { formatCount } from '../../../ui/format';
import { shareText, shortNumber } from '../parts/number-text';
import { HistogramBars } from './histogram-bars';
import type { ProfileDetail } from './profile-data';
import { valueText } from './top-values';

interface ProfileRowProps {
  result: ResultInfo;
  column: number;
  position: number;
  profile: ProfileDetail | undefined;
  onOpen: ((column: number) => void) | undefined;
}

/** A column's line in the profile of the whole result; grey where its figures are still to come. */
export function ProfileRow({ result, column, position, profile, onOpen }: ProfileRowProps) {
  const info = result.columns[column];
  if (!info) return null;
  const numeric = isNumeric(info.kind);
  const figure = (text: string | undefined) =>
    text === undefined ? '' : numeric ? shortNumber(text) : text === '' ? <i className="null-text">empty</i> : text;
  const waiting = <span className="skeleton" style={{ width: '60%' }} />;
  const median = profile?.quantiles?.[2];
  return (
    <tr className="profile-row" aria-rowindex={position}>
      <th scope="row" className="name">
        <span className="type-mark">{kindMark(info.kind)}</span>
        {onOpen ? (
          <button type="button" title={`Show ${info.name} in the grid`} onClick={() => onOpen(column)}>
            {info.name}
          </button>
        ) : (
          <b title={info.name}>{info.name}</b>
        )}
      </th>
      <td className="type" title={info.type}>
        {info.type}
      </td>
      <td className="figure" data-some={profile !== undefined && profile.nulls > 0}>
        {profile ? shareText(profile.nulls, profile.rows) : waiting}
      </td>
      <td className="figure">
        {profile ? `${profile.distinctExact ? '' : '≈ '}${formatCount(profile.distinct)}` : waiting}
      </td>
      <td className="picture">{profile ? <ProfilePicture profile={profile} name={info.name} /> : waiting}</td>
      <td title={profile?.min}>{figure(profile?.min)}</td>
      <td title={median}>{figure(median)}</td>
      <td title={profile?.mean}>{figure(profile?.mean)}</td>
      <td title={profile?.max}>{figure(profile?.max)}</td>
    </tr>
  );
}

function ProfilePicture({ profile, name }: { profile: ProfileDetail; name: string }) {
  if (profile.histogram && profile.histogram.length > 0) {
    return <HistogramBars bins={profile.histogram} height={26} label={`Distribution of ${name}`} />;
  }
  if (profile.top.length === 0)
    return <span className="dim">{profile.rows === profile.nulls ? 'all NULL' : 'mostly different values'}</span>;
  return (
    <span className="top-line">
      {profile.top.slice(0, 3).map((each) => (
        <span
          key={`${each.value === null}${each.value}`}
          title={`${valueText(each.value)}: ${formatCount(each.count)} rows`}
        >
          <span className={each.value === null || each.value === '' ? 'null-text' : ''}>{valueText(each.value)}</span>{' '}
          <em>{shareText(each.count, profile.rows)}</em>
        </span>
      ))}
    </span>
  );
}

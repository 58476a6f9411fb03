import { isNumeric, kindMark } from '../../../../shared/columns';
import type { ResultInfo } from '../../../../shared/results';
import type { ResultQueries } from '../../../lens/result-queries';
import { formatCount } from '../../../ui/format';
import { LoadProblem, SkeletonLines } from '../parts/load-state';
import { shareText, shortNumber } from '../parts/number-text';
import { useLoaded } from '../parts/use-loaded';
import { resultKey } from '../parts/view-note';
import { HistogramBars } from './histogram-bars';
import { keepProfile, keptProfile } from './profile-cache';
import { loadProfile, type ProfileDetail } from './profile-data';
import { TopValues } from './top-values';

export interface ColumnProfileCardProps {
  result: ResultInfo;
  column: number;
  queries: ResultQueries;
  timeZone: string;
  onPickValue?: ((column: number, value: string | null) => void) | undefined;
}

/** One column's profile: its distribution, the figures about it, its most frequent values. */
export function ColumnProfileCard({ result, column, queries, timeZone, onPickValue }: ColumnProfileCardProps) {
  const info = result.columns[column];
  const loaded = useLoaded<ProfileDetail>(
    info && result.state !== 'running' ? `${resultKey(result, timeZone)}\u0000${column}` : undefined,
    async (signal, publish) => {
      const kept = keptProfile(result, column, timeZone);
      if (kept) return kept;
      const profile = await loadProfile({ result, column, queries, timeZone, signal, bins: 20, top: 8 }, publish);
      keepProfile(result, timeZone, profile);
      return profile;
    },
  );
  if (!info) return null;
  const profile = loaded.value?.column === column ? loaded.value : undefined;
  const categorical = !profile?.histogram;
  return (
    <section className="profile-card" aria-label={`Profile of ${info.name}`} aria-busy={loaded.state === 'loading'}>
      <header>
        <span className="type-mark">{kindMark(info.kind)}</span>
        <h3 title={info.name}>{info.name}</h3>
        <span className="type" title={info.type}>
          {info.type}
        </span>
      </header>
      <LoadProblem loaded={loaded} what="Profile" />
      {!profile && loaded.state === 'loading' ? <SkeletonLines widths={[100, 84, 92, 70, 88, 76]} /> : null}
      {profile?.histogram && profile.histogram.length > 0 ? (
        <HistogramBars bins={profile.histogram} height={64} scale label={`Distribution of ${info.name}`} />
      ) : null}
      {profile && categorical && profile.top.length > 0 ? (
        <TopValues
          profile={profile}
          limit={5}
          onPick={onPickValue ? (value) => onPickValue(column, value) : undefined}
        />
      ) : null}
      {profile ? <ProfileFigures profile={profile} numeric={isNumeric(info.kind)} /> : null}
      {profile && !categorical && profile.top.length > 0 && profile.distinct <= 20 ? (
        <TopValues
          profile={profile}
          limit={5}
          onPick={onPickValue ? (value) => onPickValue(column, value) : undefined}
        />
      ) : null}
    </section>
  );
}

function ProfileFigures({ profile, numeric }: { profile: ProfileDetail; numeric: boolean }) {
  const [, , median, , , p99] = profile.quantiles ?? [];
  const present = profile.rows - profile.nulls;
  const unique = profile.distinctExact && profile.distinct === present && present > 1;
  const lines: [string, string | undefined][] = [
    ['rows', formatCount(profile.rows)],
    ['nulls', `${formatCount(profile.nulls)} · ${shareText(profile.nulls, profile.rows)}`],
    ['distinct', `${profile.distinctExact ? '' : '≈ '}${formatCount(profile.distinct)}${unique ? ' · unique' : ''}`],
    ['NaN or ∞', profile.nonFinite > 0 ? formatCount(profile.nonFinite) : undefined],
    ['min', profile.min],
    ['mean', profile.mean],
    ['median', median],
    ['p99', p99],
    ['max', profile.max],
  ];
  return (
    <dl className="figures">
      {lines.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd title={value}>
              {numeric || name === 'rows' ? (
                shortNumber(value)
              ) : value === '' ? (
                <i className="null-text">empty</i>
              ) : (
                value
              )}
            </dd>
          </div>
        ),
      )}
    </dl>
  );
}

import type { ResultInfo } from '../../../shared/results';
import { useSettings } from '../../app/settings-store';
import { ResultCompare } from './grid/result-compare';
import { gridClient } from './result-queries';

/** Two results of a session side by side. */
export function ResultCompareView({ left, right }: { left: ResultInfo; right: ResultInfo }) {
  const timeZone = useSettings((state) => state.settings.timeZone);
  return (
    <div className="result-body">
      <ResultCompare left={left} right={right} client={gridClient} timeZone={timeZone} />
    </div>
  );
}

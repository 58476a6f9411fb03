import { useState } from 'react';
import { formatCount } from '../../../ui/format';
import { shortNumber } from '../parts/number-text';

interface HistogramBarsProps {
  bins: readonly { from: string; to: string; count: number }[];
  label: string;
  height: number;
  /** Ends of the scale below, and the bin under the pointer told in words. */
  scale?: boolean;
}

/** A histogram as bars of even width; a bin with anything in it is at least one pixel high. */
export function HistogramBars({ bins, label, height, scale }: HistogramBarsProps) {
  const [over, setOver] = useState<number | undefined>(undefined);
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  const bin = over === undefined ? undefined : bins[over];
  return (
    <div className="histogram" onPointerLeave={() => setOver(undefined)}>
      <div className="histogram-bars" role="img" aria-label={label} style={{ height }}>
        {bins.map((each, at) => (
          <span key={each.from} className="histogram-slot" data-over={at === over} onPointerEnter={() => setOver(at)}>
            <i style={{ height: each.count === 0 ? 0 : Math.max(1, (each.count / most) * height) }} />
          </span>
        ))}
      </div>
      {scale ? (
        <div className="histogram-scale">
          {bin ? (
            <span className="told">
              {bin.from === bin.to
                ? shortNumber(bin.from)
                : `${endText(bin.from, bin.to)} – ${endText(bin.to, bin.from)}`}
              <b>{formatCount(bin.count)}</b>
            </span>
          ) : (
            <>
              <span>{endText(bins[0]?.from, bins.at(-1)?.to)}</span>
              <span>{endText(bins.at(-1)?.to, bins[0]?.from)}</span>
            </>
          )}
        </div>
      ) : null}
    </div>
  );
}

/** One end of a scale: of two moments on different days the days suffice. */
function endText(end = '', other = ''): string {
  const day = /^(\d{4,}-\d\d-\d\d) \d\d:/.exec(end)?.[1];
  return day && !other.startsWith(day) ? day : shortNumber(end);
}

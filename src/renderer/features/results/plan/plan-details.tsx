import { IconButton } from '../../../ui/button';
import { formatCount, formatDuration } from '../../../ui/format';
import { estimateText } from './plan-graph';
import { MISJUDGED, type PlanNode } from './plan-model';

/** All that is known of one operator. */
export function PlanDetails({ node, onClose }: { node: PlanNode; onClose(): void }) {
  const figures: [string, string | undefined][] = [
    ['time', node.seconds === undefined ? undefined : formatDuration(node.seconds * 1000)],
    ['share of time', node.share === undefined ? undefined : `${(node.share * 100).toFixed(1)} %`],
    ['rows', node.rows === undefined ? undefined : formatCount(node.rows)],
    ['expected rows', node.estimated === undefined ? undefined : formatCount(node.estimated)],
    ['rows read', node.scanned === undefined ? undefined : formatCount(node.scanned)],
  ];
  return (
    <aside className="plan-details" aria-label={`Details of ${node.operator}`}>
      <header>
        <h3>{node.operator.replaceAll('_', ' ')}</h3>
        <IconButton icon="cross" label="Close details" onClick={onClose} />
      </header>
      <dl className="figures">
        {figures.map(([name, value]) =>
          value === undefined ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      {(node.misjudged ?? 1) >= MISJUDGED ? (
        <p className="plan-warning">
          {estimateText(node)}. Orders of joins are chosen by such estimates: statistics may be missing, or columns that
          go together are taken for independent.
        </p>
      ) : null}
      {node.details.map((detail) => (
        <div key={detail.name} className="plan-detail">
          <h4>{detail.name}</h4>
          {detail.values.map((value, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines that may repeat
            <code key={at}>{value}</code>
          ))}
        </div>
      ))}
    </aside>
  );
}

import { type KeyboardEvent, useMemo, useState } from 'react';
import { Button } from '../../../ui/button';
import { formatCount, formatDuration, formatShortCount } from '../../../ui/format';
import { layOutPlan, NODE, type PlacedNode } from './plan-layout';
import { MISJUDGED, type Plan, type PlanNode, planNodes, withoutSlightSteps } from './plan-model';
import { usePanZoom } from './use-pan-zoom';

interface PlanGraphProps {
  plan: Plan;
  selected: string | undefined;
  onSelect(id: string | undefined): void;
}

/** A plan as a graph: operators with their time and rows, the result on the right, lines as wide as what flows. */
export function PlanGraph({ plan, selected, onSelect }: PlanGraphProps) {
  const [whole, setWhole] = useState(false);
  const brief = useMemo(() => withoutSlightSteps(plan.root), [plan]);
  const root = whole ? plan.root : brief;
  const hidden = planNodes(plan.root).length - planNodes(brief).length;
  const layout = useMemo(() => layOutPlan(root), [root]);
  const { box, viewport, showAll, zoom, reveal, handlers } = usePanZoom(layout);
  const step = (event: KeyboardEvent) => {
    const next = neighbour(root, selected, event.key);
    const placed = layout.nodes.find((each) => each.node.id === next);
    if (!placed) {
      if (event.key === 'Escape') onSelect(undefined);
      handlers.onKeyDown(event);
      return;
    }
    event.preventDefault();
    onSelect(placed.node.id);
    reveal(placed.x, placed.y, NODE.width, NODE.height);
    document.getElementById(nodeId(placed.node))?.focus({ preventScroll: true });
  };
  return (
    <div className="plan-graph">
      <div
        ref={box}
        className="plan-canvas"
        role="tree"
        aria-label="Plan, the result on the right. Arrow keys move between operators, plus and minus zoom, 0 fits."
        tabIndex={0}
        {...handlers}
        onKeyDown={step}
      >
        <div
          className="plan-content"
          style={{ transform: `translate(${viewport.x}px, ${viewport.y}px) scale(${viewport.scale})` }}
        >
          <svg width={layout.width} height={layout.height} aria-hidden>
            {layout.edges.map((edge) => (
              <path key={edge.id} d={edge.path} strokeWidth={edge.width}>
                <title>{edge.rows === undefined ? '' : `${formatCount(edge.rows)} rows`}</title>
              </path>
            ))}
          </svg>
          {layout.nodes.map((placed) => (
            <PlanCard key={placed.node.id} placed={placed} selected={placed.node.id === selected} onSelect={onSelect} />
          ))}
        </div>
      </div>
      <div className="plan-zoom">
        {hidden > 0 ? (
          <Button look="quiet" aria-pressed={whole} onClick={() => setWhole(!whole)}>
            {whole ? 'Hide slight steps' : `${hidden} slight ${hidden === 1 ? 'step' : 'steps'} hidden`}
          </Button>
        ) : null}
        <Button look="quiet" aria-label="Zoom in" title="Zoom in (+)" onClick={() => zoom(1.2)}>
          +
        </Button>
        <Button look="quiet" aria-label="Zoom out" title="Zoom out (−)" onClick={() => zoom(1 / 1.2)}>
          −
        </Button>
        <Button look="quiet" title="Fit the whole plan (0)" onClick={showAll}>
          Fit
        </Button>
      </div>
    </div>
  );
}

function PlanCard({
  placed,
  selected,
  onSelect,
}: {
  placed: PlacedNode;
  selected: boolean;
  onSelect(id: string): void;
}) {
  const { node, x, y } = placed;
  const misjudged = node.misjudged !== undefined && node.misjudged >= MISJUDGED;
  return (
    <button
      id={nodeId(node)}
      type="button"
      role="treeitem"
      aria-selected={selected}
      aria-level={node.id.split('.').length}
      tabIndex={-1}
      className="plan-node"
      data-heat={heat(node.share)}
      style={{ left: x, top: y, width: NODE.width, height: NODE.height }}
      onClick={() => onSelect(node.id)}
    >
      <span className="plan-title">
        <b>{node.operator.replaceAll('_', ' ')}</b>
        {node.seconds === undefined ? null : <span>{formatDuration(node.seconds * 1000)}</span>}
      </span>
      <span className="plan-subject">{node.subject}</span>
      <span className="plan-rows">
        {rowsText(node)}
        {misjudged ? <em title={estimateText(node)}>{offText(node)}</em> : null}
        {node.share === undefined ? null : <i>{Math.round(node.share * 100)} %</i>}
      </span>
      {node.share === undefined ? null : (
        <span className="plan-share">
          <i style={{ width: `${node.share * 100}%` }} />
        </span>
      )}
    </button>
  );
}

/** How the estimate compares with what came. */
export function estimateText(node: PlanNode): string {
  if (node.estimated === undefined || node.rows === undefined) return '';
  return `${formatCount(node.rows)} rows came, ${formatCount(node.estimated)} were expected`;
}

function offText(node: PlanNode): string {
  return `est. ${formatShortCount(node.estimated ?? 0)}`;
}

function rowsText(node: PlanNode): string {
  if (node.rows !== undefined) return `${formatCount(node.rows)} rows`;
  return node.estimated === undefined ? '' : `≈ ${formatCount(node.estimated)} rows`;
}

function heat(share: number | undefined): string {
  if (share === undefined || share < 0.1) return 'cool';
  return share < 0.35 ? 'warm' : 'hot';
}

function nodeId(node: PlanNode): string {
  return `plan-node-${node.id}`;
}

/** The operator that an arrow key leads to: what comes after on the right, what feeds it on the left, siblings above and below. */
function neighbour(root: PlanNode, selected: string | undefined, key: string): string | undefined {
  if (!key.startsWith('Arrow')) return undefined;
  const family = planNodes(root);
  const node = family.find((each) => each.id === selected);
  if (!node) return root.id;
  const parent = family.find((each) => each.children.includes(node));
  if (key === 'ArrowRight') return parent?.id ?? root.id;
  if (key === 'ArrowLeft') return node.children[0]?.id;
  const siblings = parent?.children ?? [];
  return siblings[siblings.indexOf(node) + (key === 'ArrowDown' ? 1 : -1)]?.id;
}

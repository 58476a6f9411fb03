import { hierarchy, tree } from 'd3-hierarchy';
import type { PlanNode } from './plan-model';

export const NODE = { width: 216, height: 74, gapX: 56, gapY: 16 };

export interface PlacedNode {
  node: PlanNode;
  /** Left and top edge in the plan's own pixels. */
  x: number;
  y: number;
}

export interface PlanEdge {
  id: string;
  path: string;
  /** Pixels wide, by the logarithm of the rows that flow along it. */
  width: number;
  rows: number | undefined;
}

export interface PlanLayout {
  nodes: PlacedNode[];
  edges: PlanEdge[];
  width: number;
  height: number;
}

/** Places a plan as a tree from left to right, as data flows: what reads on the left, the result on the right. */
export function layOutPlan(root: PlanNode): PlanLayout {
  const laidOut = tree<PlanNode>()
    .nodeSize([NODE.height + NODE.gapY, NODE.width + NODE.gapX])
    .separation(() => 1)(hierarchy(root, (node) => node.children));
  const points = laidOut.descendants();
  const top = Math.min(...points.map((point) => point.x));
  const right = Math.max(...points.map((point) => point.y));
  const nodes = points.map((point) => ({ node: point.data, x: right - point.y, y: point.x - top }));
  const placeOf = new Map(nodes.map((placed) => [placed.node.id, placed]));
  const edges = laidOut.links().flatMap(({ source, target }): PlanEdge[] => {
    const [from, to] = [placeOf.get(target.data.id), placeOf.get(source.data.id)];
    if (!from || !to) return [];
    const rows = target.data.rows ?? target.data.estimated;
    return [{ id: target.data.id, path: curve(from, to), width: edgeWidth(rows), rows }];
  });
  return {
    nodes,
    edges,
    width: right + NODE.width,
    height: Math.max(...nodes.map((placed) => placed.y)) + NODE.height,
  };
}

function curve(from: PlacedNode, to: PlacedNode): string {
  const [x1, y1] = [from.x + NODE.width, from.y + NODE.height / 2];
  const [x2, y2] = [to.x, to.y + NODE.height / 2];
  const middle = (x1 + x2) / 2;
  return `M${x1},${y1}C${middle},${y1} ${middle},${y2} ${x2},${y2}`;
}

function edgeWidth(rows: number | undefined): number {
  return rows === undefined || rows < 1 ? 1 : Math.min(9, 1 + Math.log10(rows) * 1.1);
}

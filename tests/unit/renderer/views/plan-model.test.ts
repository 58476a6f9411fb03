import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { layOutPlan } from '../../../../src/renderer/features/results/plan/plan-layout';
import {
  planNodes,
  planText,
  readPlan,
  withoutSlightSteps,
} from '../../../../src/renderer/features/results/plan/plan-model';

const SETUP = `CREATE TABLE t AS SELECT i, i % 10 AS g, (i * 7) % 1000 AS r FROM range(200000) s(i);
CREATE TABLE d AS SELECT i AS g, 'n' || i AS label FROM range(10) s(i)`;
const QUERY = `SELECT label, sum(r) AS total FROM t JOIN d USING (g) WHERE i % 3 = 0 AND i % 5 = 0 GROUP BY ALL ORDER BY total DESC LIMIT 3`;

async function explain(options: string): Promise<string> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(SETUP);
  const reader = await connection.runAndReadAll(`EXPLAIN (${options}) ${QUERY}`);
  connection.closeSync();
  instance.closeSync();
  return String(reader.getRows()[0]?.[1]);
}

describe('a measured plan', () => {
  it('has the time and rows of each operator, and shares that make a whole', async () => {
    const plan = readPlan(await explain('ANALYZE, FORMAT JSON'));
    expect(plan.analyzed).toBe(true);
    expect(plan.seconds).toBeGreaterThan(0);
    const nodes = planNodes(plan.root);
    expect(plan.root).toMatchObject({ operator: 'TOP_N', rows: 2 });
    expect(nodes.reduce((sum, node) => sum + (node.share ?? 0), 0)).toBeCloseTo(1);
    const scan = nodes.find((node) => node.subject.endsWith('.t'));
    expect(scan?.scanned).toBe(200_000);
    expect(nodes.some((node) => node.operator === 'HASH_JOIN' && node.children.length === 2)).toBe(true);
    expect(planText(plan)).toContain('HASH_JOIN');
  });

  it('warns where the estimate was far off, for many rows alone', async () => {
    const json = JSON.stringify({
      latency: 1,
      children: [
        {
          operator_name: 'SEQ_SCAN',
          operator_timing: 0.5,
          operator_cardinality: 500_000,
          extra_info: { Table: 't', 'Estimated Cardinality': '100' },
          children: [{ operator_name: 'X', operator_cardinality: 90, extra_info: { 'Estimated Cardinality': '1' } }],
        },
      ],
    });
    const plan = readPlan(json);
    expect(plan.root.misjudged).toBe(5_000);
    expect(plan.root.children[0]?.misjudged).toBeUndefined();
  });
});

describe('a plan that was not run', () => {
  it('has estimates and no times', async () => {
    const plan = readPlan(await explain('FORMAT JSON'));
    expect(plan.analyzed).toBe(false);
    expect(planNodes(plan.root).some((node) => (node.estimated ?? 0) > 0)).toBe(true);
    expect(planNodes(plan.root).every((node) => node.seconds === undefined && node.rows === undefined)).toBe(true);
  });
});

describe('a drawn plan', () => {
  it('stands apart: no two operators overlap, data flows to the right', async () => {
    const plan = readPlan(await explain('ANALYZE, FORMAT JSON'));
    const layout = layOutPlan(plan.root);
    expect(layout.nodes).toHaveLength(planNodes(plan.root).length);
    expect(layout.edges).toHaveLength(layout.nodes.length - 1);
    expect(new Set(layout.nodes.map((node) => `${node.x},${node.y}`)).size).toBe(layout.nodes.length);
    expect(layout.nodes.find((node) => node.node === plan.root)?.x).toBe(
      Math.max(...layout.nodes.map((node) => node.x)),
    );
  });

  it('leaves out what only packs columns', async () => {
    const plan = readPlan(await explain('FORMAT JSON'));
    const brief = planNodes(withoutSlightSteps(plan.root));
    expect(brief.map((node) => node.operator)).not.toContain('PROJECTION');
    expect(brief.length).toBeLessThan(planNodes(plan.root).length);
  });

  it('says so when the text is no plan', () => {
    for (const text of ['', 'null', '[]', '┌───┐']) expect(() => readPlan(text)).toThrow(/cannot be drawn/);
  });
});

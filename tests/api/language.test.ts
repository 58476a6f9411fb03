import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DOORS, type Door, openDoor } from './support/doors';

describe.each(DOORS)('writing SQL through the %s door', (name) => {
  let door: Door;
  beforeAll(async () => {
    door = await openDoor(name);
  });
  afterAll(() => door.close());

  test('columns of a project file are proposed', async () => {
    const text = "select am from 'data/orders.csv'";
    const list = await door.api.language.complete.mutate({ text, offset: 9 });
    expect(list.items.map((item) => item.label)).toContain('amount');
    expect([list.start, list.end]).toEqual([7, 9]);
  });

  test('a mistake is underlined at its place', async () => {
    const problems = await door.api.language.check.mutate({ text: "select amonut from 'data/orders.csv'" });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ start: 7, end: 13, severity: 'error', error: { code: 'SQL_BIND' } });
    expect(await door.api.language.check.mutate({ text: "select amount from 'data/orders.csv'" })).toEqual([]);
  });

  test('a column tells its type, a function its parameters', async () => {
    const text = "select amount from 'data/orders.csv'";
    const hover = await door.api.language.hover.mutate({ text, offset: 9 });
    expect(hover?.contents).toMatch(/DECIMAL|DOUBLE/);
    const signature = await door.api.language.signature.mutate({ text: "select date_trunc('month', ", offset: 27 });
    expect(signature?.activeParameter).toBe(1);
  });

  test('the star is spelled out, a file is gone to, and the text is laid out', async () => {
    const text = "select * from 'data/orders.csv'";
    const expanded = await door.api.language.expandStar.mutate({ text, offset: 7 });
    expect(expanded?.text).toBe('order_id, customer, amount');
    const definition = await door.api.language.definition.mutate({ text, offset: 18 });
    expect(definition).toMatchObject({ kind: 'file', path: 'data/orders.csv' });
    expect(await door.api.language.format.mutate({ text: 'select   1 , 2' })).toContain('1,');
  });

  test('the function reference comes from the engine', async () => {
    const functions = await door.api.language.functions.query();
    expect(functions.length).toBeGreaterThan(400);
    expect(functions.some((one) => one.name === 'date_trunc')).toBe(true);
  });
});

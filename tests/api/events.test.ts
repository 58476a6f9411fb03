import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DOORS, type Door, openDoor } from './support/doors';

describe.each(DOORS)('the event stream of the %s door', (name) => {
  let door: Door;
  beforeAll(async () => {
    door = await openDoor(name);
  });
  afterAll(() => door.close());

  test('a window is told each step of a run in order', async () => {
    const events = await door.events();
    await door.run('select 1 as one', { run: `order-${name}` });
    await events.runEnd(`order-${name}`);
    const steps = events.told.flatMap(({ event }) => {
      if (event.type === 'run' && event.run.id === `order-${name}`) return [`run ${event.run.state}`];
      return event.type === 'result' && event.result.run === `order-${name}` ? [`result ${event.result.state}`] : [];
    });
    expect(steps[0]).toBe('run queued');
    expect(steps.indexOf('result running')).toBeLessThan(steps.indexOf('result done'));
    expect(steps.at(-1)).toBe('run done');
    const ids = events.told.map((told) => told.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('a stream that broke goes on after its last event, with nothing lost and nothing twice', async () => {
    const first = await door.events();
    await door.run('select 1', { run: `seen-${name}` });
    await first.runEnd(`seen-${name}`);
    first.close();
    const { lastId } = first;
    await door.run('select 2', { run: `unseen-${name}` });
    const second = await door.events(lastId);
    expect(second.missed).toBe(false);
    expect((await second.runEnd(`unseen-${name}`)).state).toBe('done');
    const seenBefore = new Set(first.told.map((told) => told.id));
    const twice = second.told.filter((told) => told.event.type !== 'hello' && seenBefore.has(told.id));
    expect(twice).toEqual([]);
  });

  test('a window that was away for too long is told that it missed events', async () => {
    const events = await door.events();
    const { lastId } = events;
    events.close();
    for (let told = 0; told < 2_100; told += 1) door.host.events.publish({ type: 'catalog' });
    expect((await door.events(lastId)).missed).toBe(true);
  });

  test.each(['999999999', 'nonsense', '-1', '12'])(
    'the id "%s" of another start is told as missed, not taken for one of this start',
    async (id) => {
      expect((await door.events(id)).missed).toBe(true);
    },
  );

  test('two windows are both told', async () => {
    const [one, other] = [await door.events(), await door.events()];
    await door.run('select 1', { run: `both-${name}` });
    expect((await one.runEnd(`both-${name}`)).state).toBe('done');
    expect((await other.runEnd(`both-${name}`)).state).toBe('done');
  });
});

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { type PostgresServer, startPostgres } from '../support/services/postgres';
import { expectAccessible } from './support/accessibility';
import { cell, command, newWorksheet, ready, run, runSql } from './support/actions';
import { ROOT } from './support/doors';
import { expect, test } from './support/workbench';

let server: PostgresServer;

test.beforeAll(async () => {
  // The user reader needs no password: what the keychain does is tested where one can be started.
  server = await startPostgres({ hba: ['host all reader 127.0.0.1/32 trust'] });
  await server.run(
    `create role reader login; create table customers (id bigint primary key, name text not null, country text);
     insert into customers select i, 'customer ' || i, case when i % 3 = 0 then 'de' else 'fr' end
     from generate_series(1, 20000) i;
     grant select, update, delete on customers to reader; analyze`,
  );
});

test.afterAll(() => server.stop());

function row(page: Page, name: RegExp) {
  return page.getByRole('tree', { name: 'Files and tables' }).getByRole('treeitem', { name }).first();
}

/** Fills the form of a new connection, and gives it. */
async function newConnection(page: Page, name: string, host = '127.0.0.1') {
  await command(page, 'Connect to a system: database, bucket, API');
  await page.getByRole('button', { name: /^PostgreSQL/ }).click();
  const form = page.getByRole('form', { name: /^Connection/ });
  await form.getByLabel('Name', { exact: true }).fill(name);
  await form.getByLabel('Host', { exact: true }).fill(host);
  await form.getByLabel('Port', { exact: true }).fill(String(server.port));
  await form.getByLabel('Database', { exact: true }).fill(server.database);
  await form.getByLabel('User', { exact: true }).fill('reader');
  return page.getByRole('form', { name: `Connection ${name}` });
}

test('a database is connected by its form, tested, unfolded, and looked into; what it cannot do says why', async ({
  page,
  folder,
  door,
}) => {
  await ready(page);
  const form = await newConnection(page, 'shop_db');
  await form.getByRole('button', { name: 'Test' }).click();
  const steps = form.getByRole('region', { name: 'Test' });
  await expect(steps.getByText('It works.')).toBeVisible();
  await expect(steps.getByRole('listitem').filter({ hasText: 'Login' })).toContainText('reader');
  await expectAccessible(page, 'a tested connection');
  await page.screenshot({ path: path.join(ROOT, 'tests', 'e2e', 'screenshots', `connection-${door}.png`) });

  await form.getByLabel('Port', { exact: true }).fill('1');
  await form.getByRole('button', { name: 'Test' }).click();
  await expect(steps.getByRole('alert')).toContainText('CONNECTION_FAILED');
  await form.getByLabel('Port', { exact: true }).fill(String(server.port));
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, /^shop_db/)).toBeVisible();
  expect(await readFile(path.join(folder, 'millrace.yaml'), 'utf8')).toContain('shop_db:');

  await row(page, /^shop_db/).click();
  await page.keyboard.press('ArrowRight');
  await row(page, /^public/).click();
  await expect(row(page, /^customers/)).toContainText('20');
  await row(page, /^customers/).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Columns, keys, DDL' }).click();
  await expect(page.getByText('PRIMARY KEY (id)').first()).toBeVisible();
  await expectAccessible(page, 'a table of a database');
  await row(page, /^customers/).dblclick();
  await expect(cell(page, 1, 2)).toContainText('customer');
});

test('a result straight from a database stops at the limit, says so, and goes on', async ({ page }) => {
  await ready(page);
  await (await newConnection(page, 'shop_db')).getByRole('button', { name: 'Save' }).click();
  await expect(row(page, /^shop_db/)).toBeVisible();
  await runSql(page, 'from shop_db.public.customers');
  const limit = page.getByRole('region', { name: 'Limit of the connection' });
  await expect(limit).toContainText('first 10,000 rows of shop_db');
  await limit.getByRole('button', { name: 'Fetch all' }).click();
  await expect(page.getByRole('grid').last()).toHaveAttribute('aria-rowcount', '20001');
  await expect(limit).toBeHidden();
});

test('a worksheet runs on the server itself, in its own dialect', async ({ page }) => {
  await ready(page);
  await (await newConnection(page, 'shop_db')).getByRole('button', { name: 'Save' }).click();
  await expect(row(page, /^shop_db/)).toBeVisible();
  await newWorksheet(page, "select to_char(date '2024-02-29', 'FMDay') as day, current_setting('server_version_num')");
  await page.getByRole('button', { name: /^runs on/ }).click();
  await page.getByRole('menuitemcheckbox', { name: /^shop_db/ }).click();
  await expect(page.getByRole('button', { name: /^runs on shop_db/ })).toBeVisible();
  await run(page);
  await expect(cell(page, 1, 1)).toHaveText('Thursday');
  await expect(page.locator('.squiggly-error')).toHaveCount(0);
});

test('what changes a production system waits until it is committed', async ({ page }) => {
  await ready(page);
  const form = await newConnection(page, 'live');
  await form.getByRole('tab', { name: 'Read and write' }).click();
  await form.getByRole('tab', { name: 'prod' }).click();
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, /^live/)).toContainText('prod');

  await runSql(page, 'delete from live.public.customers');
  await expect(page.getByText('it would change all 20,000 rows')).toBeVisible();
  await runSql(page, "update live.public.customers set name = 'changed' where id = 7");
  const waiting = page.getByRole('region', { name: 'Transaction' });
  await expect(waiting).toContainText('1 statement not committed on live');
  expect(await nameOf(7)).toBe('customer 7');
  await expectAccessible(page, 'an open transaction');
  await waiting.getByRole('button', { name: 'Commit' }).click();
  await expect(waiting).toBeHidden();
  expect(await nameOf(7)).toBe('changed');
});

test('a lake table made by a statement stands in the tree, and its page tells its versions', async ({ page, door }) => {
  await ready(page);
  await runSql(
    page,
    `create schema if not exists lake.raw; create or replace table lake.raw.numbers as select i as id from range(500) t(i)`,
  );
  await page.getByRole('button', { name: /^Run all/ }).click();
  await expect(row(page, /^numbers/)).toContainText('500');
  await runSql(page, 'from raw.numbers');
  await expect(page.getByRole('grid').last()).toHaveAttribute('aria-rowcount', '501');
  await row(page, /^numbers/).dblclick();
  await page.getByRole('tab', { name: 'Snapshots' }).click();
  await expect(page.getByText('+500')).toBeVisible();
  await expectAccessible(page, 'a lake table');
  await page.screenshot({ path: path.join(ROOT, 'tests', 'e2e', 'screenshots', `lake-table-${door}.png`) });
});

async function nameOf(id: number): Promise<string | undefined> {
  const [found] = await server.rows<{ name: string }>(`select name from customers where id = ${id}`);
  return found?.name;
}

import { command, ready } from './support/actions';
import { expect, test } from './support/workbench';

test('the theme switches, and is kept', async ({ page }) => {
  await ready(page);
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  await command(page, 'Theme: light');
  await expect.poll(theme).toBe('light');
  await command(page, 'Theme: dark');
  await expect.poll(theme).toBe('dark');
  await page.reload();
  await ready(page);
  await expect.poll(theme).toBe('dark');
});

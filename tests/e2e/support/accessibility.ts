import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Fails the test, and lets it go on, with each violation that axe calls serious or critical, and where it is. */
export async function expectAccessible(page: Page, screen: string): Promise<void> {
  // The legacy mode works in the one window; the other opens a page of its own, which the desktop denies.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const found = serious.map(
    ({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((node) => node.target.join(' ')).join('\n  ')}`,
  );
  expect.soft(found, `axe on ${screen}`).toEqual([]);
}

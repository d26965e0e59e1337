import type { Page } from 'playwright-core';
import type { TestHub } from '../support/hub.ts';

/** Signs in as the hub's administrator, by token, as the form asks. */
export async function signIn(page: Page, hub: TestHub): Promise<void> {
  await page.goto(`${hub.url}/login`);
  await page.getByText('Use an access token instead').click();
  await page.getByLabel('Access token').fill(hub.token);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
}

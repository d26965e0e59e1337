import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { TestContext } from 'node:test';
import sparticuz from '@sparticuz/chromium';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

export interface View {
  /** Width of the window in CSS pixels. */
  width: number;
  scheme: 'light' | 'dark';
  javaScript: boolean;
}

export const WIDE: View = { width: 1280, scheme: 'light', javaScript: true };
export const NARROW: View = { width: 360, scheme: 'light', javaScript: true };

/** For `skip:`: false when the browser of the npm package starts here, else the line to print. */
export async function withoutBrowser(): Promise<string | false> {
  try {
    await (await launch()).close();
    return false;
  } catch (cause) {
    return `no browser: ${String(cause).split('\n')[0]}`;
  }
}

/** A window of its own; what the page writes to the console as an error is collected in `complaints`. */
export async function openPage(t: Pick<TestContext, 'after'>, view: View) {
  // The packaged Chromium is one process: closing one context closes all, so each window has its own browser.
  const browser = await launch();
  t.after(() => browser.close());
  const context: BrowserContext = await browser.newContext({
    viewport: { width: view.width, height: 800 },
    colorScheme: view.scheme,
    javaScriptEnabled: view.javaScript,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}

/** What axe finds serious or critical on the page as it is, one line each. Needs JavaScript in the view. */
export async function seriousFaults(page: Page): Promise<string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  // Evaluated by the debugger, as the page's own policy lets no foreign script in.
  await page.evaluate(source);
  const violations = await page.evaluate<{ impact: string; id: string; nodes: { target: string[] }[] }[]>(
    'axe.run(document, { resultTypes: ["violations"] }).then((found) => found.violations)',
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** By how many pixels the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** The packaged Chromium sometimes dies at its start on a busy machine: three tries, then it is a failure. */
async function launch(tries = 3): Promise<Browser> {
  try {
    const executablePath = await sparticuz.executablePath();
    return await chromium.launch({ executablePath, args: sparticuz.args, headless: true });
  } catch (cause) {
    if (tries === 1) throw cause;
    return launch(tries - 1);
  }
}

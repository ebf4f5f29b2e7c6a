// A person at a real browser without a window: logs in, presses a button, and reads the last page.
// node browser.mjs URL allow|deny [HOSTILE]; each heading of the last tab as it comes, then its address, on stdout.
// HOSTILE is a page that stays open in another tab from before until after; it must have fired by then.
import { createRequire } from 'node:module';

const { chromium } = createRequire(process.env.PEER_MODULES + '/')('playwright-core');
const [, , url, decision, hostile] = process.argv;
const browser = await chromium.launch({
  executablePath: process.env.PEER_CHROMIUM,
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'],
});
// That the program trusts no unknown authority is tested there; a person has told the browser about this one.
const context = await browser.newContext({ ignoreHTTPSErrors: true });
context.setDefaultTimeout(30000);
let other;
if (hostile) {
  other = await context.newPage();
  // It never stops loading.
  await other.goto(hostile, { waitUntil: 'commit' });
  await other.waitForFunction(() => document.title === 'all fired');
}
const page = await context.newPage();
await page.goto(url);
await page.fill('input[name=login]', 'ann');
await page.fill('input[name=password]', 'x');
await page.click('button[type=submit]');
const cancel = page.locator('a[href$="/abort"]');
await page.waitForSelector('input[name=prompt][value=consent]', { state: 'attached' });
await (decision === 'deny' ? cancel.click() : page.click('button[type=submit]'));
let shown = '';
while (!['Connected', 'Not connected'].includes(shown)) {
  const heading = await page.locator('h1').first().textContent({ timeout: 5000 }).catch(() => shown);
  if (heading !== shown) console.log(heading);
  shown = heading;
  // Nobody listens any more: the page came too late to be shown.
  if (page.url().startsWith('chrome-error:')) break;
}
console.log(page.url());
if (other) console.log(await other.evaluate(() => `fired ${window.fired}`));
await browser.close();

// Looks at a page as people do: at a desk and on a phone, by day and by night, on paper, and without script.
// node page.mjs FILE [PICTURES]; one line per look on stdout: name, width of what is shown, width of the window, paper's
// colour, and how many things were asked of a network. PICTURES is a directory for what was seen.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const { chromium } = createRequire(process.env.PEER_MODULES + '/')('playwright-core');
const [, , file, pictures] = process.argv;
const browser = await chromium.launch({
  executablePath: process.env.PEER_CHROMIUM,
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'],
});
const looks = [];
for (const [where, width] of [['desk', 1200], ['phone', 360]]) {
  for (const colorScheme of ['light', 'dark']) looks.push({ name: `${where}-${colorScheme}`, width, colorScheme });
}
looks.push({ name: 'paper', width: 800, colorScheme: 'light', media: 'print' });
for (const { name, width, colorScheme, media } of looks) {
  const context = await browser.newContext({ javaScriptEnabled: false, colorScheme, viewport: { width, height: 900 } });
  const page = await context.newPage();
  let asked = 0;
  page.on('request', request => { if (!request.url().startsWith('file:')) asked += 1; });
  if (media) await page.emulateMedia({ media });
  await page.goto(pathToFileURL(file).href);
  // The page's own script is off; these lines are the browser's.
  const body = await page.locator('body').evaluate(node => [
    node.ownerDocument.documentElement.scrollWidth, getComputedStyle(node).backgroundColor,
  ]).catch(() => null);
  const [wide, colour] = body ?? [0, 'unknown'];
  console.log([name, wide, width, colour, asked].join('\t'));
  if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
  await context.close();
}
await browser.close();

// SPDX-License-Identifier: Apache-2.0
// One of the family opens every dashboard of a Grafana that is there: signs in at the login page, sees the start page, then
// one dashboard after the other, to its end. Prints what went wrong, a line each, and `N dashboards seen`.
//
//   visit.mjs URL [HOST=ADDRESS] <PASSWORD      URL: https://taara.example.org/grafana
//
// The user is `family`. HOST=ADDRESS: where that name leads for this browser. The certificate is not looked at. Ends with
// code 77 where there is no Chromium.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const boards = join(resolve(dirname(fileURLToPath(import.meta.url)), '../../..'), 'grafana/dashboards');
const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const [base, name] = process.argv.slice(2);
if (!base || base.startsWith('-')) {
  console.log('visit.mjs URL [HOST=ADDRESS] <PASSWORD; its first lines tell more');
  process.exit(64);
}
if (!browserPath) {
  console.log('skipped: no Chromium (apt install chromium)');
  process.exit(77);
}
const { chromium } = await import('playwright-core');
const password = readFileSync(0, 'utf8').trim();
const own = new URL(base).origin;
const errors = new Set();
const under = new Set(); // requests that have no answer yet
let last = performance.now();

const browser = await chromium.launch({
  executablePath: browserPath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
    '--disable-sync', ...(name ? [`--host-resolver-rules=MAP ${name.replace('=', ' ')}`] : [])],
});
const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ignoreHTTPSErrors: true, timezoneId: 'Africa/Nairobi', locale: 'en-GB' });
const page = await context.newPage();
page.setDefaultTimeout(120000);
page.on('console', (message) => { if (message.type() === 'error') errors.add(`console: ${message.text()}`); });
page.on('pageerror', (error) => errors.add(`page: ${error.message}`));
page.on('request', (request) => {
  if (/^(data|blob):/.test(request.url())) return;
  if (new URL(request.url()).origin !== own) errors.add(`it called ${request.url()}`);
  under.add(request);
});
for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => { under.delete(request); last = performance.now(); });
page.on('response', (response) => { if (response.status() >= 400) errors.add(`${response.status()} of ${response.url()}`); });

async function quiet() {
  for (let tries = 0; tries < 600 && (under.size > 0 || performance.now() - last < 1500); tries += 1) await page.waitForTimeout(100);
  if (under.size > 0) errors.add(`no answer within a minute: ${[...under].map((request) => request.url()).join(', ')}`);
  under.clear();
}

let seen = 0;
try {
  await page.goto(`${base}/login`);
  await page.fill('input[name="user"]', 'family');
  await page.fill('input[name="password"]', password);
  await page.press('input[name="password"]', 'Enter');
  await page.getByText('Safe time').first().waitFor();
  await quiet();
  for (const file of readdirSync(boards).filter((one) => one.endsWith('.json')).sort()) {
    const board = JSON.parse(readFileSync(join(boards, file)));
    const rows = Math.max(...board.panels.map((panel) => panel.gridPos.y + panel.gridPos.h));
    // Panels load when they come into view: the window is as high as the dashboard.
    await page.setViewportSize({ width: 1440, height: rows * 38 + 150 });
    await page.goto(`${base}/d/${board.uid}`);
    await page.getByText(board.panels.at(-1).title.replace('${size:text}', '50 GB')).first().waitFor();
    await quiet();
    seen += 1;
  }
} catch (error) {
  errors.add(`${page.url()}: ${error.message}`);
}
await browser.close();
for (const error of errors) console.log(error);
console.log(`${seen} dashboards seen`);
process.exitCode = errors.size ? 1 : 0;

// SPDX-License-Identifier: Apache-2.0
// The dashboards in a real Grafana in headless Chromium, with twelve months of three households behind them: every panel
// shows something, none shows an error, the console is clean, and Home is there fast.
//
//   GRAFANA_HOME=/usr/share/grafana tests/grafana/browser/run [PICTURES]
//
// GRAFANA_HOME: Grafana 9 or newer, as its package or archive unpacks it. PICTURES: a folder for a picture of each
// dashboard, on a phone and on a desk, dark and light. Without GRAFANA_HOME it says that it was skipped (code 77).
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const grafanaHome = process.env.GRAFANA_HOME;
const pictures = process.argv[2];
const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const sizes = { phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 } };
const firstLoadLimitMs = 2000;

function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(77);
}
if (!grafanaHome) skip('no Grafana (GRAFANA_HOME is not set)');
if (!browserPath) skip('no Chromium (apt install chromium)');
const { chromium } = await import('playwright-core');

const children = [];
let passed = 0;
let failed = 0;
const verdict = (good, what) => {
  if (good) passed += 1;
  else {
    failed += 1;
    console.log(`FAILED: ${what}`);
  }
};
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const freePort = () => new Promise((done) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

/** Starts a program and waits until `ready` says so; its words are shown when it ends before that. */
async function start(command, args, environment, ready) {
  const child = spawn(command, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  child.stdout.on('data', (text) => { words += text; });
  child.stderr.on('data', (text) => { words += text; });
  children.push(child);
  for (let tries = 0; tries < 1500; tries += 1) {
    if (child.exitCode !== null) break;
    if (await ready(words)) return;
    await sleep(200);
  }
  throw new Error(`${command} did not get ready: ${words.slice(-2000)}`);
}

async function startGrafana(folder, prometheusPort) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const one = join(grafanaHome, 'bin/grafana');
  const [command, first] = existsSync(one) ? [one, ['server']] : [join(grafanaHome, 'bin/grafana-server'), []];
  await start(command, [...first, '--homepath', grafanaHome], {
    TAARA_GRAFANA_DASHBOARDS: join(root, 'grafana/dashboards'), TAARA_PROMETHEUS_URL: `http://127.0.0.1:${prometheusPort}`,
    GF_PATHS_DATA: join(folder, 'grafana'), GF_PATHS_LOGS: join(folder, 'grafana-log'), GF_PATHS_PLUGINS: join(folder, 'plugins'),
    GF_PATHS_PROVISIONING: join(root, 'grafana/provisioning'), GF_SERVER_HTTP_ADDR: '127.0.0.1', GF_SERVER_HTTP_PORT: String(port),
    GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: join(root, 'grafana/dashboards/home.json'),
    GF_AUTH_ANONYMOUS_ENABLED: 'true', GF_ANALYTICS_REPORTING_ENABLED: 'false', GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false', GF_NEWS_NEWS_FEED_ENABLED: 'false', GF_LOG_LEVEL: 'warn', GF_PLUGINS_PREINSTALL_DISABLED: 'true',
  }, async () => {
    try {
      return (await fetch(`${url}/api/health`)).ok && (await (await fetch(`${url}/api/search?tag=taara`)).json()).length === 6;
    } catch {
      return false;
    }
  });
  return url;
}

/** A page that notes what goes wrong, when the first query was asked and when the last answer came. */
async function open(browser, size, url) {
  const context = await browser.newContext({ viewport: sizes[size], timezoneId: 'Africa/Nairobi', locale: 'en-GB' });
  const page = await context.newPage();
  const seen = { errors: [], asked: 0, answered: 0, first: 0, last: 0 };
  page.on('console', (message) => { if (message.type() === 'error') seen.errors.push(`console: ${message.text()}`); });
  page.on('pageerror', (error) => seen.errors.push(`page: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().includes('/api/ds/query')) return;
    seen.asked += 1;
    seen.first ||= performance.now();
  });
  page.on('requestfailed', (request) => {
    if (request.url().includes('/api/ds/query')) seen.answered += 1;
    if (!/ERR_ABORTED/.test(request.failure()?.errorText ?? '')) seen.errors.push(`request: ${request.url()}: ${request.failure()?.errorText}`);
  });
  page.on('response', async (response) => {
    if (response.status() >= 400) seen.errors.push(`${response.status()} of ${response.url()}`);
    if (!response.url().includes('/api/ds/query')) return;
    const body = await response.json().catch(() => ({}));
    for (const [ref, result] of Object.entries(body.results ?? {})) if (result.error) seen.errors.push(`query ${ref}: ${result.error}`);
    seen.answered += 1;
    seen.last = performance.now();
  });
  const begun = performance.now();
  await page.goto(url);
  await quiet(page, seen);
  return { context, page, seen, tookMs: seen.last - begun, dataMs: seen.last - seen.first };
}

/** Until every query has its answer and no new one comes for half a second. */
async function quiet(page, seen) {
  for (let calm = 0, tries = 0; calm < 5 && tries < 300; tries += 1) {
    await sleep(100);
    calm = seen.asked > 0 && seen.asked === seen.answered && performance.now() - seen.last > 100 ? calm + 1 : 0;
  }
}

const titlesOf = (board) => board.panels.map((panel) => panel.title.replace('${size:text}', '50 GB'));

async function look(browser, base, name, size, theme) {
  const board = JSON.parse(readFileSync(join(root, `grafana/dashboards/${name}.json`)));
  const what = `${board.title}, ${size}, ${theme}`;
  const household = board.templating.list.some((variable) => variable.name === 'household') ? '&var-household=home' : '';
  const { context, page, seen } = await open(browser, size, `${base}/d/${board.uid}?kiosk&theme=${theme}${household}`);
  // Panels load when they come into view: make the window as high as the dashboard.
  const rows = Math.max(...board.panels.map((panel) => panel.gridPos.y + panel.gridPos.h));
  const stacked = board.panels.reduce((sum, panel) => sum + panel.gridPos.h, 0);
  await page.setViewportSize({ width: sizes[size].width, height: (size === 'phone' ? stacked : rows) * 38 + 150 });
  await sleep(500);
  await quiet(page, seen);
  await sleep(700);
  const text = await page.evaluate(() => document.body.innerText);
  for (const title of titlesOf(board)) if (!text.includes(title)) seen.errors.push(`the panel '${title}' is not there`);
  if (/\bNo data\b|Panel plugin not found|Failed to load|An unexpected error/.test(text)) {
    seen.errors.push(`it says: ${text.match(/.*(No data|not found|Failed to load|unexpected error).*/)?.[0]}`);
  }
  // All of it is known here; axes are drawn and not in this text.
  if (text.includes('not known yet')) seen.errors.push(`it does not know: ${text.split('\n').filter((line, at, all) => all[at + 1] === 'not known yet' || line === 'not known yet').join(', ')}`);
  const marks = await page.locator('[aria-label*="Panel header error" i], [data-testid*="Panel status error" i], .panel-info-corner--error').count();
  if (marks) seen.errors.push(`${marks} panels show an error`);
  if (pictures) await page.screenshot({ path: join(pictures, `${name}-${size}-${theme}.png`) });
  verdict(seen.errors.length === 0, `${what}: ${[...new Set(seen.errors)].join('; ')}`);
  await context.close();
}

const folder = mkdtempSync(join(tmpdir(), 'taara-grafana-'));
try {
  if (pictures) mkdirSync(pictures, { recursive: true });
  const prometheusPort = await freePort();
  await start(join(root, 'tests/grafana/prometheus.py'), [join(folder, 'prometheus'), String(prometheusPort)], {}, async (words) => words.includes('is ready'));
  const base = await startGrafana(folder, prometheusPort);
  const browser = await chromium.launch({
    executablePath: browserPath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const version = (await (await fetch(`${base}/api/health`)).json()).version;

  // The first visit: an empty cache each time, Home as the start page.
  const loads = [];
  const shares = [];
  for (let visit = 0; visit < 5; visit += 1) {
    const { context, page, seen, tookMs, dataMs } = await open(browser, 'phone', `${base}/`);
    loads.push(tookMs);
    shares.push(dataMs);
    if (visit === 0) {
      verdict(await page.getByText('Safe time').count() > 0, 'the start page is not Home');
      verdict(seen.errors.length === 0, `the start page: ${seen.errors.join('; ')}`);
    }
    await context.close();
  }
  const median = loads.sort((a, b) => a - b)[2];
  const share = Math.round(shares.sort((a, b) => a - b)[2]);
  console.log(`Grafana ${version}: first load of Home ${Math.round(median)} ms, of which from the first query to the last answer ${share} ms`
    + ` (median of ${loads.map(Math.round).join(', ')}; load of the machine ${loadavg()[0].toFixed(1)} on ${cpus().length} cores)`);
  verdict(median < firstLoadLimitMs, `Home takes ${Math.round(median)} ms, more than ${firstLoadLimitMs}`);

  for (const file of readdirSync(join(root, 'grafana/dashboards')).sort()) {
    const name = file.replace('.json', '');
    for (const size of Object.keys(sizes)) for (const theme of ['dark', 'light']) await look(browser, base, name, size, theme);
  }
  await browser.close();
} finally {
  for (const child of children.reverse()) child.kill('SIGINT');
  await sleep(1500);
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;

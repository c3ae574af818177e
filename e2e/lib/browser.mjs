// A person in front of a real browser. Each page they look at is photographed and checked with axe.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { chromium } from 'playwright-core';

const OUTPUT = fileURLToPath(new URL('../output/', import.meta.url));

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

/** Starts Chromium. */
export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}

/**
 * Opens a fresh browser profile at `server`, for one test; it is closed when the test is over.
 *
 * `name` is the folder of the pictures; the rest describes the person's device: `colorScheme`, `viewport`, `locale`.
 */
export async function visit(test, browser, server, { name = 'desktop-light', ...device } = {}) {
  const context = await browser.newContext({
    viewport: DESKTOP,
    colorScheme: 'light',
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...device,
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  context.setDefaultTimeout(15_000);
  const visitor = new Visitor();
  Object.assign(visitor, { context, server, name });
  visitor.page = await visitor.newTab();
  test.after(() => visitor.close(test.name));
  return visitor;
}

class Visitor {
  problems = [];

  /** Opens one more tab; what goes wrong in it is remembered. */
  async newTab() {
    const page = await this.context.newPage();
    page.on('pageerror', (error) => this.problems.push(`${page.url()}: ${error.stack}`));
    page.on('console', (message) => {
      // A refused call is part of many flows; the browser reports it by itself.
      const refused = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !refused) this.problems.push(`${page.url()}: ${message.text()}`);
    });
    return page;
  }

  /** Opens a path of the server. */
  go(path, page = this.page) {
    return page.goto(this.server.url(path));
  }

  /** Photographs the page and expects that axe finds nothing and nothing is wider than the screen. */
  async check(name, page = this.page) {
    await page.evaluate(() => document.fonts.ready);
    await mkdir(OUTPUT + this.name, { recursive: true });
    await page.screenshot({ path: `${OUTPUT}${this.name}/${name}.png`, fullPage: true });
    await page.evaluate(axe.source);
    const found = await page.evaluate(
      async (values) => {
        const { violations } = await globalThis.axe.run(document, {
          runOnly: { type: 'tag', values },
          resultTypes: ['violations'],
        });
        const root = document.documentElement;
        return {
          violations: violations.flatMap(({ id, nodes }) =>
            nodes.map(({ html, failureSummary }) => `${id}: ${html}\n  ${failureSummary}`),
          ),
          overflow: root.scrollWidth - root.clientWidth,
        };
      },
      RULES,
    );
    assert.deepEqual(found, { violations: [], overflow: 0 }, `${name} (${this.name}) at ${page.url()}`);
  }

  /** Keeps a picture of what was seen last; expects that no page threw or broke its content security policy. */
  async close(test) {
    const name = test.replaceAll(/[^\p{L}\d]+/gu, '-');
    await this.page.screenshot({ path: `${OUTPUT}last/${name}.png` }).catch(() => undefined);
    await this.context.close();
    assert.deepEqual(this.problems, []);
  }
}

// How the pages look and behave: themes, languages, right to left, phones, keyboard, terms, and bad moments.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DESKTOP, launch, PHONE, visit } from '../lib/browser.mjs';
import { PASSWORD } from '../lib/client.mjs';
import { startMailbox } from '../lib/messages.mjs';
import {
  announced,
  arrive,
  asked,
  choosePassword,
  field,
  fillIdentifier,
  registerWithUsername,
  signedIn,
  signInWithPassword,
  signOut,
  startFromDemo,
  stopped,
  submit,
  tabTo,
  typeCode,
} from '../lib/pages.mjs';
import { startServer } from '../lib/server.mjs';

let browser;

before(async () => {
  browser = await launch();
});
after(() => browser?.close());

describe('every page in every appearance', () => {
  const LOOKS = [
    { name: 'desktop-light', viewport: DESKTOP, colorScheme: 'light' },
    { name: 'desktop-dark', viewport: DESKTOP, colorScheme: 'dark' },
    { name: 'phone-light', viewport: PHONE, colorScheme: 'light' },
    { name: 'phone-dark', viewport: PHONE, colorScheme: 'dark' },
    { name: 'desktop-light-ar', viewport: DESKTOP, colorScheme: 'light', locale: 'ar' },
    { name: 'phone-dark-ar', viewport: PHONE, colorScheme: 'dark', locale: 'ar' },
  ];
  let server;
  let mailbox;

  before(async () => {
    mailbox = await startMailbox();
    server = await startServer();
    await server.useSmtp(mailbox);
    await server.configure({
      color: { primaryColor: '#0a6b5c', isDarkModeEnabled: true, darkPrimaryColor: '#5fd3c0' },
      branding: { logoUrl: server.url('/demo-app/icon.svg') },
      termsOfUseUrl: 'https://example.com/terms',
      privacyPolicyUrl: 'https://example.com/privacy',
      agreeToTermsPolicy: 'ManualRegistrationOnly',
      supportEmail: 'help@example.com',
      forgotPasswordMethods: ['EmailVerificationCode'],
      signIn: {
        methods: [
          { identifier: 'username', password: true, verificationCode: false, isPasswordPrimary: true },
          { identifier: 'email', password: true, verificationCode: true, isPasswordPrimary: true },
        ],
      },
      signUp: {
        identifiers: ['username'],
        password: true,
        verify: true,
        secondaryIdentifiers: [{ identifier: 'email', verify: true }],
      },
    });
    await server.createUser({ username: 'ann', primaryEmail: 'ann@example.com', password: PASSWORD });
  });
  after(async () => {
    await server?.remove();
    await mailbox?.close();
  });

  for (const look of LOOKS) {
    test(look.name, { timeout: 120_000 }, async (context) => {
      const visitor = await visit(context, browser, server, look);
      const { page } = visitor;
      await visitor.go('/demo-app');
      await page.getByRole('button', { name: 'Sign in' }).waitFor();
      await visitor.check('demo-signed-out');
      await signInPages(visitor);
      await forgotPasswordPages(visitor);
      await registrationPages(visitor, look.name.replaceAll('-', '_'));
      await errorPages(visitor);
      const html = page.locator('html');
      assert.equal(await html.getAttribute('data-theme'), look.colorScheme);
      assert.equal(await html.getAttribute('dir'), look.locale === 'ar' ? 'rtl' : 'ltr');
    });
  }

  async function signInPages(visitor) {
    const { page } = visitor;
    await startFromDemo(visitor);
    await arrive(page, '/sign-in');
    await field(page, 'identifier').waitFor();
    await visitor.check('sign-in');
    await submit(page);
    await announced(page);
    await visitor.check('sign-in-empty');
    await fillIdentifier(page, 'ann@example.com');
    await submit(page);
    await arrive(page, '/sign-in/password');
    await visitor.check('sign-in-password');
    await field(page, 'password').fill('not the password');
    await submit(page);
    await announced(page);
    await visitor.check('sign-in-password-wrong');
  }

  async function forgotPasswordPages(visitor) {
    const { page } = visitor;
    await page.locator('a[href*="forgot-password"]').click();
    await arrive(page, '/forgot-password');
    await visitor.check('forgot-password');
    await fillIdentifier(page, 'ann@example.com');
    await submit(page);
    await arrive(page, '/forgot-password/verification-code');
    await visitor.check('forgot-password-verification-code');
    await typeCode(page, await mailbox.code('ann@example.com'));
    await arrive(page, '/forgot-password/reset');
    await visitor.check('forgot-password-reset');
  }

  async function registrationPages(visitor, username) {
    const { page } = visitor;
    await startFromDemo(visitor, 'Create account');
    await arrive(page, '/register');
    await fillIdentifier(page, username);
    await visitor.check('register');
    await submit(page);
    const dialog = await asked(page);
    await visitor.check('terms-dialog');
    await dialog.agree();
    // What is missing is asked for one by one; the server decides in which order.
    for (let step = 0; step < 2; step += 1) {
      await page.waitForURL(/\/continue\/(email|password)/);
      if (page.url().includes('/continue/email')) await addEmail(visitor, `${username}@example.com`);
      else await addPassword(visitor);
    }
    await signedIn(page);
    await visitor.check('demo-signed-in');
  }

  async function addPassword(visitor) {
    const { page } = visitor;
    await field(page, 'newPassword').waitFor();
    await visitor.check('continue-password');
    await choosePassword(page, PASSWORD);
    await field(page, 'newPassword').waitFor({ state: 'hidden' });
  }

  async function addEmail(visitor, email) {
    const { page } = visitor;
    await visitor.check('continue-email');
    await fillIdentifier(page, email);
    await submit(page);
    await arrive(page, '/continue/verification-code');
    await visitor.check('continue-verification-code');
    await typeCode(page, await mailbox.code(email));
    await page.waitForURL((url) => !url.pathname.endsWith('/verification-code'));
  }

  async function errorPages(visitor) {
    const { page } = visitor;
    for (const path of ['/unknown-session', '/no-such-page', '/account-suspended']) {
      await visitor.go(path);
      await page.locator('h1').waitFor();
      await visitor.check(path.slice(1));
      assert.ok(await page.locator('a[href="mailto:help@example.com"]').count(), `${path} names the support`);
      // By keyboard, as the first thing on the page.
      await page.keyboard.press('Tab');
      assert.equal(await page.locator('.button:focus').count(), 1, `${path} offers a next step`);
    }
  }

  test('the brand colour and the logo are used', async (context) => {
    const visitor = await visit(context, browser, server, { name: 'brand' });
    await startFromDemo(visitor);
    const button = visitor.page.locator('button[name="submit"]');
    await button.waitFor();
    const background = () => button.evaluate((it) => getComputedStyle(it).backgroundColor);
    assert.equal(await background(), 'rgb(10, 107, 92)');
    const logo = visitor.page.locator(`img[src$="/demo-app/icon.svg"]`);
    assert.ok(await logo.evaluate((it) => it.decode().then(() => it.naturalWidth > 0)));
    await visitor.page.emulateMedia({ colorScheme: 'dark' });
    await visitor.page.locator('html[data-theme="dark"]').waitFor();
    assert.equal(await background(), 'rgb(95, 211, 192)');
    await visitor.check('dark');
  });
});

describe('languages', () => {
  let server;

  before(async () => {
    server = await startServer();
  });
  after(() => server?.remove());

  for (const language of ['de', 'fr', 'ru', 'ko', 'ar']) {
    test(`${language}: from the browser and from the request`, async (context) => {
      const visitor = await visit(context, browser, server, { name: `language-${language}`, locale: language });
      const { page } = visitor;
      await startFromDemo(visitor);
      await field(page, 'identifier').waitFor();
      const html = page.locator('html');
      assert.equal(await html.getAttribute('lang'), language);
      assert.equal(await html.getAttribute('dir'), language === 'ar' ? 'rtl' : 'ltr');
      const title = await page.title();
      const heading = await page.locator('h1').textContent();
      await visitor.check('sign-in');
      await signInWithPassword(page, 'nobody', 'not the password');
      const error = await announced(page);
      await visitor.check('error');

      const english = await visit(context, browser, server, { name: `language-${language}` });
      await startFromDemo(english);
      await field(english.page, 'identifier').waitFor();
      assert.notEqual(await english.page.locator('h1').textContent(), heading);
      assert.notEqual(await english.page.title(), title);
      await signInWithPassword(english.page, 'nobody', 'not the password');
      assert.notEqual(await announced(english.page), error);

      await startFromDemo(english, 'Create account', `?ui_locales=${language}`);
      await field(english.page, 'identifier').waitFor();
      assert.equal(await english.page.locator('html').getAttribute('lang'), language);
      await english.check('register');
    });
  }
});

describe('terms', () => {
  let server;
  const links = { termsOfUseUrl: 'https://example.com/terms', privacyPolicyUrl: 'https://example.com/privacy' };

  before(async () => {
    server = await startServer();
    await server.createUser({ username: 'ann', password: PASSWORD });
  });
  after(() => server?.remove());

  test('automatic: links, nothing to tick', async (context) => {
    await server.configure({ ...links, agreeToTermsPolicy: 'Automatic' });
    const visitor = await visit(context, browser, server, { name: 'terms' });
    await startFromDemo(visitor);
    await visitor.page.locator('a[href="https://example.com/terms"]').waitFor();
    assert.equal(await field(visitor.page, 'termsAgreement').count(), 0);
    await visitor.check('automatic');
    await signInWithPassword(visitor.page, 'ann', PASSWORD);
    await signedIn(visitor.page);
  });

  test('manual: asked at sign-in too, and refusing stops', async (context) => {
    await server.configure({ ...links, agreeToTermsPolicy: 'Manual' });
    const visitor = await visit(context, browser, server, { name: 'terms' });
    const { page } = visitor;
    await startFromDemo(visitor);
    await field(page, 'termsAgreement').waitFor({ state: 'attached' });
    await visitor.check('manual');
    await signInWithPassword(page, 'ann', PASSWORD);
    const dialog = await asked(page);
    await visitor.check('manual-dialog');
    await page.keyboard.press('Escape');
    await dialog.closed();
    assert.equal(await field(page, 'termsAgreement').isChecked(), false);
    await submit(page);
    await dialog.agree();
    await signedIn(page);
  });

  test('for registration only', async (context) => {
    await server.configure({ ...links, agreeToTermsPolicy: 'ManualRegistrationOnly' });
    const visitor = await visit(context, browser, server, { name: 'terms' });
    const { page } = visitor;
    await startFromDemo(visitor);
    await field(page, 'identifier').waitFor();
    assert.equal(await field(page, 'termsAgreement').count(), 0);
    await startFromDemo(visitor, 'Create account');
    await field(page, 'termsAgreement').check({ force: true });
    await registerWithUsername(page, 'tess', PASSWORD);
    await signedIn(page);
  });
});

describe('people', () => {
  let server;

  before(async () => {
    server = await startServer();
    await server.createUser({ username: 'ann', password: PASSWORD });
  });
  after(() => server?.remove());

  test('signing in with the keyboard alone', async (context) => {
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    await visitor.go('/demo-app');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await tabTo(page, 'Sign in');
    await page.keyboard.press('Enter');
    await field(page, 'identifier').waitFor();
    await tabTo(page, 'identifier');
    await page.keyboard.type('ann');
    await tabTo(page, 'password');
    await page.keyboard.type('wrong password');
    await page.keyboard.press('Enter');
    await announced(page);
    await tabTo(page, 'password');
    await page.keyboard.press('Control+A');
    await page.keyboard.type(PASSWORD);
    await tabTo(page, 'submit');
    const outline = await page.evaluate(() => {
      const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement);
      return outlineStyle !== 'none' || boxShadow !== 'none';
    });
    assert.ok(outline, 'one sees where the focus is');
    await page.keyboard.press('Enter');
    assert.equal(await signedIn(page), 'ann');
  });

  test('fields say what they are for', async (context) => {
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    await startFromDemo(visitor);
    assert.match(await field(page, 'identifier').getAttribute('autocomplete'), /\busername\b/);
    assert.equal(await field(page, 'password').getAttribute('autocomplete'), 'current-password');
    await startFromDemo(visitor, 'Create account');
    await fillIdentifier(page, 'olga');
    await submit(page);
    await arrive(page, '/register/password');
    assert.equal(await field(page, 'newPassword').getAttribute('autocomplete'), 'new-password');
  });

  test('a second press on the button does nothing more', async (context) => {
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    await startFromDemo(visitor);
    let submits = 0;
    page.on('request', (request) => (submits += request.url().endsWith('/api/experience/submit') ? 1 : 0));
    await fillIdentifier(page, 'ann');
    await field(page, 'password').fill(PASSWORD);
    await page.locator('button[name="submit"]').dblclick();
    assert.equal(await signedIn(page), 'ann');
    assert.equal(submits, 1);
  });

  test('reloading in the middle', async (context) => {
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    await startFromDemo(visitor);
    await fillIdentifier(page, 'ann');
    await page.reload();
    await signInWithPassword(page, 'ann', PASSWORD);
    assert.equal(await signedIn(page), 'ann');
    await signOut(page);
    await startFromDemo(visitor, 'Create account');
    await fillIdentifier(page, 'rita');
    await submit(page);
    await arrive(page, '/register/password');
    await page.reload();
    await page.locator('h1').waitFor();
    await visitor.check('register-password-reloaded');
    await startFromDemo(visitor, 'Create account');
    await registerWithUsername(page, 'rita', PASSWORD);
    assert.equal(await signedIn(page), 'rita');
  });

  test('the back button', async (context) => {
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    await startFromDemo(visitor, 'Create account');
    await fillIdentifier(page, 'bob');
    await submit(page);
    await arrive(page, '/register/password');
    await page.goBack();
    await arrive(page, '/register');
    await registerWithUsername(page, 'bob', PASSWORD);
    await signedIn(page);
    await page.goBack();
    await page.locator('h1').waitFor();
    await visitor.check('back-after-sign-in');
    await visitor.go('/demo-app');
    assert.equal(await signedIn(page), 'bob');
  });

  test('two tabs', async (context) => {
    const visitor = await visit(context, browser, server);
    await startFromDemo(visitor);
    const first = visitor.page;
    await field(first, 'identifier').waitFor();
    visitor.page = await visitor.newTab();
    await startFromDemo(visitor);
    const second = visitor.page;
    await field(second, 'identifier').waitFor();
    await signInWithPassword(first, 'ann', PASSWORD);
    assert.equal(await signedIn(first), 'ann');
    await signInWithPassword(second, 'ann', PASSWORD);
    assert.ok(await stopped(second));
    await visitor.check('second-tab-too-late');
    await visitor.go('/demo-app', second);
    await second.getByRole('button', { name: 'Sign in' }).click();
    assert.equal(await signedIn(second), 'ann');
  });

  test('a sign-in that has expired', async (context) => {
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    await startFromDemo(visitor);
    await field(page, 'identifier').waitFor();
    await visitor.context.clearCookies();
    await signInWithPassword(page, 'ann', PASSWORD);
    assert.ok(await stopped(page));
    await visitor.check('expired');
    await visitor.go('/sign-in');
    await arrive(page, '/unknown-session');
    await visitor.check('expired-reloaded');
  });

  test('a page without a sign-in in progress', async (context) => {
    const visitor = await visit(context, browser, server);
    await visitor.go('/sign-in');
    await arrive(visitor.page, '/unknown-session');
    await visitor.page.locator('h1').waitFor();
    await visitor.check('unknown-session');
    await visitor.go('/no-such-page');
    await visitor.page.locator('h1').waitFor();
    await visitor.check('not-found');
  });

  test('a page that cannot be shown leads back to the one before', async (context) => {
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    for (const path of ['/no-such-page', '/unknown-session']) {
      await visitor.go('/demo-app');
      await visitor.go(path);
      await page.locator('h1').waitFor();
      await page.keyboard.press('Tab');
      assert.equal(await page.locator('button[name="back"]:focus').textContent(), 'Go back');
      await page.keyboard.press('Enter');
      await arrive(page, '/demo-app');
    }
    // Where the tab has shown nothing else, and the settings name an address.
    await server.configure({ unknownSessionRedirectUrl: server.url('/demo-app') });
    context.after(() => server.configure({ unknownSessionRedirectUrl: null }));
    const fresh = await visitor.newTab();
    await visitor.go('/no-such-page', fresh);
    await fresh.locator('a.button', { hasText: 'Go back' }).click();
    await arrive(fresh, '/demo-app');
  });

  test('a bare link to sign out asks first', async (context) => {
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    await startFromDemo(visitor);
    await signInWithPassword(page, 'ann', PASSWORD);
    await signedIn(page);
    await visitor.go('/oidc/session/end');
    await visitor.check('end-session');
    await page.locator('form button').click();
    await arrive(page, '/oidc/session/end/success');
    await visitor.check('end-session-success');
    await page.evaluate(() => sessionStorage.clear());
    await startFromDemo(visitor);
    await arrive(page, '/sign-in');
  });

  test('the application tells what went wrong', async (context) => {
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    await visitor.go('/demo-app?prompt=none');
    await page.getByRole('button', { name: 'Sign in' }).click();
    const alert = page.getByRole('alert');
    await alert.filter({ hasText: 'Nobody is signed in.' }).waitFor();
    await visitor.check('demo-error');
    await alert.getByRole('button', { name: 'Dismiss' }).click();
    await alert.filter({ hasText: 'Nobody' }).waitFor({ state: 'hidden' });
  });
});

test('the first administrator', async (context) => {
  const server = await startServer();
  context.after(() => server.remove());
  const [link] = /http:\S+\/setup\?token=\S+/.exec(server.log) ?? [];
  assert.ok(link, `the server prints a link:\n${server.log}`);
  const visitor = await visit(context, browser, server, { name: 'setup' });
  const { page } = visitor;
  await page.goto(link);
  await field(page, 'identifier').waitFor();
  assert.ok(!page.url().includes('token'), 'the token does not stay in the history');
  await visitor.check('setup');
  await fillIdentifier(page, 'chief');
  await choosePassword(page, PASSWORD);
  await field(page, 'newPassword').waitFor({ state: 'hidden' });
  await visitor.check('setup-done');
  await page.locator('a[href$="demo-app"]').click();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await signInWithPassword(page, 'chief', PASSWORD);
  assert.equal(await signedIn(page), 'chief');

  await page.goto(link);
  await fillIdentifier(page, 'second');
  await choosePassword(page, PASSWORD);
  assert.ok(await stopped(page));
  await visitor.check('setup-link-used');
});

test('under a base path', async (context) => {
  const server = await startServer({ basePath: '/auth' });
  context.after(() => server.remove());
  const visitor = await visit(context, browser, server, { name: 'base-path' });
  const { page } = visitor;
  await startFromDemo(visitor, 'Create account');
  await arrive(page, '/auth/register');
  await visitor.check('register');
  await registerWithUsername(page, 'ben', PASSWORD);
  assert.equal(await signedIn(page), 'ben');
  await visitor.check('demo-signed-in');
  await signOut(page);
  await startFromDemo(visitor);
  await arrive(page, '/auth/sign-in');
  await signInWithPassword(page, 'ben', PASSWORD);
  assert.equal(await signedIn(page), 'ben');
  await visitor.go('/sign-in');
  await page.locator('h1').waitFor();
});

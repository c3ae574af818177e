// Second factors in Chromium: people set them up, sign in with them, do without them; every page in every appearance.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { appShows } from '../lib/authenticator.mjs';
import { DESKTOP, launch, PHONE, visit } from '../lib/browser.mjs';
import { PASSWORD } from '../lib/client.mjs';
import { codeIn } from '../lib/messages.mjs';
import {
  announced,
  arrive,
  field,
  fillIdentifier,
  registerWithUsername,
  signedIn,
  signInWithPassword,
  signOut,
  startFromDemo,
  submit,
  typeCode,
} from '../lib/pages.mjs';
import { until } from '../lib/processes.mjs';
import { startServer } from '../lib/server.mjs';

const WITH_PASSWORD = { password: true, verificationCode: false, isPasswordPrimary: true };
const BY_USERNAME = {
  signIn: { methods: [{ identifier: 'username', ...WITH_PASSWORD }] },
  signUp: { identifiers: ['username'], password: true, verify: false },
};

let browser;
let server;

before(async () => {
  browser = await launch();
  server = await startServer();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

/** Signs somebody in up to the point where a second factor comes up. */
async function firstFactor(visitor, name) {
  await startFromDemo(visitor);
  await signInWithPassword(visitor.page, name, PASSWORD);
}

/** Reads the key that the page shows for the app. */
async function shownSecret(page) {
  return (await page.locator('.secret code').textContent()).replaceAll(' ', '');
}

async function typeAppCode(page, code) {
  await field(page, 'totpCode_0').click();
  await page.keyboard.type(code);
}

/** Sets an app up on its page; answers with the key. */
async function setUpApp(page) {
  const secret = await shownSecret(page);
  await typeAppCode(page, appShows(secret));
  return secret;
}

/** Reads the backup codes off their page and says that they are kept. */
async function keepBackupCodes(page) {
  await arrive(page, '/mfa-binding/BackupCode');
  await page.locator('.codes li').first().waitFor();
  const codes = await page.locator('.codes li').allTextContents();
  await submit(page);
  return codes;
}

/** The code of the newest message to an address. */
async function sentCode(to) {
  const message = await until(`a message to ${to}`, async () => (await server.outbox()).find((it) => it.to === to));
  return codeIn(JSON.stringify(message));
}

function choose(page, name) {
  return page.locator(`button[name="${name}"]`).click();
}

describe('flows', () => {
  /** Turns factors on, and creates somebody. */
  async function begin(policy, factors, user, changes = BY_USERNAME) {
    await server.configure({ ...changes, mfa: { policy, factors } });
    await server.createUser({ password: PASSWORD, ...user });
  }

  test('an app with backup codes must be set up, and signs in from then on', async (context) => {
    await begin('Mandatory', ['Totp', 'BackupCode'], { username: 'ann' });
    const visitor = await visit(context, browser, server, { name: 'second-factors' });
    const { page } = visitor;
    await firstFactor(visitor, 'ann');
    // The only factor needs no list, and there is no way around it.
    await arrive(page, '/mfa-binding/Totp');
    const before = await shownSecret(page);
    assert.equal(await page.locator('button[name="skip"]').count(), 0);
    await page.reload();
    assert.notEqual(await shownSecret(page), before, 'a secret is never remembered');
    await page.locator('button[name="copy"]').click();
    await announced(page);
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await shownSecret(page));

    const secret = await setUpApp(page);
    await arrive(page, '/mfa-binding/BackupCode');
    await page.locator('.codes li').first().waitFor();
    await page.reload();
    await page.locator('.codes li').first().waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('a[download]').click(),
    ]);
    const codes = await keepBackupCodes(page);
    assert.deepEqual((await readFile(await download.path(), 'utf8')).split('\n'), codes);
    assert.equal(codes.length, 10);
    assert.equal(await signedIn(page), 'ann');

    await signOut(page);
    await firstFactor(visitor, 'ann');
    await arrive(page, '/mfa-verification/Totp');
    await page.reload();
    await typeAppCode(page, appShows(secret, 20));
    await announced(page);
    await until('the inputs are empty', async () => (await field(page, 'totpCode_0').inputValue()) === '');
    assert.equal(await field(page, 'totpCode_0').getAttribute('aria-invalid'), 'true');
    await typeAppCode(page, appShows(secret, 1));
    assert.equal(await signedIn(page), 'ann');

    for (const refused of [false, true]) {
      await signOut(page);
      await firstFactor(visitor, 'ann');
      await arrive(page, '/mfa-verification/Totp');
      await page.locator('a[href*="mfa-verification"]').click();
      await choose(page, 'BackupCode');
      await arrive(page, '/mfa-verification/BackupCode');
      await field(page, 'code').fill(` ${codes[0]} `);
      await submit(page);
      if (!refused) {
        assert.equal(await signedIn(page), 'ann');
        continue;
      }
      await announced(page);
      assert.equal(await field(page, 'code').getAttribute('aria-invalid'), 'true');
      await field(page, 'code').fill(codes[1]);
      await submit(page);
      assert.equal(await signedIn(page), 'ann');
    }
  });

  test('who registers sets one up too', async (context) => {
    await server.configure({ ...BY_USERNAME, mfa: { policy: 'Mandatory', factors: ['Totp'] } });
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    await startFromDemo(visitor, 'Create account');
    await registerWithUsername(page, 'bea', PASSWORD);
    await arrive(page, '/mfa-binding/Totp');
    await setUpApp(page);
    assert.equal(await signedIn(page), 'bea');
  });

  test('who may do without is asked once', async (context) => {
    await begin('PromptAtSignInAndSignUp', ['Totp', 'EmailVerificationCode'], { username: 'cleo' });
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    await firstFactor(visitor, 'cleo');
    await arrive(page, '/mfa-onboarding');
    await page.reload();
    await choose(page, 'enable');
    await arrive(page, '/mfa-binding');
    await page.reload();
    await choose(page, 'Totp');
    await arrive(page, '/mfa-binding/Totp');
    await page.locator('button[name="skip"]').click();
    assert.equal(await signedIn(page), 'cleo');
    await signOut(page);
    await firstFactor(visitor, 'cleo');
    assert.equal(await signedIn(page), 'cleo');
  });

  test('not now', async (context) => {
    await begin('PromptAtSignInAndSignUp', ['Totp'], { username: 'dan' });
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    await firstFactor(visitor, 'dan');
    await arrive(page, '/mfa-onboarding');
    await choose(page, 'skip');
    assert.equal(await signedIn(page), 'dan');
  });

  test('an e-mail address is added and asked from then on', async (context) => {
    await begin('Mandatory', ['EmailVerificationCode', 'PhoneVerificationCode'], { username: 'eva' });
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    await firstFactor(visitor, 'eva');
    await arrive(page, '/mfa-binding');
    await choose(page, 'EmailVerificationCode');
    await arrive(page, '/mfa-binding/EmailVerificationCode');
    await page.reload();
    await fillIdentifier(page, 'eva@example.com');
    await submit(page);
    await arrive(page, '/continue/verification-code');
    await page.reload();
    await typeCode(page, await sentCode('eva@example.com'));
    assert.equal(await signedIn(page), 'eva');
    await signOut(page);

    await firstFactor(visitor, 'eva');
    await arrive(page, '/mfa-verification/EmailVerificationCode');
    await page.reload();
    await page.getByText('e***@example.com').waitFor();
    const [message] = await server.outbox();
    assert.equal(message.type, 'MfaVerification');
    const code = codeIn(JSON.stringify(message));
    await typeCode(page, code === '000000' ? '111111' : '000000');
    await announced(page);
    await typeCode(page, code);
    assert.equal(await signedIn(page), 'eva');
  });

  test('another code can be asked for', async (context) => {
    const email = 'hana@example.com';
    await begin('Mandatory', ['EmailVerificationCode'], { username: 'hana', primaryEmail: email });
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    await page.clock.install();
    await firstFactor(visitor, 'hana');
    await arrive(page, '/mfa-verification/EmailVerificationCode');
    const [first] = await server.outbox();
    // The only factor has no other way beside it.
    assert.equal(await page.locator('a[href*="mfa-verification"]').count(), 0);
    await page.clock.fastForward(60_000);
    await page.locator('button[name="resend"]').click();
    await announced(page);
    const [second] = await server.outbox();
    assert.notEqual(second.id, first.id);
    await typeCode(page, codeIn(JSON.stringify(second)));
    assert.equal(await signedIn(page), 'hana');
  });

  test('too many wrong codes are told', async (context) => {
    await begin('Mandatory', ['Totp', 'WebAuthn', 'BackupCode'], { username: 'ivo' });
    const visitor = await visit(context, browser, server, { name: 'second-factors' });
    const { page } = visitor;
    await firstFactor(visitor, 'ivo');
    // Passkeys are left out, so that one factor remains.
    await arrive(page, '/mfa-binding/Totp');
    const secret = await setUpApp(page);
    await keepBackupCodes(page);
    await signedIn(page);
    await signOut(page);
    await server.configure({ sentinelPolicy: { maxAttempts: 2, lockoutDuration: 90 } });
    context.after(() => server.configure({ sentinelPolicy: {} }));
    await firstFactor(visitor, 'ivo');
    await arrive(page, '/mfa-verification/Totp');
    await typeAppCode(page, appShows(secret, 20));
    await page.locator('#code-error').filter({ hasText: /\S/ }).waitFor();
    await typeAppCode(page, appShows(secret, 21));
    const alert = page.locator('.toast.error');
    await alert.waitFor();
    assert.match(await alert.textContent(), /90 min/);
    await visitor.check('locked-out');
    // The first input waits for the next code.
    await page.keyboard.type(appShows(secret, 1));
    await until('the right code is refused too', async () => (await field(page, 'totpCode_5').inputValue()) === '');
    await alert.waitFor();
    assert.equal(await field(page, 'totpCode_0').inputValue(), '');
  });

  test('an address that somebody has is told', async (context) => {
    await begin('Mandatory', ['EmailVerificationCode'], { username: 'flo' });
    await server.createUser({ username: 'owner', primaryEmail: 'taken@example.com', password: PASSWORD });
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    await firstFactor(visitor, 'flo');
    await arrive(page, '/mfa-binding/EmailVerificationCode');
    await fillIdentifier(page, 'taken@example.com');
    await submit(page);
    await arrive(page, '/continue/verification-code');
    await typeCode(page, await sentCode('taken@example.com'));
    await page.getByRole('dialog').locator('button[name="confirm"]').click();
    await arrive(page, '/mfa-binding/EmailVerificationCode');
  });

  test('a further factor is only a suggestion', async (context) => {
    const byEmail = {
      signIn: { methods: [{ identifier: 'email', ...WITH_PASSWORD }] },
      signUp: { identifiers: ['email'], password: true, verify: true },
    };
    const gil = { primaryEmail: 'gil@example.com' };
    await begin('Mandatory', ['EmailVerificationCode', 'Totp'], gil, byEmail);
    const visitor = await visit(context, browser, server, { name: 'second-factors' });
    const { page } = visitor;
    await firstFactor(visitor, 'gil@example.com');
    await arrive(page, '/mfa-verification/EmailVerificationCode');
    await typeCode(page, await sentCode('gil@example.com'));
    await arrive(page, '/mfa-binding/Totp');
    await page.locator('.qr-code').waitFor();
    await visitor.check('suggestion');
    await choose(page, 'skip');
    assert.equal(await signedIn(page), 'gil@example.com');
  });

  test('without what came before, a page says so', async (context) => {
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    for (const path of ['/mfa-onboarding', '/mfa-binding', '/mfa-binding/Totp', '/mfa-verification/Totp']) {
      await visitor.go(path);
      await page.locator('a.button[href^="sign-in"]').waitFor();
    }
  });
});

describe('every page in every appearance', () => {
  const LOOKS = [
    { name: 'desktop-light', viewport: DESKTOP, colorScheme: 'light' },
    { name: 'desktop-dark', viewport: DESKTOP, colorScheme: 'dark' },
    { name: 'phone-light', viewport: PHONE, colorScheme: 'light' },
    { name: 'narrow-dark', viewport: { width: 360, height: 740 }, colorScheme: 'dark' },
    { name: 'desktop-light-ar', viewport: DESKTOP, colorScheme: 'light', locale: 'ar' },
    { name: 'narrow-dark-ar', viewport: { width: 360, height: 740 }, colorScheme: 'dark', locale: 'ar' },
  ];
  const FACTORS = ['Totp', 'EmailVerificationCode', 'PhoneVerificationCode', 'BackupCode'];

  for (const look of LOOKS) {
    test(look.name, { timeout: 120_000 }, async (context) => {
      const color = { primaryColor: '#0a6b5c', isDarkModeEnabled: true, darkPrimaryColor: '#5fd3c0' };
      const mfa = { policy: 'PromptAtSignInAndSignUp', factors: FACTORS };
      await server.configure({ ...BY_USERNAME, color, supportEmail: 'help@example.com', mfa });
      const visitor = await visit(context, browser, server, look);
      const person = look.name.replaceAll('-', '_');
      await server.createUser({ username: person, password: PASSWORD });
      await bindingPages(visitor, person);
      await verificationPages(visitor, person);
      await addressPages(visitor, person);
      await passkeyPage(visitor, person);
    });
  }

  async function bindingPages(visitor, person) {
    const { page } = visitor;
    await firstFactor(visitor, person);
    await arrive(page, '/mfa-onboarding');
    await visitor.check('mfa-onboarding');
    await choose(page, 'enable');
    await arrive(page, '/mfa-binding');
    await visitor.check('mfa-binding');
    for (const factor of ['EmailVerificationCode', 'PhoneVerificationCode']) {
      await choose(page, factor);
      await arrive(page, `/mfa-binding/${factor}`);
      await field(page, 'identifier').waitFor();
      await visitor.check(`mfa-binding-${factor}`);
      await page.locator('a[href*="mfa-binding"]').click();
    }
    await choose(page, 'Totp');
    await arrive(page, '/mfa-binding/Totp');
    await page.locator('.qr-code').evaluate((it) => it.decode());
    await visitor.check('mfa-binding-Totp');
    await typeAppCode(page, '000000');
    await announced(page);
    await visitor.check('mfa-binding-Totp-wrong');
    visitor.secret = await setUpApp(page);
    await arrive(page, '/mfa-binding/BackupCode');
    await page.locator('.codes li').first().waitFor();
    await visitor.check('mfa-binding-BackupCode');
    visitor.codes = await keepBackupCodes(page);
    await signedIn(page);
    await signOut(page);
  }

  async function verificationPages(visitor, person) {
    const { page } = visitor;
    await firstFactor(visitor, person);
    await arrive(page, '/mfa-verification/Totp');
    await field(page, 'totpCode_0').waitFor();
    await visitor.check('mfa-verification-Totp');
    await typeAppCode(page, appShows(visitor.secret, 20));
    await announced(page);
    await visitor.check('mfa-verification-Totp-wrong');
    await page.locator('a[href*="mfa-verification"]').click();
    await page.locator('.choice').first().waitFor();
    await choose(page, 'BackupCode');
    await arrive(page, '/mfa-verification/BackupCode');
    await visitor.check('mfa-verification-BackupCode');
    await submit(page);
    await announced(page);
    await visitor.check('mfa-verification-BackupCode-empty');
    await field(page, 'code').fill(visitor.codes[0]);
    await submit(page);
    await signedIn(page);
    await signOut(page);
  }

  async function addressPages(visitor, person) {
    const { page } = visitor;
    const look = LOOKS.findIndex(({ name }) => name === visitor.name);
    const addresses = { primaryEmail: `${person}@example.com`, primaryPhone: `44770090012${look}` };
    await server.createUser({ username: `${person}_2`, password: PASSWORD, ...addresses });
    await firstFactor(visitor, `${person}_2`);
    await arrive(page, '/mfa-verification/PhoneVerificationCode');
    await visitor.check('mfa-verification-PhoneVerificationCode');
    await page.locator('a[href*="mfa-verification"]').click();
    await page.locator('.choice').first().waitFor();
    await visitor.check('mfa-verification');
    await choose(page, 'EmailVerificationCode');
    await arrive(page, '/mfa-verification/EmailVerificationCode');
    await visitor.check('mfa-verification-EmailVerificationCode');
    // The code to the phone is forgotten: the way back leads to the choice.
    await page.goBack();
    await page.goBack();
    await page.locator('.choice').first().waitFor();
  }

  async function passkeyPage(visitor, person) {
    const { page } = visitor;
    await server.configure({ mfa: { policy: 'Mandatory', factors: ['WebAuthn'] } });
    await server.createUser({ username: `${person}_3`, password: PASSWORD });
    await firstFactor(visitor, `${person}_3`);
    await arrive(page, '/mfa-binding');
    await page.locator('a.button').waitFor();
    await visitor.check('passkey-only');
  }
});

// People sign in, register, reset passwords and sign out in Chromium, through the demo application.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, visit } from '../lib/browser.mjs';
import { PASSWORD } from '../lib/client.mjs';
import { codeIn, startMailbox, startSmsEndpoint } from '../lib/messages.mjs';
import {
  announced,
  arrive,
  asked,
  choosePassword,
  claim,
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
import { execute, stopSharedServer } from '../lib/postgres.mjs';
import { until } from '../lib/processes.mjs';
import { DATABASES, startServer } from '../lib/server.mjs';

const NEW_PASSWORD = 'eleven green kettles';

/** Sign-in by e-mail or phone with a code or a password, or by user name with a password. */
const EVERY_METHOD = ['email', 'phone', 'username'].map((identifier) => ({
  identifier,
  password: true,
  verificationCode: identifier !== 'username',
  isPasswordPrimary: false,
}));

let browser;

before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await stopSharedServer();
});

for (const database of DATABASES) {
  describe(`password flows on ${database}`, () => {
    let server;

    before(async () => {
      server = await startServer({ database });
      await server.createUser({ username: 'ann', password: PASSWORD, name: 'Ann Example' });
    });
    after(() => server?.remove());

    test('register, refresh, sign out, sign in', async (context) => {
      const visitor = await visit(context, browser, server);
      const { page } = visitor;
      await startFromDemo(visitor, 'Create account');
      await visitor.check('register');
      await registerWithUsername(page, 'carla', PASSWORD);
      assert.equal(await signedIn(page), 'carla');
      assert.equal(await claim(page, 'ID token', 'username'), 'carla');
      await page.getByRole('region', { name: 'Userinfo' }).locator('dt', { hasText: /^sub$/ }).waitFor();
      await visitor.check('demo-signed-in');

      const token = page.locator('[data-token="access token"]');
      const before = await token.textContent();
      await page.getByRole('button', { name: 'Refresh tokens' }).click();
      await until('a new access token', async () => (await token.textContent()) !== before);

      await signOut(page);
      await visitor.check('demo-signed-out');
      await startFromDemo(visitor);
      await arrive(page, '/sign-in');
      await signInWithPassword(page, 'carla', PASSWORD);
      assert.equal(await signedIn(page), 'carla');
    });

    test('a wrong password is told, and can be corrected', async (context) => {
      const visitor = await visit(context, browser, server);
      const { page } = visitor;
      await startFromDemo(visitor);
      await signInWithPassword(page, 'ann', 'not the password');
      assert.ok(await announced(page));
      await visitor.check('wrong-password');
      assert.ok(page.url().includes('/sign-in'));
      await signInWithPassword(page, 'ann', PASSWORD);
      assert.equal(await signedIn(page), 'Ann Example');
    });

    test('an unknown user name is told like a wrong password', async (context) => {
      const visitor = await visit(context, browser, server);
      const { page } = visitor;
      await startFromDemo(visitor);
      await signInWithPassword(page, 'ann', 'not the password');
      const wrong = await announced(page);
      await page.reload();
      await signInWithPassword(page, 'nobody', PASSWORD);
      assert.equal(await announced(page), wrong);
    });

    test('a weak password and a taken user name are told at their fields', async (context) => {
      const visitor = await visit(context, browser, server);
      const { page } = visitor;
      await startFromDemo(visitor, 'Create account');
      await fillIdentifier(page, 'ann');
      await submit(page);
      await announced(page);
      await visitor.check('username-taken');
      await fillIdentifier(page, 'dora');
      await submit(page);
      await arrive(page, '/register/password');
      await visitor.check('register-password');
      await choosePassword(page, '12345678');
      await announced(page);
      await visitor.check('password-rejected');
      assert.equal(await field(page, 'newPassword').getAttribute('aria-invalid'), 'true');
      await choosePassword(page, PASSWORD);
      assert.equal(await signedIn(page), 'dora');
    });

    test('who is signed in at one application is signed in at the next', async (context) => {
      const visitor = await visit(context, browser, server);
      const { page } = visitor;
      await startFromDemo(visitor);
      await signInWithPassword(page, 'ann', PASSWORD);
      await signedIn(page);
      await page.evaluate(() => sessionStorage.clear());
      await visitor.go('/demo-app');
      await page.getByRole('button', { name: 'Sign in' }).click();
      assert.equal(await signedIn(page), 'Ann Example');
    });

    if (database === 'postgres') {
      test('a suspended person is told so', async (context) => {
        const user = await server.createUser({ username: 'sue', password: PASSWORD });
        await execute(server.ownDatabase, 'update users set is_suspended = true where id = $1', [user.id]);
        const visitor = await visit(context, browser, server);
      const { page } = visitor;
        await startFromDemo(visitor);
        await signInWithPassword(page, 'sue', PASSWORD);
        await arrive(page, '/account-suspended');
        await page.locator('h1').waitFor();
        await visitor.check('account-suspended');
      });
    }
  });

  describe(`code flows on ${database}`, () => {
    let server;
    let mailbox;
    let sms;

    before(async () => {
      [mailbox, sms] = await Promise.all([startMailbox(), startSmsEndpoint()]);
      server = await startServer({ database });
      await server.useSmtp(mailbox);
      await server.useHttpSms(sms.url, 'Bearer sms-key');
      await server.configure({
        signIn: { methods: EVERY_METHOD },
        signUp: { identifiers: ['email', 'phone'], password: false, verify: true },
        forgotPasswordMethods: ['EmailVerificationCode'],
      });
      await server.createUser({ username: 'ann', primaryEmail: 'ann@example.com', password: PASSWORD });
    });
    after(async () => {
      await server?.remove();
      await Promise.all([mailbox?.close(), sms?.close()]);
    });

    test('register by e-mail', async (context) => {
      const visitor = await visit(context, browser, server);
      const { page } = visitor;
      await startFromDemo(visitor, 'Create account');
      await fillIdentifier(page, 'eve@example.com');
      await submit(page);
      await arrive(page, '/register/verification-code');
      const mail = await mailbox.take('eve@example.com');
      assert.equal(mail.subject, 'Register code');
      assert.equal(mail.from.address, 'no-reply@vestibule.example');
      await visitor.check('register-verification-code');
      await typeCode(page, codeIn(mail.text));
      assert.equal(await signedIn(page), 'eve@example.com');
      assert.equal(await claim(page, 'ID token', 'email_verified'), 'true');
    });

    test('sign in by e-mail code; a wrong code is told', async (context) => {
      const visitor = await visit(context, browser, server);
      const { page } = visitor;
      await startFromDemo(visitor);
      await visitor.check('sign-in-identifier-first');
      await fillIdentifier(page, 'ann@example.com');
      await submit(page);
      await arrive(page, '/sign-in/verification-code');
      const code = await mailbox.code('ann@example.com');
      await typeCode(page, code === '000000' ? '111111' : '000000');
      await announced(page);
      await visitor.check('wrong-code');
      await until('the inputs are empty', async () => (await field(page, 'passcode_0').inputValue()) === '');
      await typeCode(page, code);
      assert.equal(await signedIn(page), 'ann');
    });

    test('register and sign in by SMS', async (context) => {
      const visitor = await visit(context, browser, server);
      const { page } = visitor;
      await startFromDemo(visitor, 'Create account');
      await fillIdentifier(page, '+447700900123');
      await submit(page);
      await arrive(page, '/register/verification-code');
      const first = await sms.take('447700900123');
      assert.equal(first.type, 'Register');
      assert.equal(first.authorization, 'Bearer sms-key');
      await typeCode(page, first.payload.code);
      assert.equal(await signedIn(page), '447700900123');
      await signOut(page);
      await startFromDemo(visitor);
      await fillIdentifier(page, '+447700900123');
      await submit(page);
      await arrive(page, '/sign-in/verification-code');
      await typeCode(page, (await sms.take('447700900123')).payload.code);
      assert.equal(await signedIn(page), '447700900123');
    });

    test('an unknown address at sign-in is offered an account', async (context) => {
      const visitor = await visit(context, browser, server);
      const { page } = visitor;
      await startFromDemo(visitor);
      await fillIdentifier(page, 'fay@example.com');
      await submit(page);
      await arrive(page, '/sign-in/verification-code');
      await typeCode(page, await mailbox.code('fay@example.com'));
      await answerDialog(visitor, 'offer-account');
      assert.equal(await signedIn(page), 'fay@example.com');
    });

    test('a known address at registration is offered to sign in', async (context) => {
      const visitor = await visit(context, browser, server);
      const { page } = visitor;
      await startFromDemo(visitor, 'Create account');
      await fillIdentifier(page, 'ann@example.com');
      await submit(page);
      await arrive(page, '/register/verification-code');
      await typeCode(page, await mailbox.code('ann@example.com'));
      await answerDialog(visitor, 'offer-sign-in');
      assert.equal(await signedIn(page), 'ann');
    });

    test('forgot password: code, new password, sign in with it', async (context) => {
      await server.createUser({ username: 'gus', primaryEmail: 'gus@example.com', password: PASSWORD });
      await server.configure({ signIn: { methods: EVERY_METHOD.map((it) => ({ ...it, isPasswordPrimary: true })) } });
      const visitor = await visit(context, browser, server);
      const { page } = visitor;
      await startFromDemo(visitor);
      await fillIdentifier(page, 'gus@example.com');
      await submit(page);
      await arrive(page, '/sign-in/password');
      await visitor.check('sign-in-password');
      await page.locator('a[href*="forgot-password"]').click();
      await arrive(page, '/forgot-password');
      await visitor.check('forgot-password');
      await fillIdentifier(page, 'gus@example.com');
      await submit(page);
      await arrive(page, '/forgot-password/verification-code');
      await visitor.check('forgot-password-verification-code');
      const mail = await mailbox.take('gus@example.com');
      assert.equal(mail.subject, 'ForgotPassword code');
      await typeCode(page, codeIn(mail.text));
      await arrive(page, '/forgot-password/reset');
      await visitor.check('forgot-password-reset');
      await choosePassword(page, PASSWORD);
      await announced(page);
      await visitor.check('same-password');
      await choosePassword(page, NEW_PASSWORD);
      await arrive(page, '/sign-in');
      await fillIdentifier(page, 'gus@example.com');
      await submit(page);
      await field(page, 'password').fill(PASSWORD);
      await submit(page);
      await announced(page);
      await field(page, 'password').fill(NEW_PASSWORD);
      await submit(page);
      assert.equal(await signedIn(page), 'gus');
    });

    test('what the profile lacks is asked for', async (context) => {
      await server.createUser({ username: 'hal', password: PASSWORD });
      await server.configure({
        signUp: {
          identifiers: ['username'],
          password: true,
          verify: true,
          secondaryIdentifiers: [{ identifier: 'email', verify: true }],
        },
      });
      const visitor = await visit(context, browser, server);
      const { page } = visitor;
      await startFromDemo(visitor);
      await fillIdentifier(page, 'hal');
      await submit(page);
      await field(page, 'password').fill(PASSWORD);
      await submit(page);
      await arrive(page, '/continue/email');
      await visitor.check('continue-email');
      await fillIdentifier(page, 'hal@example.com');
      await submit(page);
      await arrive(page, '/continue/verification-code');
      await visitor.check('continue-verification-code');
      await typeCode(page, await mailbox.code('hal@example.com'));
      await signedIn(page);
      assert.equal(await claim(page, 'ID token', 'email'), 'hal@example.com');
    });
  });

  test(`the development outbox on ${database}`, async (context) => {
    const server = await startServer({ database });
    context.after(() => server.remove());
    await server.configure({
      signIn: { methods: [{ identifier: 'email', password: false, verificationCode: true, isPasswordPrimary: false }] },
      signUp: { identifiers: ['email'], password: false, verify: true },
    });
    const visitor = await visit(context, browser, server);
    const reader = await visitor.newTab();
    await visitor.go('/demo-app', reader);
    await reader.getByText('Nothing has been sent yet.').waitFor();
    await visitor.page.bringToFront();
    await startFromDemo(visitor, 'Create account');
    await fillIdentifier(visitor.page, 'ida@example.com');
    await submit(visitor.page);
    await arrive(visitor.page, '/register/verification-code');
    await reader.bringToFront();
    const code = reader.locator('output').first();
    await code.waitFor();
    await visitor.check('demo-outbox', reader);
    await reader.getByRole('button', { name: 'Copy the code for ida@example.com' }).click();
    assert.equal(await reader.evaluate(() => navigator.clipboard.readText()), await code.textContent());
    assert.equal((await server.outbox())[0].to, 'ida@example.com');
    await visitor.page.bringToFront();
    await typeCode(visitor.page, await code.textContent());
    assert.equal(await signedIn(visitor.page), 'ida@example.com');
  });
}

/** Agrees in the dialog that the page opens. */
async function answerDialog(visitor, name) {
  const dialog = await asked(visitor.page);
  await visitor.check(name);
  await dialog.agree();
}

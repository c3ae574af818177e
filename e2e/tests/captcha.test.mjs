// People pass captchas on the way in, in Chromium; stand-ins take the places of the services.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, PHONE, visit } from '../lib/browser.mjs';
import { RECAPTCHA, standIn, startCaptchaService, TURNSTILE } from '../lib/captcha.mjs';
import { PASSWORD } from '../lib/client.mjs';
import {
  announced,
  arrive,
  fillIdentifier,
  registerWithUsername,
  signedIn,
  signInWithPassword,
  startFromDemo,
  submit,
  typeCode,
} from '../lib/pages.mjs';
import { until } from '../lib/processes.mjs';
import { startServer } from '../lib/server.mjs';

describe('captchas', () => {
  let browser;
  let service;
  let server;

  before(async () => {
    browser = await launch();
    service = await startCaptchaService();
    server = await startServer({ environment: { VESTIBULE_CAPTCHA_GATEWAY: service.url } });
    await server.createUser({ username: 'ann', password: PASSWORD, primaryEmail: 'ann@example.com' });
  });
  after(async () => {
    await browser?.close();
    await server?.remove();
    await service?.close();
  });

  const ask = async (config) => {
    await server.manage('PUT', '/captcha-provider', { config });
    await server.configure({ captchaPolicy: { enabled: true } });
  };

  const person = (page) => page.getByRole('button', { name: 'I am a person' });

  for (const device of [{ name: 'desktop-light' }, { name: 'phone-dark', viewport: PHONE, colorScheme: 'dark' }]) {
    test(`Turnstile comes when the form is sent (${device.name})`, async (context) => {
      await ask(TURNSTILE);
      const visitor = await visit(context, browser, server, device);
      const { page } = visitor;
      const asked = await standIn(page);
      await startFromDemo(visitor);
      await arrive(page, '/sign-in');
      assert.deepEqual(asked, []);
      await signInWithPassword(page, 'ann', PASSWORD);
      await person(page).waitFor();
      assert.equal(asked.length, 1);
      const given = await person(page).evaluate(({ dataset }) => ({ ...dataset }));
      const theme = device.colorScheme ?? 'light';
      assert.deepEqual(given, { sitekey: TURNSTILE.siteKey, theme, size: 'flexible' });
      // The keyboard is there where it goes on.
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement.textContent), 'I am a person');
      await visitor.check('captcha');
      await page.keyboard.press('Enter');
      assert.equal(await signedIn(page), 'ann');
    });
  }

  test('reCAPTCHA that nobody sees, for a new account', async (context) => {
    await ask(RECAPTCHA);
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    const asked = await standIn(page);
    await startFromDemo(visitor, 'Create account');
    await registerWithUsername(page, 'carla', PASSWORD);
    assert.equal(await signedIn(page), 'carla');
    assert.ok(service.tokens.includes('person recaptcha-site interaction'), service.tokens.join());
    const [address] = asked;
    assert.match(address, /^https:\/\/www\.recaptcha\.net\/recaptcha\/enterprise\.js\?render=recaptcha-site&/);
  });

  test('a box to tick before a code is sent', async (context) => {
    await server.configure({
      signIn: {
        methods: [
          { identifier: 'email', password: false, verificationCode: true, isPasswordPrimary: false },
          { identifier: 'username', password: true, verificationCode: false, isPasswordPrimary: true },
        ],
      },
    });
    await ask({ ...RECAPTCHA, mode: 'checkbox' });
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    await standIn(page);
    await startFromDemo(visitor);
    await fillIdentifier(page, 'ann@example.com');
    await submit(page);
    await page.getByLabel('I am not a robot').waitFor();
    assert.equal((await server.outbox()).length, 0);
    await visitor.check('captcha-box');
    await page.getByLabel('I am not a robot').click();
    await arrive(page, '/sign-in/verification-code');
    const [message] = await until('a message', async () => {
      const messages = await server.outbox();
      return messages.length > 0 && messages;
    });
    await typeCode(page, message.code);
    assert.equal(await signedIn(page), 'ann');
  });

  test('a service that does not come is told, and tried again', async (context) => {
    await ask(TURNSTILE);
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    await page.route('https://challenges.cloudflare.com/**', (route) => route.abort());
    await startFromDemo(visitor, 'Create account');
    await fillIdentifier(page, 'dora');
    await submit(page);
    assert.match(await announced(page), /not a robot/);
    await visitor.check('captcha-blocked');
    await page.unroute('https://challenges.cloudflare.com/**');
    await standIn(page);
    await submit(page);
    await person(page).click();
    await arrive(page, '/register/password');
  });

  test('who goes back does not go on', async (context) => {
    await ask(TURNSTILE);
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    await standIn(page);
    await startFromDemo(visitor, 'Create account');
    await fillIdentifier(page, 'emil');
    await submit(page);
    const button = await person(page).elementHandle();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await arrive(page, '/sign-in');
    const before = service.tokens.length;
    await button.evaluate((element) => element.click());
    await page.waitForTimeout(500);
    assert.equal(service.tokens.length, before);
    await arrive(page, '/sign-in');
  });

  test('a token that the service does not accept', async (context) => {
    await server.manage('PUT', '/captcha-provider', { config: { ...TURNSTILE, secretKey: 'wrong' } });
    await server.configure({ captchaPolicy: { enabled: true } });
    const visitor = await visit(context, browser, server);
    const { page } = visitor;
    await standIn(page);
    await startFromDemo(visitor, 'Create account');
    await fillIdentifier(page, 'fred');
    await submit(page);
    await person(page).click();
    assert.match(await announced(page), /did not succeed/);
  });
});

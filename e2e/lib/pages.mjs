// What a person does on the pages of the sign-in experience and of the demo application.
import assert from 'node:assert/strict';

/** Opens the demo application and presses one of its two buttons. */
export async function startFromDemo(visitor, label = 'Sign in', query = '') {
  await visitor.go(`/demo-app${query}`);
  await visitor.page.getByRole('button', { name: label }).click();
  await visitor.page.waitForURL((url) => !url.pathname.endsWith('/demo-app'));
}

/** Waits for a page of the sign-in experience by the end of its path. */
export function arrive(page, path) {
  return page.waitForURL((url) => url.pathname.endsWith(path));
}

export function field(page, name) {
  return page.locator(`input[name="${name}"]`);
}

/** Presses the form's button. */
export function submit(page) {
  return page.locator('button[name="submit"]').click();
}

export async function fillIdentifier(page, value) {
  await field(page, 'identifier').fill(value);
}

/** Chooses a password, twice where the page asks for that. */
export async function choosePassword(page, password) {
  await field(page, 'newPassword').fill(password);
  const again = field(page, 'confirmPassword');
  if (await again.count()) await again.fill(password);
  await submit(page);
}

/** Types a code; the page submits itself at the sixth digit. */
export async function typeCode(page, code) {
  await field(page, 'passcode_0').click();
  await page.keyboard.type(code);
}

/** Signs in where identifier and password are one form. */
export async function signInWithPassword(page, identifier, password) {
  await fillIdentifier(page, identifier);
  await field(page, 'password').fill(password);
  await submit(page);
}

/** Registers with a user name and a password, from the register page. */
export async function registerWithUsername(page, username, password) {
  await fillIdentifier(page, username);
  await submit(page);
  await arrive(page, '/register/password');
  await choosePassword(page, password);
}

/** Waits until the demo application shows somebody, and answers with the name that it shows. */
export async function signedIn(page) {
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  return page.locator('h1').textContent();
}

/** The value of a claim that the demo application shows. */
export function claim(page, panel, name) {
  const section = page.getByRole('region', { name: panel });
  return section.locator('dt', { hasText: new RegExp(`^${name}$`) }).locator('xpath=following-sibling::dd').textContent();
}

/** Signs out through the demo application: the provider sends the browser back by itself. */
export async function signOut(page) {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
}

/** Waits for the dialog that asks something. */
export async function asked(page) {
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  return {
    agree: () => dialog.locator('button[name="confirm"]').click(),
    closed: () => dialog.waitFor({ state: 'hidden' }),
  };
}

/** Waits until the page has no form any more but says, with its heading, why; answers with the heading. */
export async function stopped(page) {
  await field(page, 'identifier').waitFor({ state: 'hidden' });
  return page.locator('h1').textContent();
}

/** Expects a message that screen readers announce, and answers with it. */
export async function announced(page) {
  const message = page.locator('[role="alert"], [role="status"], [aria-live]').filter({ hasText: /\S/ }).first();
  await message.waitFor({ state: 'attached' });
  return (await message.textContent()).trim();
}

/** Presses Tab until the element with this name has the focus. */
export async function tabTo(page, name) {
  for (let presses = 0; presses < 30; presses += 1) {
    const found = await page.evaluate((wanted) => {
      const { activeElement: active } = document;
      return active?.getAttribute('name') === wanted || active?.textContent?.trim() === wanted;
    }, name);
    if (found) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`${name} is not reached with the Tab key`);
}

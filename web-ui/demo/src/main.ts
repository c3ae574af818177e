// The demo application: signed out, signed in, or told what went wrong.
import type { User } from 'oidc-client-ts';
import { announce, button, h } from './dom';
import { outbox } from './outbox';
import { currentUser, extraParameters, inWords, refresh, signIn, signOut, storedUser, userinfo } from './session';
import { signedIn } from './signed-in';
import { signedOut } from './signed-out';

const app = document.getElementById('app') ?? document.body.appendChild(h('div', { id: 'app' }));
const notice = h('div', { class: 'notices', role: 'alert' });
const content = h('div', { class: 'content' });

/** Runs something that may fail, and says so in words. */
async function attempt(act: () => Promise<void>): Promise<void> {
  notice.replaceChildren();
  try {
    await act();
  } catch (error) {
    showError(error);
  }
}

function showError(error: unknown): void {
  const dismiss = button('Dismiss', 'quiet', () => notice.replaceChildren());
  notice.replaceChildren(h('div', { class: 'notice' }, h('p', {}, inWords(error)), dismiss));
}

function show(user: User | null): void {
  if (!user) {
    content.replaceChildren(
      signedOut(extraParameters(), {
        signIn: () => attempt(() => signIn()),
        register: () => attempt(() => signIn({ first_screen: 'register' })),
      }),
    );
    return;
  }
  const view = signedIn(user, {
    refresh: () =>
      attempt(async () => {
        await refresh().finally(async () => {
          show(await storedUser());
          content.querySelector('button')?.focus();
        });
        announce('The tokens were refreshed.');
      }),
    signOut: () => attempt(signOut),
    userinfo: () => userinfo(user.access_token),
  });
  content.replaceChildren(view);
}

async function start(): Promise<void> {
  const header = h(
    'header',
    { class: 'bar' },
    h('img', { src: new URL('icon.svg', document.baseURI).href, alt: '', width: '28', height: '28' }),
    h('span', { class: 'product' }, 'Vestibule'),
    h('span', { class: 'muted' }, 'Demo application'),
  );
  const footer = h('footer', { class: 'foot', id: 'outbox' });
  app.replaceChildren(header, h('main', {}, notice, content, footer));
  const user = await currentUser().catch((error: unknown) => {
    showError(error);
    return null;
  });
  show(user);
  footer.replaceChildren(outbox());
  // The server's first log lines name this place; it is not there yet when the browser looks for it.
  if (location.hash === '#outbox') footer.scrollIntoView();
}

void start();

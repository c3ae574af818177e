// What a person sees who is signed in: who they are, and the tokens that say so.
import type { User } from 'oidc-client-ts';
import { button, copyButton, definitions, h, panel } from './dom';

interface Actions {
  refresh: () => Promise<void>;
  signOut: () => Promise<void>;
  userinfo: () => Promise<Record<string, unknown>>;
}

/** Shows the person, the tokens and the claims. */
export function signedIn(user: User, actions: Actions): HTMLElement {
  return h(
    'div',
    { class: 'stack' },
    person(user, actions),
    tokens(user),
    h('div', { class: 'columns' }, panel('ID token', null, claims(user.profile)), fetched(actions.userinfo)),
  );
}

function person(user: User, actions: Actions): HTMLElement {
  const { sub, name, username, email, phone_number: phone, picture } = user.profile as Record<string, string | null>;
  const title = [name, username, email, phone].find((value) => value) ?? sub ?? '';
  const also = [username, email, phone].filter((value) => value && value !== title);
  return h(
    'section',
    { class: 'panel person', 'aria-labelledby': 'person' },
    avatar(title, picture ?? undefined),
    h(
      'div',
      { class: 'who' },
      h('h1', { id: 'person', dir: 'auto' }, title),
      also.length > 0 && h('p', { class: 'muted', dir: 'auto' }, also.join(' · ')),
      h('p', { class: 'muted' }, 'User id ', h('code', {}, sub ?? '')),
    ),
    h(
      'div',
      { class: 'actions' },
      button('Refresh tokens', 'secondary', actions.refresh),
      button('Sign out', 'primary', actions.signOut),
    ),
  );
}

function avatar(title: string, picture: string | undefined): HTMLElement {
  const initial = h('span', { class: 'avatar', 'aria-hidden': 'true' }, [...title][0]?.toUpperCase() ?? '?');
  if (!picture) return initial;
  const image = h('img', { class: 'avatar', src: picture, alt: '', referrerpolicy: 'no-referrer' });
  image.addEventListener('error', () => image.replaceWith(initial));
  return image;
}

function tokens(user: User): HTMLElement {
  const expiry = h('span', {}, remaining(user));
  const timer = setInterval(() => {
    if (!expiry.isConnected) clearInterval(timer);
    expiry.textContent = remaining(user);
  }, 1000);
  const refreshToken = user.refresh_token ? token(user.refresh_token, 'refresh token') : 'none';
  return panel(
    'Tokens',
    null,
    definitions([
      ['Access token', token(user.access_token, 'access token')],
      ['Expires', expiry],
      ['Scope', user.scope ?? ''],
      ['Refresh token', refreshToken],
    ]),
  );
}

/** The two ends of a token, and a way to copy all of it. */
function token(value: string, what: string): HTMLElement {
  const short = value.length > 24 ? `${value.slice(0, 12)}…${value.slice(-6)}` : value;
  return h('span', { class: 'token' }, h('code', { 'data-token': what }, short), copyButton(value, `the ${what}`));
}

function remaining(user: User): string {
  const seconds = user.expires_in ?? 0;
  if (seconds <= 0) return 'expired';
  const minutes = Math.floor(seconds / 60);
  return minutes > 0 ? `in ${minutes} min ${seconds % 60} s` : `in ${seconds} s`;
}

function fetched(userinfo: Actions['userinfo']): HTMLElement {
  const body = h('div', { class: 'claims' }, h('p', { class: 'muted' }, 'Loading…'));
  userinfo().then(
    (found) => body.replaceChildren(claims(found)),
    (error: Error) => body.replaceChildren(h('p', { class: 'muted' }, error.message)),
  );
  return panel('Userinfo', null, body);
}

function claims(all: object): HTMLElement {
  return definitions(
    Object.entries(all)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, h('code', {}, readable(name, value))]),
  );
}

/** Times are shown as times beside their number. */
function readable(name: string, value: unknown): string {
  if (typeof value === 'number' && ['iat', 'exp', 'nbf', 'auth_time'].includes(name)) {
    return `${value} · ${new Date(value * 1000).toLocaleString()}`;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

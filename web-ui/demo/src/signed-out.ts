// What a visitor sees.
import { button, definitions, h, panel } from './dom';

interface Actions {
  signIn: () => Promise<void>;
  register: () => Promise<void>;
}

/** Explains the page and offers the two ways in. */
export function signedOut(parameters: [string, string][], actions: Actions): HTMLElement {
  const hero = h(
    'section',
    { class: 'hero' },
    h('h1', {}, 'See a whole sign-in'),
    h(
      'p',
      { class: 'lead' },
      'This is an ordinary OpenID Connect application: it sends you to the sign-in pages of this server, and shows what comes back.',
    ),
    h(
      'div',
      { class: 'actions' },
      button('Sign in', 'primary', actions.signIn),
      button('Create account', 'secondary', actions.register),
    ),
  );
  if (parameters.length === 0) return hero;
  const list = definitions(parameters);
  const why = h('p', { class: 'muted' }, 'Taken from the address of this page and added to the request.');
  return h('div', { class: 'stack' }, hero, panel('Authorization parameters', null, why, list));
}

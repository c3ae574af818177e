// The OpenID Connect client: authorization code with PKCE, a refresh token, sign-out.
import { ErrorResponse, UserManager, WebStorageStateStore, type SigninRedirectArgs, type User } from 'oidc-client-ts';

/** Public address of the server, read from where this page is; it may have a path. */
export const endpoint = location.origin + location.pathname.replace(/\/demo-app\/?$/, '');

const page = `${endpoint}/demo-app`;

const client = new UserManager({
  authority: `${endpoint}/oidc`,
  client_id: 'demo-app',
  redirect_uri: page,
  post_logout_redirect_uri: page,
  scope: 'openid profile email phone offline_access',
  // The server issues a refresh token only to a request that asks for consent.
  prompt: 'consent',
  userStore: new WebStorageStateStore({ store: sessionStorage }),
  stateStore: new WebStorageStateStore({ store: localStorage }),
  automaticSilentRenew: false,
  revokeTokenTypes: ['refresh_token'],
});

/** What an authorization response may add to the address; the rest is the page's own. */
const RESPONSE = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri', 'session_state'];

/** Parameters of the client itself; the query string of the page does not replace them. */
const OWN = ['client_id', 'redirect_uri', 'response_type', 'code_challenge', 'code_challenge_method', 'nonce'];

/** What the page adds to its authorization requests: its own query string. */
export function extraParameters(): [string, string][] {
  return [...new URLSearchParams(location.search)].filter(([name]) => !OWN.includes(name) && !RESPONSE.includes(name));
}

/** Sends the browser to the sign-in pages. */
export async function signIn(more: Record<string, string> = {}): Promise<void> {
  const { prompt, scope, resource, ...others } = { ...Object.fromEntries(extraParameters()), ...more };
  const request: SigninRedirectArgs = { extraQueryParams: others, state: { query: location.search } };
  if (prompt) request.prompt = prompt;
  if (scope) request.scope = scope;
  if (resource) request.resource = resource;
  await client.signinRedirect(request);
}

/** Ends the session here and at the server. */
export async function signOut(): Promise<void> {
  // The refresh token would outlive the session. Failing to revoke it is no reason to stay signed in.
  await client.revokeTokens().catch(() => undefined);
  await client.signoutRedirect();
}

/** Fetches new tokens with the refresh token; tokens that are no longer valid are forgotten. */
export async function refresh(): Promise<User | null> {
  try {
    return await client.signinSilent();
  } catch (error) {
    if (error instanceof ErrorResponse && error.error === 'invalid_grant') await client.removeUser();
    throw error;
  }
}

/** The person whose tokens this page holds. */
export async function storedUser(): Promise<User | null> {
  return client.getUser();
}

/** The person that is signed in here, or nobody. Takes up an authorization response in the address. */
export async function currentUser(): Promise<User | null> {
  const query = new URLSearchParams(location.search);
  if (query.has('state') && (query.has('code') || query.has('error'))) {
    const response = location.href;
    history.replaceState(null, '', location.pathname);
    const user = await client.signinCallback(response);
    const before = (user?.state as { query?: string } | undefined)?.query;
    if (before) history.replaceState(null, '', location.pathname + before);
    return user ?? null;
  }
  if (query.has('error')) {
    history.replaceState(null, '', location.pathname);
    throw new ErrorResponse({
      error: query.get('error') ?? '',
      error_description: query.get('error_description'),
    });
  }
  if (query.has('state')) history.replaceState(null, '', location.pathname);
  return client.getUser();
}

/** The claims that the userinfo endpoint gives for an access token. */
export async function userinfo(accessToken: string): Promise<Record<string, unknown>> {
  const address = await client.metadataService.getUserInfoEndpoint();
  const response = await fetch(address, { headers: { authorization: `Bearer ${accessToken}` } });
  if (!response.ok) throw new Error(`The userinfo endpoint answered ${response.status}.`);
  return (await response.json()) as Record<string, unknown>;
}

const SENTENCES: Record<string, string> = {
  access_denied: 'Access was refused.',
  consent_required: 'The request needs a consent that was not given.',
  interaction_required: 'The server has to ask something first. Sign in to go on.',
  invalid_grant: 'These tokens are no longer valid. Sign in again.',
  invalid_request: 'The server did not understand the request.',
  invalid_scope: 'The request asked for something that this application may not have.',
  invalid_target: 'The server does not know the API that the request named.',
  login_required: 'Nobody is signed in. Sign in to go on.',
  server_error: 'Something went wrong at the server. Try again.',
  temporarily_unavailable: 'The server is busy. Try again in a moment.',
};

/** An error in words: what happened and, where the server said it, why. */
export function inWords(error: unknown): string {
  if (error instanceof ErrorResponse) {
    const sentence = SENTENCES[error.error ?? ''] ?? `The server answered “${error.error}”.`;
    return error.error_description ? `${sentence} (${error.error_description})` : sentence;
  }
  const message = error instanceof Error ? error.message : String(error);
  if (/state/i.test(message) && /storage|match/i.test(message)) {
    return 'This answer belongs to a sign-in that is already finished or was started in another browser. Sign in again.';
  }
  if (/fetch|network/i.test(message)) return 'The server cannot be reached. Try again in a moment.';
  return message;
}

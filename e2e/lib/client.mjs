// An OpenID Connect client of the test's own, built on openid-client.
import * as oidc from 'openid-client';

/** Where the tests' applications live. Nobody listens there: the tests read the address and stop. */
export const REDIRECT = 'http://localhost:3999/callback';
export const HOME = 'http://localhost:3999/';
export const ADDRESSES = { redirectUris: [REDIRECT], postLogoutRedirectUris: [HOME] };

/** A password that every policy of the tests accepts. */
export const PASSWORD = 'a quiet lamp in 1874';

/** Reads the discovery document. `metadata` and `authentication` are those of openid-client. */
export function discover(server, id, metadata, authentication) {
  const execute = [oidc.allowInsecureRequests];
  return oidc.discovery(new URL(server.issuer), id, metadata, authentication, { execute });
}

/** A public client of a fresh single-page application. */
export async function publicClient(server, name = 'spa') {
  const app = await server.createApp(name, 'spa', ADDRESSES);
  return discover(server, app.id, undefined, oidc.None());
}

/** Begins a code flow with PKCE, state and nonce: the address to open, and what to do with the answer. */
export async function codeFlow(config, redirectUri = REDIRECT) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const expectedState = oidc.randomState();
  const expectedNonce = oidc.randomNonce();
  const address = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid profile email offline_access',
    prompt: 'consent',
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
  });
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
  return { address, finish: (callback) => oidc.authorizationCodeGrant(config, callback, checks) };
}

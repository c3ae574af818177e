// Client libraries that others wrote complete code flow, refresh, userinfo and logout.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import LogtoClient from '@logto/node';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { Agent } from '../lib/agent.mjs';
import { ADDRESSES, codeFlow, discover, HOME, PASSWORD, publicClient, REDIRECT } from '../lib/client.mjs';
import { stopSharedServer } from '../lib/postgres.mjs';
import { DATABASES, MANAGEMENT_API, startServer } from '../lib/server.mjs';

after(stopSharedServer);

for (const database of DATABASES) {
  describe(`clients on ${database}`, () => {
    let server;
    let user;

    before(async () => {
      server = await startServer({ database });
      user = await server.createUser({
        username: 'ann',
        password: PASSWORD,
        name: 'Ann Example',
        primaryEmail: 'ann@example.com',
      });
    });
    after(() => server?.remove());

    test('openid-client: confidential client', async () => {
      const app = await server.createApp('openid-client', 'traditional', ADDRESSES);
      const config = await discover(server, app.id, app.secret);
      await wholeLife(server, config, user);
    });

    test('openid-client: confidential client, HTTP Basic', async () => {
      const app = await server.createApp('openid-client basic', 'traditional', ADDRESSES);
      const config = await discover(server, app.id, undefined, oidc.ClientSecretBasic(app.secret));
      await wholeLife(server, config, user);
    });

    test('openid-client: public client', async () => {
      const config = await publicClient(server);
      const { tokens } = await signIn(config, new Agent(server));
      const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token);
      assert.notEqual(refreshed.refresh_token, tokens.refresh_token, 'a public client gets a new refresh token');
      await oidc.tokenRevocation(config, refreshed.refresh_token);
      await assert.rejects(oidc.refreshTokenGrant(config, refreshed.refresh_token), { error: 'invalid_grant' });
    });

    test('openid-client: native client on any loopback port', async () => {
      const native = { redirectUris: ['http://127.0.0.1/callback'] };
      const app = await server.createApp('openid-client native', 'native', native);
      const config = await discover(server, app.id, undefined, oidc.None());
      const redirect = 'http://127.0.0.1:51004/callback';
      const { tokens, callback } = await signIn(config, new Agent(server), redirect);
      assert.equal(callback.port, '51004');
      assert.equal(tokens.claims().aud, app.id);
    });

    test('openid-client: machine to machine', async () => {
      const app = await server.createApp('openid-client m2m', 'machine-to-machine', { managementApi: true });
      const config = await discover(server, app.id, app.secret);
      const tokens = await oidc.clientCredentialsGrant(config, { resource: MANAGEMENT_API, scope: 'all' });
      const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
      const { payload, protectedHeader } = await jwtVerify(tokens.access_token, keys, {
        issuer: server.issuer,
        audience: MANAGEMENT_API,
        typ: 'at+jwt',
      });
      assert.equal(payload.client_id, app.id);
      assert.equal(payload.sub, app.id);
      assert.equal(payload.scope, 'all');
      assert.ok(protectedHeader.kid);
      assert.equal(tokens.refresh_token, undefined);
    });

    test('openid-client: a second browser sign-in needs no password', async () => {
      const app = await server.createApp('openid-client sso', 'traditional', ADDRESSES);
      const config = await discover(server, app.id, app.secret);
      const agent = new Agent(server);
      await signIn(config, agent);
      const silent = oidc.buildAuthorizationUrl(config, {
        redirect_uri: REDIRECT,
        scope: 'openid',
        prompt: 'none',
        state: 's',
      });
      const callback = await agent.follow(silent);
      const tokens = await oidc.authorizationCodeGrant(config, callback, { expectedState: 's' });
      assert.equal(tokens.claims().sub, user.id);
    });

    test('@logto/node', async () => {
      const app = await server.createApp('logto node', 'traditional', ADDRESSES);
      const agent = new Agent(server);
      const { client, went } = logtoClient(server, app);

      await client.signIn({ redirectUri: REDIRECT });
      const callback = await agent.signIn(went.at(-1), 'ann', PASSWORD);
      await client.handleSignInCallback(callback.href);
      assert.equal(await client.isAuthenticated(), true);
      const claims = await client.getIdTokenClaims();
      assert.equal(claims.sub, user.id);
      assert.equal(claims.username, 'ann');
      assert.equal(claims.name, 'Ann Example');
      const userinfo = await client.fetchUserInfo();
      assert.equal(userinfo.sub, user.id);
      assert.equal(userinfo.email, 'ann@example.com');
      assert.equal(userinfo.email_verified, true);

      const accessToken = await client.getAccessToken(MANAGEMENT_API);
      const keys = createRemoteJWKSet(new URL(`${server.issuer}/jwks`));
      const { payload } = await jwtVerify(accessToken, keys, { issuer: server.issuer, audience: MANAGEMENT_API });
      assert.equal(payload.sub, user.id);
      assert.equal((await client.getAccessTokenClaims(MANAGEMENT_API)).client_id, app.id);

      const refreshToken = await client.getRefreshToken();
      await client.signOut(HOME);
      const { location } = await agent.signOut(went.at(-1));
      assert.equal(location.origin + location.pathname, HOME);
      assert.equal(await client.isAuthenticated(), false);
      const config = await discover(server, app.id, app.secret);
      await assert.rejects(oidc.refreshTokenGrant(config, refreshToken), { error: 'invalid_grant' });
    });

    test('@logto/node: registration as the first screen', async () => {
      const app = await server.createApp('logto node register', 'traditional', ADDRESSES);
      const agent = new Agent(server);
      const { client, went } = logtoClient(server, app);
      await client.signIn({ redirectUri: REDIRECT, firstScreen: 'register', loginHint: 'new@example.com' });
      const page = await new Agent(server).begin(went.at(-1));
      assert.equal(page.pathname, '/register');
      assert.equal(page.searchParams.get('login_hint'), 'new@example.com');
      const callback = await agent.register(went.at(-1), 'bea', PASSWORD);
      await client.handleSignInCallback(callback.href);
      assert.equal((await client.getIdTokenClaims()).username, 'bea');
    });

    test('Authlib', { timeout: 60_000 }, async () => {
      const app = await server.createApp('authlib', 'traditional', ADDRESSES);
      const agent = new Agent(server);
      const python = startPython('authlib_client.py');
      python.tell({ issuer: server.issuer, ...app, redirectUri: REDIRECT });
      const { authorizationUrl } = await python.hear();
      const callback = await agent.signIn(authorizationUrl, 'ann', PASSWORD);
      python.tell({ callback: callback.href });
      const found = await python.hear();
      assert.equal(found.claims.sub, user.id);
      assert.equal(found.claims.iss, server.issuer);
      assert.ok(found.claims.at_hash, 'a code exchange gives at_hash');
      assert.equal(found.userinfo.username, 'ann');
      assert.equal(found.userinfo.sub, user.id);
      assert.equal(found.refreshed.sub, user.id);
      assert.equal(found.newAccessToken, true);
      assert.equal(found.introspection.active, true);
      assert.equal(found.introspection.client_id, app.id);
      assert.equal(found.revocation, 200);
      assert.equal(found.afterRevocation.active, false);
      await logOut(agent, found.endSessionEndpoint, found.idToken, authorizationUrl);
    });
  });
}

/** Signs in as ann. */
async function signIn(config, agent, redirectUri) {
  const { address, finish } = await codeFlow(config, redirectUri);
  const callback = await agent.signIn(address, 'ann', PASSWORD);
  return { address, callback, tokens: await finish(callback) };
}

/** Everything that a confidential client does, from the first request to the sign-out. */
async function wholeLife(server, config, user) {
  const agent = new Agent(server);
  const { tokens, address } = await signIn(config, agent);
  assert.equal(tokens.token_type, 'bearer');
  assert.equal(tokens.expires_in, 3600);
  const { sub } = tokens.claims();
  assert.equal(sub, user.id);

  const userinfo = await oidc.fetchUserInfo(config, tokens.access_token, sub);
  assert.equal(userinfo.username, 'ann');
  assert.equal(userinfo.email, 'ann@example.com');

  const active = await oidc.tokenIntrospection(config, tokens.access_token);
  assert.equal(active.active, true);
  assert.equal(active.sub, sub);
  assert.equal(active.client_id, config.clientMetadata().client_id);

  const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  assert.equal(refreshed.claims().sub, sub);
  assert.notEqual(refreshed.access_token, tokens.access_token);
  await oidc.fetchUserInfo(config, refreshed.access_token, sub);
  const narrower = await oidc.refreshTokenGrant(config, refreshed.refresh_token ?? tokens.refresh_token, {
    scope: 'openid',
  });
  assert.equal(narrower.scope, 'openid');

  await oidc.tokenRevocation(config, refreshed.access_token);
  assert.equal((await oidc.tokenIntrospection(config, tokens.access_token)).active, false, 'the grant is gone');
  await assert.rejects(oidc.refreshTokenGrant(config, narrower.refresh_token ?? tokens.refresh_token), {
    error: 'invalid_grant',
  });
  await logOut(agent, config.serverMetadata().end_session_endpoint, refreshed.id_token, address);
}

/** Ends the session; the next authorization request asks for a password again. */
async function logOut(agent, endSessionEndpoint, idToken, authorizationUrl) {
  const url = new URL(endSessionEndpoint);
  url.searchParams.set('id_token_hint', idToken);
  url.searchParams.set('post_logout_redirect_uri', HOME);
  url.searchParams.set('state', 'bye');
  const { status, location } = await agent.signOut(url);
  assert.equal(status, 303);
  assert.equal(location.href, `${HOME}?state=bye`);
  const next = await agent.begin(authorizationUrl);
  assert.ok(next.pathname.endsWith('/sign-in'), `${next} asks for a password`);
}

function logtoClient(server, app) {
  const stored = new Map();
  const storage = {
    getItem: async (key) => stored.get(key) ?? null,
    setItem: async (key, value) => void stored.set(key, value),
    removeItem: async (key) => void stored.delete(key),
  };
  const went = [];
  const settings = { endpoint: server.endpoint, appId: app.id, appSecret: app.secret };
  const client = new LogtoClient(
    { ...settings, scopes: ['email', 'all'], resources: [MANAGEMENT_API] },
    { navigate: (url) => void went.push(url), storage },
  );
  return { client, went };
}

/** A Python program that is spoken to in lines of JSON. */
function startPython(program) {
  const child = spawn(process.env.VESTIBULE_PYTHON ?? 'python3', [program], {
    cwd: fileURLToPath(new URL('../python', import.meta.url)),
    env: { ...process.env, AUTHLIB_INSECURE_TRANSPORT: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += chunk));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = once(child, 'close');
  return {
    tell: (value) => child.stdin.write(`${JSON.stringify(value)}\n`),
    hear: async () => {
      const { value, done } = await lines.next();
      if (!done) return JSON.parse(value);
      await ended;
      throw new Error(`the Python client ended:\n${errors}`);
    },
  };
}

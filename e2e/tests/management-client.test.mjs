// The published client of the Management API does what administrators' programs do with it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createManagementApi } from '@logto/api/management';
import { PASSWORD } from '../lib/client.mjs';
import { stopSharedServer } from '../lib/postgres.mjs';
import { DATABASES, MANAGEMENT_API, startServer } from '../lib/server.mjs';

after(stopSharedServer);

for (const database of DATABASES) {
  describe(`@logto/api on ${database}`, () => {
    let server;
    let api;

    before(async () => {
      server = await startServer({ database });
      const app = await server.createApp('scripts', 'machine-to-machine', { managementApi: true });
      const made = createManagementApi('default', {
        clientId: app.id,
        clientSecret: app.secret,
        baseUrl: server.endpoint,
        apiIndicator: MANAGEMENT_API,
      });
      api = made.apiClient;
      const token = await made.clientCredentials.getAccessToken();
      assert.ok(token.value);
    });
    after(() => server?.remove());

    /** Makes something; answers with it. */
    async function make(path, body, params) {
      return ok(await api.POST(path, { params, body }));
    }

    test('users', async () => {
      for (const username of ['ann', 'bob', 'cid']) {
        const user = await make('/api/users', { username, password: PASSWORD, name: username.toUpperCase() });
        assert.equal(user.username, username);
      }
      const query = { page: 2, page_size: 2 };
      const page = await api.GET('/api/users', { params: { query } });
      assert.deepEqual(ok(page).map(({ username }) => username), ['ann'], 'the newest are on page 1');
      assert.equal(page.response.headers.get('total-number'), '3');
      assert.match(page.response.headers.get('link'), /rel="prev"/);

      const [{ id: userId }] = ok(page);
      const path = { userId };
      const changed = await api.PATCH('/api/users/{userId}', { params: { path }, body: { name: 'Ann Example' } });
      assert.equal(ok(changed).name, 'Ann Example');
      const found = ok(await api.GET('/api/users/{userId}', { params: { path } }));
      assert.equal(found.name, 'Ann Example');
      const suspended = await api.PATCH('/api/users/{userId}/is-suspended', {
        params: { path },
        body: { isSuspended: true },
      });
      assert.equal(ok(suspended).isSuspended, true);
      ok(await api.DELETE('/api/users/{userId}', { params: { path } }));
      refused(await api.GET('/api/users/{userId}', { params: { path } }), 404, 'entity.not_exists_with_id');
      refused(await api.POST('/api/users', { body: { username: 'bob' } }), 422, 'user.username_already_in_use');
    });

    test('applications', async () => {
      const app = await make('/api/applications', { name: 'shop', type: 'Traditional' });
      const path = { id: app.id };
      const oidcClientMetadata = { redirectUris: ['https://shop.example/callback'], postLogoutRedirectUris: [] };
      const changed = await api.PATCH('/api/applications/{id}', { params: { path }, body: { oidcClientMetadata } });
      assert.deepEqual(ok(changed).oidcClientMetadata, oidcClientMetadata);
      const secret = await make('/api/applications/{id}/secrets', { name: 'second' }, { path });
      const secrets = ok(await api.GET('/api/applications/{id}/secrets', { params: { path } }));
      assert.deepEqual(secrets.map(({ name }) => name).sort(), ['Default secret', 'second']);
      assert.ok(secrets.some(({ value }) => value === secret.value));
      const listed = ok(await api.GET('/api/applications', { params: { query: { types: ['Traditional'] } } }));
      assert.deepEqual(listed.map(({ id }) => id), [app.id]);
      ok(await api.DELETE('/api/applications/{id}', { params: { path } }));
      refused(await api.GET('/api/applications/{id}', { params: { path } }), 404);
    });

    test('roles and the users and scopes that they have', async () => {
      const resource = await make('/api/resources', { name: 'orders', indicator: 'https://orders.example/' });
      const scope = await make(
        '/api/resources/{resourceId}/scopes',
        { name: 'read', description: 'May read' },
        { path: { resourceId: resource.id } },
      );
      const role = await make('/api/roles', { name: 'editor', description: 'May edit', scopeIds: [scope.id] });
      const user = await make('/api/users', { username: 'dee', password: PASSWORD });
      const path = { id: role.id };
      ok(await api.POST('/api/roles/{id}/users', { params: { path }, body: { userIds: [user.id] } }));
      const users = ok(await api.GET('/api/roles/{id}/users', { params: { path } }));
      assert.deepEqual(users.map(({ username }) => username), ['dee']);
      const scopes = ok(await api.GET('/api/roles/{id}/scopes', { params: { path } }));
      assert.deepEqual(scopes.map(({ name, resource: { indicator } }) => [name, indicator]), [
        ['read', 'https://orders.example/'],
      ]);
      const changed = await api.PATCH('/api/roles/{id}', { params: { path }, body: { description: 'May write' } });
      assert.equal(ok(changed).description, 'May write');
      const taken = { path: { id: role.id, userId: user.id } };
      ok(await api.DELETE('/api/roles/{id}/users/{userId}', { params: taken }));
      ok(await api.DELETE('/api/roles/{id}', { params: { path } }));
      refused(await api.GET('/api/roles/{id}', { params: { path } }), 404);
    });

    test('organizations, their members and what those may do', async () => {
      const user = await make('/api/users', { username: 'eve', password: PASSWORD });
      const scope = await make('/api/organization-scopes', { name: 'invite' });
      const role = await make('/api/organization-roles', { name: 'admin', organizationScopeIds: [scope.id] });
      const organization = await make('/api/organizations', { name: 'Acme' });
      const path = { id: organization.id };
      ok(await api.POST('/api/organizations/{id}/users', { params: { path }, body: { userIds: [user.id] } }));
      const member = { path: { id: organization.id, userId: user.id } };
      const body = { organizationRoleIds: [role.id] };
      ok(await api.POST('/api/organizations/{id}/users/{userId}/roles', { params: member, body }));
      const scopes = ok(await api.GET('/api/organizations/{id}/users/{userId}/scopes', { params: member }));
      assert.deepEqual(scopes.map(({ name }) => name), ['invite']);
      const members = ok(await api.GET('/api/organizations/{id}/users', { params: { path } }));
      assert.deepEqual(members[0].organizationRoles, [{ id: role.id, name: 'admin' }]);
      const changed = await api.PATCH('/api/organizations/{id}', { params: { path }, body: { name: 'Acme Inc.' } });
      assert.equal(ok(changed).name, 'Acme Inc.');
      const found = ok(await api.GET('/api/organizations', { params: { query: { q: 'acme' } } }));
      assert.deepEqual(found.map(({ id }) => id), [organization.id]);
      ok(await api.DELETE('/api/organizations/{id}/users/{userId}', { params: member }));
      ok(await api.DELETE('/api/organizations/{id}', { params: { path } }));
      refused(await api.GET('/api/organizations/{id}', { params: { path } }), 404);
    });

    test('connectors', async () => {
      const factories = ok(await api.GET('/api/connector-factories'));
      assert.ok(factories.some(({ id }) => id === 'http-sms'));
      const config = { endpoint: 'https://sms.example/send' };
      const connector = await make('/api/connectors', { connectorId: 'http-sms', config });
      const path = { id: connector.id };
      const changed = { endpoint: 'https://sms.example/v2' };
      const patched = await api.PATCH('/api/connectors/{id}', { params: { path }, body: { config: changed } });
      assert.equal(ok(patched).config.endpoint, changed.endpoint);
      assert.deepEqual(ok(await api.GET('/api/connectors')).map(({ id }) => id), [connector.id]);
      ok(await api.DELETE('/api/connectors/{id}', { params: { path } }));
      refused(await api.GET('/api/connectors/{id}', { params: { path } }), 404);
    });

    test('sign-in experience', async () => {
      const before = ok(await api.GET('/api/sign-in-exp'));
      const color = { ...before.color, primaryColor: '#123456' };
      const changed = ok(await api.PATCH('/api/sign-in-exp', { body: { color } }));
      assert.equal(changed.color.primaryColor, '#123456');
      const after = ok(await api.GET('/api/sign-in-exp'));
      assert.deepEqual(after, { ...before, color });
      refused(
        await api.PATCH('/api/sign-in-exp', { body: { languageInfo: { autoDetect: true, fallbackLanguage: 'xx' } } }),
        400,
        'sign_in_experiences.unsupported_default_language',
      );
    });
  });
}

/** The answer's body; the call must have succeeded. */
function ok({ data, error, response }) {
  assert.ok(response.ok, `${response.url}: ${response.status} ${JSON.stringify(error)}`);
  return data;
}

/** The call must have been refused like this. */
function refused({ error, response }, status, code) {
  assert.equal(response.status, status, response.url);
  assert.ok(error, response.url);
  if (code) assert.equal(error.code, code);
}

// Faults: the server is killed, told to stop, or loses its database. What it acknowledged stays.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import * as oidc from 'openid-client';
import { Agent } from '../lib/agent.mjs';
import { codeFlow, PASSWORD, publicClient } from '../lib/client.mjs';
import { createDatabase, PrivatePostgres, stopSharedServer } from '../lib/postgres.mjs';
import { until } from '../lib/processes.mjs';
import { DATABASES, startServer } from '../lib/server.mjs';

after(stopSharedServer);

for (const database of DATABASES) {
  describe(`faults on ${database}`, () => {
    test('kill -9 under load loses nothing that was acknowledged', { timeout: 120_000 }, async (context) => {
      const server = await startServer({ database });
      context.after(() => server.remove());
      const client = await publicClient(server);
      const keys = await jwks(server);
      const load = new Load(server, client);
      await load.run(6, () => load.users.size >= 25 && load.refreshed >= 10);
      await server.stop('SIGKILL');
      await load.ended();
      await server.start();

      assert.deepEqual(await jwks(server), keys, 'the keys are the same');
      for (const [id, username] of load.users) {
        assert.equal((await server.manage('GET', `/users/${id}`)).username, username);
      }
      for (const token of load.refreshTokens) {
        const { access_token: accessToken } = await oidc.refreshTokenGrant(client, token);
        assert.ok(accessToken);
      }
      const [username] = load.users.values();
      const { address, finish } = await codeFlow(client);
      await finish(await new Agent(server).signIn(address, username, PASSWORD));
    });

    test('being told to stop, it answers what it has begun', { timeout: 60_000 }, async (context) => {
      const server = await startServer({ database });
      context.after(() => server.remove());
      const client = await publicClient(server);
      const agents = await Promise.all(
        Array.from({ length: 24 }, async () => {
          const agent = new Agent(server);
          await agent.begin((await codeFlow(client)).address);
          await agent.experience('PUT', '', { interactionEvent: 'Register' });
          return agent;
        }),
      );
      // Hashing passwords takes long enough for the signal to arrive in the middle.
      const requests = agents.map((agent, index) =>
        agent.experience('POST', '/verification/new-password-identity', {
          identifier: { type: 'username', value: `drained_${index}` },
          password: PASSWORD,
        }),
      );
      await Promise.race(requests);
      const stopped = server.stop('SIGTERM');
      for (const { verificationId } of await Promise.all(requests)) assert.ok(verificationId);
      assert.equal(await stopped, 0, server.log);
      await assert.rejects(fetch(server.url('/health/live')), 'nobody listens any more');
      await server.start();
    });

    test('of a hundred people who want one user name, one gets it', { timeout: 120_000 }, async (context) => {
      const server = await startServer({ database });
      context.after(() => server.remove());
      const client = await publicClient(server);
      const prepare = async () => {
        const agent = new Agent(server);
        await agent.begin((await codeFlow(client)).address);
        await agent.experience('PUT', '', { interactionEvent: 'Register' });
        const identifier = { type: 'username', value: 'wanted' };
        const path = '/verification/new-password-identity';
        const { verificationId } = await agent.experience('POST', path, { identifier, password: PASSWORD });
        return { agent, verificationId };
      };
      const prepared = [];
      // A hundred passwords at once would be refused: the server bounds how many wait to be hashed.
      while (prepared.length < 100) prepared.push(...(await Promise.all(Array.from({ length: 10 }, prepare))));
      const results = await Promise.allSettled(
        prepared.map(({ agent, verificationId }) => agent.experience('POST', '/identification', { verificationId })),
      );
      const refused = results.filter(({ status }) => status === 'rejected').map(({ reason }) => reason);
      assert.equal(refused.length, 99);
      for (const { status, body } of refused) {
        assert.equal(status, 422);
        assert.equal(body.code, 'user.username_already_in_use');
      }
      const users = await server.manage('GET', '/users');
      assert.equal(users.filter(({ username }) => username === 'wanted').length, 1);
    });
  });
}

test('PostgreSQL goes away and comes back', { timeout: 120_000 }, async (context) => {
  const postgres = await PrivatePostgres.create();
  const server = await startServer({ database: await createDatabase(postgres) });
  context.after(async () => {
    await server.remove();
    await postgres.remove();
  });
  const client = await publicClient(server);
  const user = await server.createUser({ username: 'ann', password: PASSWORD });
  const first = await codeFlow(client);
  const tokens = await first.finish(await new Agent(server).signIn(first.address, 'ann', PASSWORD));
  const begun = new Agent(server);
  const second = await codeFlow(client);
  await begun.begin(second.address);
  await begun.experience('PUT', '', { interactionEvent: 'SignIn' });
  const { pid } = server.child;

  // Interactions may be lost in a crash of the database for as long as its log is not written: 600 ms.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await postgres.stop();
  await until('not ready', async () => (await fetch(server.url('/health/ready'))).status === 503);
  assert.equal((await fetch(server.url('/health/live'))).status, 200);
  for (const [what, request] of Object.entries({
    userinfo: () => fetch(`${server.issuer}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } }),
    authorize: () => fetch(first.address, { redirect: 'manual' }),
    refresh: () =>
      fetch(`${server.issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          client_id: client.clientMetadata().client_id,
          refresh_token: tokens.refresh_token,
        }),
      }),
    experience: () => begun.fetch(server.url('/api/experience/interaction')),
    management: () =>
      fetch(server.url(`/api/users/${user.id}`), { headers: { authorization: `Bearer ${server.token}` } }),
  })) {
    const response = await request();
    assert.equal(response.status, 503, `${what}: ${await response.clone().text()}`);
    assert.ok(Number(response.headers.get('retry-after')) >= 1, `${what} says when to try again`);
  }

  await postgres.start();
  await until('ready again', async () => (await fetch(server.url('/health/ready'))).ok);
  const identifier = { type: 'username', value: 'ann' };
  const path = '/verification/password';
  const { verificationId } = await begun.experience('POST', path, { identifier, password: PASSWORD });
  await begun.experience('POST', '/identification', { verificationId });
  assert.equal((await second.finish(await begun.submit())).claims().sub, user.id, 'the sign-in went on');
  assert.equal((await oidc.refreshTokenGrant(client, tokens.refresh_token)).claims().sub, user.id);
  assert.equal(server.child.pid, pid);
  assert.equal(server.child.exitCode, null, 'it was not restarted');
});

async function jwks(server) {
  return (await fetch(`${server.issuer}/jwks`)).json();
}

/** People who register and refresh without pause; remembers what the server acknowledged. */
class Load {
  users = new Map();
  refreshTokens = new Set();
  refreshed = 0;
  #stopped = false;

  constructor(server, client) {
    Object.assign(this, { server, client });
  }

  /** Runs until `enough` says so, and goes on while the caller does what it wants to do under load. */
  async run(workers, enough) {
    this.working = Array.from({ length: workers }, (_, worker) => this.#work(worker));
    await Promise.race([until('enough load', () => this.failure || enough(), 60_000), Promise.all(this.working)]);
    if (this.failure) throw this.failure;
    this.#stopped = true; // From here on requests are expected to fail.
  }

  ended() {
    return Promise.all(this.working);
  }

  async #work(worker) {
    try {
      for (let round = 0; ; round += 1) await this.#person(`load_${worker}_${round}`);
    } catch (error) {
      if (!this.#stopped) this.failure = error;
    }
  }

  async #person(username) {
    const { address, finish } = await codeFlow(this.client);
    const tokens = await finish(await new Agent(this.server).register(address, username, PASSWORD));
    this.users.set(tokens.claims().sub, username);
    if (this.users.size % 2 === 0) {
      this.refreshTokens.add(tokens.refresh_token);
      return;
    }
    // While the answer is under way the old token may be used up: neither is acknowledged.
    const next = await oidc.refreshTokenGrant(this.client, tokens.refresh_token);
    this.refreshTokens.add(next.refresh_token);
    this.refreshed += 1;
  }
}

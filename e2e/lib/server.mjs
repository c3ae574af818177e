// A server of the test's own: started from the release binary, on a fresh database and a free port.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDatabase, dropDatabase } from './postgres.mjs';
import { freePort, run, until } from './processes.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The databases on which everything is tested. */
export const DATABASES = (process.env.VESTIBULE_E2E_DATABASES ?? 'sqlite,postgres').split(',');

/** The API of the server itself, for tokens that may call it. */
export const MANAGEMENT_API = 'https://default.logto.app/api';

function binary() {
  const found = process.env.VESTIBULE_BIN ?? join(root, 'target/release/vestibule');
  if (!existsSync(found)) throw new Error(`${found} is not there; build it, or set VESTIBULE_BIN`);
  return found;
}

/** The environment without the settings of a server that may run beside the tests. */
function cleanEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VESTIBULE_')));
}

/**
 * Starts a server and waits until it is ready.
 *
 * `database` is `sqlite`, `postgres`, or the URL of a database that is there; `basePath` is the path of its
 * public address; `environment` overrides settings.
 */
export async function startServer({ database = 'sqlite', basePath = '', environment = {} } = {}) {
  const server = new Server();
  server.directory = await mkdtemp(join(tmpdir(), 'vestibule-e2e-'));
  const port = await freePort();
  server.endpoint = `http://localhost:${port}${basePath}`;
  server.issuer = `${server.endpoint}/oidc`;
  if (database === 'postgres') server.ownDatabase = await createDatabase();
  const sqlite = `sqlite:${join(server.directory, 'vestibule.db')}`;
  server.environment = {
    ...cleanEnvironment(),
    VESTIBULE_ENDPOINT: server.endpoint,
    VESTIBULE_LISTEN: `127.0.0.1:${port}`,
    VESTIBULE_DATA_DIR: server.directory,
    VESTIBULE_DATABASE_URL: database === 'sqlite' ? sqlite : (server.ownDatabase ?? database),
    VESTIBULE_UI_DIR: process.env.VESTIBULE_UI_DIR ?? join(root, 'dist'),
    VESTIBULE_OUTBOUND_ALLOW: '127.0.0.1/32,::1/128',
    ...environment,
  };
  try {
    await server.start();
  } catch (error) {
    await server.remove().catch(() => undefined); // The first error says more.
    throw error;
  }
  return server;
}

class Server {
  log = '';
  #stopped = false;

  /** The address of a path of the server. */
  url(path) {
    return this.endpoint + path;
  }

  /** Starts the program again on what is there, and waits until it is ready. */
  async start() {
    this.#stopped = false;
    // Its own folder, so that it finds no vestibule.toml.
    this.child = spawn(binary(), ['serve'], {
      cwd: this.directory,
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.on('data', (chunk) => (this.log += chunk));
    }
    this.ended = once(this.child, 'close');
    await until('the server is ready', () => {
      if (this.child.exitCode !== null) throw this.#failure();
      return fetch(this.url('/health/ready')).then((response) => response.ok);
    }).catch((error) => {
      throw this.child.exitCode === null ? error : this.#failure();
    });
  }

  #failure() {
    return new Error(`vestibule serve ended with ${this.child.exitCode ?? this.child.signalCode}:\n${this.log}`);
  }

  /** Sends a signal and waits for the end. Answers with the exit code. */
  async stop(signal = 'SIGTERM') {
    this.#stopped = true;
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    const [code] = await this.ended;
    return code;
  }

  /** Stops the server and removes what it stored. Throws when the server had ended by itself. */
  async remove() {
    const ended = this.child && !this.#stopped && (this.child.exitCode ?? this.child.signalCode) !== null;
    if (this.child) await this.stop('SIGKILL');
    await rm(this.directory, { recursive: true, force: true });
    if (this.ownDatabase) await dropDatabase(this.ownDatabase);
    if (ended) throw this.#failure();
  }

  /** Creates an application. Answers with its `id` and `secret`. */
  async createApp(name, type, { redirectUris = [], postLogoutRedirectUris = [], managementApi = false } = {}) {
    const args = ['app', 'create', name, '--type', type];
    for (const uri of redirectUris) args.push('--redirect-uri', uri);
    for (const uri of postLogoutRedirectUris) args.push('--post-logout-redirect-uri', uri);
    if (managementApi) args.push('--management-api');
    return JSON.parse(await run(binary(), args, { cwd: this.directory, env: this.environment }));
  }

  /** An access token for the Management API. */
  async managementToken() {
    this.manager ??= await this.createApp('e2e', 'machine-to-machine', { managementApi: true });
    const response = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${this.manager.id}:${this.manager.secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: MANAGEMENT_API, scope: 'all' }),
    });
    const body = await response.json();
    if (!response.ok) throw new Error(`client_credentials: ${response.status} ${JSON.stringify(body)}`);
    return body.access_token;
  }

  /** Calls the Management API. Answers with the body; throws when the call was refused. */
  async manage(method, path, body) {
    this.token ??= await this.managementToken();
    const response = await fetch(this.url(`/api${path}`), {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /api${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  /** Changes the sign-in experience. */
  configure(changes) {
    return this.manage('PATCH', '/sign-in-exp', changes);
  }

  /** Creates a user. */
  createUser(user) {
    return this.manage('POST', '/users', user);
  }

  /** Sends e-mail through an SMTP server that listens on this machine. */
  useSmtp(mailbox) {
    const usages = ['SignIn', 'Register', 'ForgotPassword', 'Generic'];
    return this.manage('POST', '/connectors', {
      connectorId: 'simple-mail-transfer-protocol',
      config: {
        host: '127.0.0.1',
        port: mailbox.port,
        auth: { user: mailbox.user, pass: mailbox.password },
        fromEmail: 'Vestibule <no-reply@vestibule.example>',
        templates: usages.map((usageType) => ({
          usageType,
          contentType: 'text/plain',
          subject: `${usageType} code`,
          content: 'Your code is {{code}}.',
        })),
      },
    });
  }

  /** Sends SMS through an HTTP endpoint. */
  useHttpSms(endpoint, authorization) {
    return this.manage('POST', '/connectors', { connectorId: 'http-sms', config: { endpoint, authorization } });
  }

  /** The messages of the development outbox, newest first. */
  async outbox() {
    const response = await fetch(this.url('/api/dev/outbox'));
    if (!response.ok) throw new Error(`the outbox answered ${response.status}`);
    return (await response.json()).messages;
  }
}

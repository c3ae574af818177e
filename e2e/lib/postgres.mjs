// PostgreSQL for the tests: the server that VESTIBULE_TEST_POSTGRES_URL names, or one of their own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort, run } from './processes.mjs';

let shared;
let counter = 0;

/** Makes an empty database and answers with its URL. */
export async function createDatabase(server) {
  const admin = server?.url ?? process.env.VESTIBULE_TEST_POSTGRES_URL ?? (await sharedServer()).url;
  const name = `e2e_${process.pid}_${Date.now()}_${(counter += 1)}`;
  await execute(admin, `create database ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return url.href;
}

/** Drops a database that `createDatabase` made. */
export async function dropDatabase(databaseUrl) {
  const admin = new URL(databaseUrl);
  const name = admin.pathname.slice(1);
  admin.pathname = '/postgres';
  await execute(admin.href, `drop database if exists ${name} with (force)`);
}

/** Runs one statement. */
export async function execute(url, statement, values = []) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(statement, values);
  } finally {
    await client.end();
  }
}

async function sharedServer() {
  shared ??= PrivatePostgres.create();
  return shared;
}

/** Stops the server that `createDatabase` may have started. Call it when a file's tests are over. */
export async function stopSharedServer() {
  await (await shared)?.remove();
  shared = undefined;
}

/** A PostgreSQL of the test's own, which it may stop and start. */
export class PrivatePostgres {
  static async create() {
    const server = new PrivatePostgres();
    server.directory = await mkdtemp(join(tmpdir(), 'vestibule-pg-'));
    server.user = await unprivileged();
    if (server.user) await chown(server.directory, server.user.uid, server.user.gid);
    server.bin = await programs();
    server.port = await freePort();
    server.url = `postgres://postgres@127.0.0.1:${server.port}/postgres`;
    await server.#command('initdb', ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '-D', server.data]);
    await server.start();
    return server;
  }

  get data() {
    return join(this.directory, 'data');
  }

  async start() {
    const settings = `-p ${this.port} -k ${this.directory} -c listen_addresses=127.0.0.1 -c max_connections=100`;
    const log = join(this.directory, 'log');
    await this.#command('pg_ctl', ['start', '-w', '-s', '-D', this.data, '-l', log, '-o', settings]);
  }

  /** `immediate` is what a crash looks like to its clients. */
  async stop(mode = 'immediate') {
    await this.#command('pg_ctl', ['stop', '-w', '-s', '-D', this.data, '-m', mode]);
  }

  async remove() {
    await this.stop().catch(() => undefined); // It may be stopped already.
    await rm(this.directory, { recursive: true, force: true });
  }

  async #command(program, args) {
    // No pipe: the server that pg_ctl starts would keep it open for as long as it runs.
    const options = { ...this.user, cwd: this.directory, stdio: 'ignore' };
    const [code] = await once(spawn(join(this.bin, program), args, options), 'exit');
    if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}; see ${this.directory}/log`);
  }
}

/** The account that runs PostgreSQL, which refuses to run as root; nothing when this is not root. */
async function unprivileged() {
  if (process.getuid() !== 0) return undefined;
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const account = ['postgres', 'nobody'].map((name) => accounts.find(([found]) => found === name)).find(Boolean);
  if (!account) throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody');
  return { uid: Number(account[2]), gid: Number(account[3]) };
}

/** The folder that holds initdb and pg_ctl. */
async function programs() {
  if (process.env.VESTIBULE_TEST_PG_CTL) return join(process.env.VESTIBULE_TEST_PG_CTL, '..');
  const versions = await readdir('/usr/lib/postgresql').catch(() => []);
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  if (newest) return `/usr/lib/postgresql/${newest}/bin`;
  const found = await run('sh', ['-c', 'command -v initdb']).catch(() => '');
  if (!found) throw new Error('initdb was not found; install PostgreSQL, or set VESTIBULE_TEST_POSTGRES_URL');
  return join(found.trim(), '..');
}

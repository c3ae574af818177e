// Uploaded files in an S3-compatible store: a picture in one part and in several, and pages of one's own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { freePort, until } from '../lib/processes.mjs';
import { startServer } from '../lib/server.mjs';

/** A PNG picture begins so; what follows is not looked at. */
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
/** A ZIP archive with index.html, which holds `<p>ours`. */
const PAGES = Buffer.from(
  'UEsDBBQAAAAAAAAAIQBibeYCBwAAAAcAAAAKAAAAaW5kZXguaHRtbDxwPm91cnNQSwECFAMUAAAAAAAAACEAYm3mAgcAAAAHAAAACgAAAAAAAAAA' +
    'AAAApAEAAAAAaW5kZXguaHRtbFBLBQYAAAAAAQABADgAAAAvAAAAAAA=',
  'base64',
);

describe('uploads to S3', () => {
  let store;
  let bucket;
  let server;

  before(async () => {
    const port = await freePort();
    const python = process.env.VESTIBULE_PYTHON ?? 'python3';
    store = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
    bucket = `http://127.0.0.1:${port}/files`;
    await until('the store is ready', () => fetch(bucket, { method: 'PUT' }).then(({ ok }) => ok));
    server = await startServer({
      environment: {
        VESTIBULE_ASSETS_URL: `s3://files/ours?endpoint=http://127.0.0.1:${port}&region=us-east-1`,
        VESTIBULE_ASSETS_ACCESS_KEY: 'key',
        VESTIBULE_ASSETS_SECRET_KEY: 'secret',
      },
    });
  });
  after(async () => {
    await server?.remove();
    if (store?.kill()) await once(store, 'exit');
  });

  /** Uploads a file. Answers with what the server says. */
  async function upload(path, name, content) {
    const form = new FormData();
    form.append('file', new Blob([content]), name);
    const headers = { authorization: `Bearer ${await server.managementToken()}` };
    const response = await fetch(server.url(path), { method: 'POST', headers, body: form });
    assert.equal(response.status, 200, await response.clone().text());
    return response.json();
  }

  for (const [parts, length] of [
    ['one part', 1_000],
    ['several parts', 12_000_000],
  ]) {
    test(`a picture in ${parts}`, async () => {
      const picture = Buffer.concat([PNG, randomBytes(length)]);
      const { url } = await upload('/api/user-assets', 'picture.png', picture);
      const response = await fetch(url);
      assert.equal(response.status, 200);
      assert.ok(picture.equals(Buffer.from(await response.arrayBuffer())));
      // In the store, which need not let everybody read.
      const kept = await fetch(`${bucket}/ours/images/${url.split('/').at(-1)}`);
      const missing = await fetch(`${bucket}/ours/images/other.png`);
      assert.notEqual(kept.status, 404);
      assert.equal(missing.status, 404);
    });
  }

  test('pages of one’s own', async () => {
    const { customUiAssetId: id } = await upload('/api/sign-in-exp/default/custom-ui-assets', 'pages.zip', PAGES);
    await server.configure({ customUiAssets: { id, createdAt: Date.now() } });
    const page = await fetch(server.url('/unknown-session'));
    assert.equal(await page.text(), '<p>ours');
    await server.configure({ customUiAssets: null });
    const builtIn = await fetch(server.url('/unknown-session'));
    assert.notEqual(await builtIn.text(), '<p>ours');
  });
});

// A browser without a screen: cookies, redirects, and the steps of a sign-in through the Experience API.
import { CookieJar } from 'tough-cookie';

/** The API refused something; holds the status and the body. */
export class Refused extends Error {
  constructor(what, status, body) {
    super(`${what}: ${status} ${JSON.stringify(body)}`);
    Object.assign(this, { status, body });
  }
}

/** One browser: its cookies, and what it does at one server. */
export class Agent {
  jar = new CookieJar();

  constructor(server) {
    this.server = server;
  }

  /** Fetches with the browser's cookies; redirects are answers like others. */
  async fetch(url, { headers = {}, ...options } = {}) {
    const cookie = await this.jar.getCookieString(url);
    const response = await fetch(url, {
      ...options,
      headers: { ...headers, ...(cookie && { cookie }) },
      redirect: 'manual',
    });
    for (const line of response.headers.getSetCookie()) {
      await this.jar.setCookie(line, url, { ignoreError: true });
    }
    return response;
  }

  /**
   * Follows redirects from `url` for as long as they stay at the provider. Answers with the first address
   * that is not the provider's: a page of the sign-in UI or an application's.
   */
  async follow(url) {
    let address = new URL(url, this.server.endpoint);
    for (let steps = 0; steps < 10; steps += 1) {
      const path = address.href.startsWith(this.server.endpoint) && address.href.slice(this.server.endpoint.length);
      if (!path || !(path.startsWith('/oidc/') || path.startsWith('/consent'))) return address;
      const response = await this.fetch(address);
      const location = response.headers.get('location');
      if (!location) throw new Refused(`GET ${address.origin}${address.pathname}`, response.status, await response.text());
      address = new URL(location, address);
    }
    throw new Error(`too many redirects from ${url}`);
  }

  /** Calls the Experience API for the interaction of `appId`. Answers with the body. */
  async experience(method, path, body) {
    const response = await this.fetch(this.server.url(`/api/experience${path}`), {
      method,
      headers: {
        'content-type': 'application/json',
        origin: new URL(this.server.endpoint).origin,
        ...(this.appId && { 'logto-app-id': this.appId }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    const answer = text && JSON.parse(text);
    if (!response.ok) throw new Refused(`${method} /api/experience${path}`, response.status, answer);
    return answer;
  }

  /** Begins at an authorization request; the sign-in UI's page is the answer. */
  async begin(authorizationUrl) {
    const page = await this.follow(authorizationUrl);
    this.appId = page.searchParams.get('app_id');
    return page;
  }

  /** Submits the interaction. Answers with the address at the application. */
  async submit() {
    const { redirectTo } = await this.experience('POST', '/submit');
    return this.follow(redirectTo);
  }

  /** Goes from an authorization request to the application by user name and password. */
  async signIn(authorizationUrl, username, password) {
    await this.begin(authorizationUrl);
    await this.experience('PUT', '', { interactionEvent: 'SignIn' });
    const identifier = { type: 'username', value: username };
    const { verificationId } = await this.experience('POST', '/verification/password', { identifier, password });
    await this.experience('POST', '/identification', { verificationId });
    return this.submit();
  }

  /** Goes from an authorization request to the application with a new account. */
  async register(authorizationUrl, username, password) {
    await this.begin(authorizationUrl);
    await this.experience('PUT', '', { interactionEvent: 'Register' });
    const identifier = { type: 'username', value: username };
    const path = '/verification/new-password-identity';
    const { verificationId } = await this.experience('POST', path, { identifier, password });
    await this.experience('POST', '/identification', { verificationId });
    return this.submit();
  }

  /** Opens an end-session address and confirms. Answers with where the browser lands. */
  async signOut(endSessionUrl) {
    const page = await this.fetch(endSessionUrl);
    const html = await page.text();
    if (page.status !== 200) throw new Refused('GET end session', page.status, html);
    const form = readForm(html);
    const response = await this.fetch(new URL(form.action, endSessionUrl), {
      method: 'POST',
      headers: { origin: new URL(this.server.endpoint).origin },
      body: new URLSearchParams({ ...form.fields, logout: 'yes' }),
    });
    const location = response.headers.get('location');
    if (!location) throw new Refused('POST confirm', response.status, await response.text());
    return { status: response.status, location: new URL(location, endSessionUrl) };
  }
}

/** The only form of a page: where it goes and its hidden fields. */
function readForm(html) {
  const attribute = (tag, name) => unescape(new RegExp(`\\s${name}=["']([^"']*)["']`, 'i').exec(tag)?.[1] ?? '');
  const form = /<form\b[^>]*>/i.exec(html)?.[0];
  if (!form) throw new Error(`no form in: ${html}`);
  const inputs = [...html.matchAll(/<input\b[^>]*>/gi)].map(([tag]) => [attribute(tag, 'name'), attribute(tag, 'value')]);
  return { action: attribute(form, 'action'), fields: Object.fromEntries(inputs.filter(([name]) => name)) };
}

/** Text of an HTML attribute. */
function unescape(text) {
  const named = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return text.replaceAll(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (all, hex, decimal, name) =>
    name ? (named[name] ?? all) : String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal)),
  );
}

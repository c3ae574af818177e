// Stand-ins for the captcha services: the side that a server asks, and the scripts that pages load.
import { once } from 'node:events';
import { createServer } from 'node:http';

export const SECRET = 'captcha-secret';
export const TURNSTILE = { type: 'Turnstile', siteKey: 'turnstile-site', secretKey: SECRET };
export const RECAPTCHA = {
  type: 'RecaptchaEnterprise',
  siteKey: 'recaptcha-site',
  secretKey: SECRET,
  projectId: 'project',
  domain: 'www.recaptcha.net',
};

/** What a server asks, at one address: a token that begins with `person` is one. */
export async function startCaptchaService() {
  const tokens = [];
  const http = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks));
    const isTurnstile = request.url === '/turnstile/v0/siteverify';
    const token = isTurnstile ? body.response : body.event.token;
    const isKnown = (isTurnstile ? body.secret : request.headers['x-goog-api-key']) === SECRET;
    const isPerson = isKnown && token.startsWith('person');
    tokens.push(token);
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(
        isTurnstile
          ? { success: isPerson, 'error-codes': isPerson ? [] : ['invalid-input-response'] }
          : { tokenProperties: { valid: isPerson, action: 'interaction' }, riskAnalysis: { score: 0.9 } },
      ),
    );
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `http://127.0.0.1:${http.address().port}`,
    /** The tokens that were asked about. */
    tokens,
    close: () => new Promise((resolve) => http.close(resolve)),
  };
}

/** Turnstile's script: a button that says to be a person. */
const TURNSTILE_SCRIPT = `window.turnstile = {
  render(widget, options) {
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: 'I am a person' });
    Object.assign(button.dataset, { sitekey: options.sitekey, theme: options.theme, size: options.size });
    button.addEventListener('click', () => options.callback('person'));
    widget.append(button);
    options['before-interactive-callback']();
    return 'first';
  },
  remove() {},
};`;

/** reCAPTCHA's script: a box to tick, or nothing to see. */
const RECAPTCHA_SCRIPT = `window.grecaptcha = { enterprise: {
  ready: (then) => then(),
  execute: async (siteKey, { action }) => \`person \${siteKey} \${action}\`,
  render(widget, options) {
    const label = document.createElement('label');
    const box = Object.assign(document.createElement('input'), { type: 'checkbox', name: 'robot' });
    box.addEventListener('change', () => options.callback('person ' + options.sitekey));
    label.append(box, 'I am not a robot');
    widget.append(label);
    return 0;
  },
} };`;

/** Answers a browser in place of both services; answers with the addresses that were asked for. */
export async function standIn(page) {
  const asked = [];
  const script = (pattern, body) =>
    page.route(pattern, (route) => {
      asked.push(route.request().url());
      return route.fulfill({ contentType: 'text/javascript', body });
    });
  await script('https://challenges.cloudflare.com/**', TURNSTILE_SCRIPT);
  await script('https://www.recaptcha.net/**', RECAPTCHA_SCRIPT);
  return asked;
}

// Gets a token of the captcha service. The script in the head loads this when a form is sent, and
// only where the settings ask for a captcha.

const root = document.documentElement;

// What does not come by then is not waited for, in seconds.
const within = (seconds, promise) =>
  Promise.race([
    promise,
    new Promise((_, reject) => {
      setTimeout(() => reject(new Error("no answer in time")), seconds * 1000);
    }),
  ]);

// The script of the service; when it did not come, the next try asks for it again.
let script;
const load = (address) => {
  const element = document.createElement("script");
  script ??= within(
    20,
    new Promise((resolve, reject) => {
      // What the script loads in its turn gets the nonce from it.
      element.nonce = document.querySelector("script[nonce]")?.nonce ?? "";
      element.src = address;
      element.addEventListener("load", resolve);
      element.addEventListener("error", () => reject(new Error("no script")));
      document.head.append(element);
    }),
  ).catch((error) => {
    script = undefined;
    element.remove();
    throw error;
  });
  return script;
};

const turnstile = async ({ siteKey }, widget, ask) => {
  await load("https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit");
  const service = window.turnstile;
  let id;
  const answer = new Promise((resolve, reject) => {
    id = service.render(widget, {
      sitekey: siteKey,
      theme: root.dataset.theme,
      size: "flexible",
      language: root.lang,
      retry: "never",
      callback: resolve,
      "before-interactive-callback": ask,
      "unsupported-callback": reject,
      "error-callback": (code) => {
        reject(new Error(code));
        return true;
      },
    });
  });
  return answer.finally(() => service.remove(id));
};

const recaptcha = async ({ siteKey, domain, mode }, widget, ask) => {
  const showsBox = mode === "checkbox";
  const query = new URLSearchParams({ render: showsBox ? "explicit" : siteKey, hl: root.lang });
  await load(`https://${domain ?? "www.google.com"}/recaptcha/enterprise.js?${query}`);
  const { enterprise } = window.grecaptcha;
  await within(20, new Promise((resolve) => enterprise.ready(resolve)));
  const action = "interaction";
  if (!showsBox) {
    widget.parentElement.hidden = true;
    return within(60, enterprise.execute(siteKey, { action }));
  }
  ask();
  return new Promise((resolve, reject) => {
    enterprise.render(widget, {
      sitekey: siteKey,
      theme: root.dataset.theme,
      action,
      callback: resolve,
      "error-callback": reject,
    });
  });
};

const services = { Turnstile: turnstile, RecaptchaEnterprise: recaptcha };

const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

// Resolves with a token; `hint` tells people what to do where they have to do something.
export const token = async (config, hint) => {
  const place = make("div", { className: "captcha", role: "group", ariaLabel: hint, tabIndex: -1 });
  const words = make("p", { className: "hint" });
  const widget = make("div", {});
  place.append(words, widget);
  const form = document.querySelector("main form") ?? document.querySelector("main .content");
  const button = form.querySelector("button[name=submit]");
  if (button) button.before(place);
  else form.append(place);
  const ask = () => {
    words.textContent = hint;
    place.focus();
  };
  try {
    return await services[config.type](config, widget, ask);
  } finally {
    // Whoever has left the page does not go on with it.
    if (!place.isConnected) await new Promise(() => {});
    place.remove();
  }
};

// Runs in the head, long before the program is loaded: asks for settings and phrases, and sets
// language, direction and theme so that the first frame looks like the last.
(() => {
  const root = document.documentElement;
  const address = new URL(location.href);
  const { searchParams: query } = address;
  const [entry] = performance.getEntriesByType("navigation");
  const isFirstLoad = !entry || entry.type === "navigate";

  const tab = (name, value) => {
    try {
      if (value === undefined) return sessionStorage.getItem(name) ?? "";
      if (value === null) sessionStorage.removeItem(name);
      else sessionStorage.setItem(name, value);
    } catch {
      // Without storage a reload forgets, nothing else.
    }
    return value ?? "";
  };

  // What the application asked for. The client stays in the address, the rest leaves it; a
  // reload of the shortened address must not forget it.
  const client = query.get("app_id") ? tab("app_id", query.get("app_id")) : tab("app_id");
  const taken = ["organization_id", "ui_locales"].map((name) => {
    const value = query.get(name);
    query.delete(name);
    if (value) return tab(name, value);
    return address.search && isFirstLoad ? tab(name, null) : tab(name);
  });
  const [organization, locales] = taken;
  if (address.href !== location.href) history.replaceState(history.state, "", address);

  const ask = (path, parameters) => {
    const given = Object.entries(parameters).filter(([, value]) => value);
    const suffix = given.length ? `?${new URLSearchParams(given)}` : "";
    return fetch(`api/.well-known/${path}${suffix}`).then((answer) => {
      if (!answer.ok) throw new Error(`${answer.status}`);
      return answer;
    });
  };
  const experience = ask("sign-in-exp", { organizationId: organization, appId: client }).then(
    (answer) => answer.json(),
  );
  const phrases = ask("phrases", { lng: locales }).then((answer) =>
    Promise.all([answer.json(), answer.headers.get("content-language") ?? "en"]),
  );
  const loaded = Promise.all([experience, phrases]).then(([settings, [tree, language]]) => [
    settings,
    tree,
    language,
  ]);

  // How it looked last time; on the first visit as the system looks, until the settings say.
  const darkSystem = matchMedia("(prefers-color-scheme: dark)").matches;
  const paint = (followsSystem) => {
    root.dataset.theme = followsSystem && darkSystem ? "dark" : "light";
  };
  let look = [];
  try {
    look = (localStorage.getItem("vestibule:look") ?? "").split(" ");
  } catch {
    // Then every visit is the first.
  }
  paint(look[0] !== "light");
  if (look[2]) [, root.lang, root.dir] = look;
  experience.then((settings) => paint(settings.color.isDarkModeEnabled)).catch(() => {});

  // The one message that has to do without phrases from the server.
  const sentences = {
    en: ["This page could not be loaded", "Check your connection, then reload the page.", "Reload"],
    de: ["Diese Seite konnte nicht geladen werden", "Bitte die Verbindung prüfen und die Seite neu laden.", "Neu laden"],
    fr: ["Impossible de charger cette page", "Vérifiez votre connexion, puis rechargez la page.", "Recharger"],
    ru: ["Не удалось загрузить страницу", "Проверьте соединение и обновите страницу.", "Обновить"],
    ko: ["페이지를 불러오지 못했습니다", "연결 상태를 확인한 뒤 새로고침해 주세요.", "새로고침"],
    ar: ["تعذّر تحميل هذه الصفحة", "تحقّق من اتصالك ثم أعد تحميل الصفحة.", "إعادة التحميل"],
  };
  let failed = false;
  const fail = () => {
    const place = document.getElementById("boot");
    if (failed || !place) return;
    failed = true;
    const wanted = [...locales.split(" "), ...navigator.languages].map((tag) => tag.slice(0, 2));
    const language = wanted.find((tag) => tag in sentences) ?? "en";
    const [title, text, label] = sentences[language];
    root.lang = language;
    root.dir = language === "ar" ? "rtl" : "ltr";
    document.title = title;
    const make = (tag, content) => Object.assign(document.createElement(tag), { textContent: content });
    const button = Object.assign(make("button", label), { className: "button secondary", type: "button" });
    button.addEventListener("click", () => location.reload());
    place.replaceChildren(make("h1", title), make("p", text), button);
  };
  const failWhenReady = () =>
    document.readyState === "loading" ? addEventListener("DOMContentLoaded", fail) : fail();
  loaded.catch(failWhenReady);
  // A script or the program itself that does not arrive, until the program takes over.
  addEventListener("error", ({ target }) => target?.tagName === "SCRIPT" && failWhenReady(), true);
  addEventListener("unhandledrejection", failWhenReady);
  addEventListener("error", failWhenReady);

  const captcha = (hint) =>
    Promise.all([import(new URL("captcha.js", document.baseURI)), experience]).then(
      ([{ token }, { captchaConfig }]) => token(captchaConfig, hint),
    );

  window.vestibule = { load: () => loaded, fail, captcha };
})();

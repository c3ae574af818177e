// Elements without a framework: text is always text, never markup.

type Child = Node | string | false | null | undefined;
type Properties = Record<string, string | boolean | ((event: Event) => void) | undefined>;

/** Makes an element. Functions become event listeners, `true` an empty attribute, `false` none. */
export function h(tag: string, properties: Properties = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, '');
    else if (typeof value === 'string') element.setAttribute(name, value);
  }
  element.append(...children.filter((child): child is Node | string => !!child || child === ''));
  return element;
}

/** A button that cannot be pressed a second time while its work goes on. */
export function button(
  label: string,
  kind: 'primary' | 'secondary' | 'quiet',
  act: () => Promise<void> | void,
): HTMLElement {
  return h('button', { type: 'button', class: `button ${kind}`, click: (event) => void press(event, act) }, label);
}

async function press(event: Event, act: () => Promise<void> | void): Promise<void> {
  const pressed = event.currentTarget as HTMLButtonElement;
  if (pressed.getAttribute('aria-busy') === 'true') return;
  pressed.setAttribute('aria-busy', 'true');
  try {
    await act();
  } finally {
    pressed.removeAttribute('aria-busy');
  }
}

/** A card with a heading; `tools` stand at the heading's end. */
export function panel(title: string, tools: Child, ...children: Child[]): HTMLElement {
  const id = `panel-${title.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`;
  const head = h('header', { class: 'panel-head' }, h('h2', { id }, title), tools);
  return h('section', { class: 'panel', 'aria-labelledby': id }, head, ...children);
}

/** Names and values, one under the other. */
export function definitions(rows: [string, Child][]): HTMLElement {
  const entries = rows.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)));
  return h('dl', { class: 'definitions' }, ...entries);
}

/** A button that copies `value`; `what` names it for screen readers. */
export function copyButton(value: string, what: string): HTMLElement {
  const copy = h('button', { type: 'button', class: 'button quiet small', 'aria-label': `Copy ${what}` }, 'Copy');
  copy.addEventListener('click', () => {
    navigator.clipboard.writeText(value).then(
      () => say(copy, 'Copied', `Copied ${what}`),
      () => say(copy, 'Not allowed', `The browser does not let this page copy ${what}`),
    );
  });
  return copy;
}

function say(copy: HTMLElement, label: string, sentence: string): void {
  copy.textContent = label;
  announce(sentence);
  setTimeout(() => {
    copy.textContent = 'Copy';
  }, 2000);
}

const announcer = h('div', { role: 'status', class: 'visually-hidden' });

/** Tells screen readers what has changed. */
export function announce(sentence: string): void {
  if (!announcer.isConnected) document.body.append(announcer);
  announcer.textContent = sentence;
}

// The development outbox: messages of a server that has no way to send them.
import { announce, button, copyButton, h, panel } from './dom';
import { endpoint } from './session';

interface Message {
  id: string;
  to: string;
  type: string;
  code?: string;
  subject?: string;
  body: string;
  createdAt: number;
}

const POLL_MS = 3000;

/** A panel that keeps itself fresh while the page is visible. */
export function outbox(): HTMLElement {
  const list = h('div', { class: 'messages' });
  const tab = h('a', { class: 'button quiet', href: location.pathname, target: '_blank' }, 'Open in a new tab');
  const tools = h('div', { class: 'tools' }, tab, button('Refresh', 'secondary', () => update(true)));
  const hint = h(
    'p',
    { class: 'muted' },
    'No connector is set up, so codes arrive here instead of by e-mail or SMS. Keep this page open in a second tab while you sign in.',
  );
  const element = panel('Development outbox', tools, hint, list);
  let shown = '';
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function update(asked = false): Promise<void> {
    clearTimeout(timer);
    if (!element.isConnected) return;
    const messages = document.visibilityState === 'visible' ? await fetchMessages() : undefined;
    if (messages === 'none') {
      element.replaceWith(noOutbox());
      return;
    }
    const now = JSON.stringify(messages);
    if (messages && now !== shown) {
      list.replaceChildren(...rows(messages));
      if (shown || asked) announce(`Development outbox: ${messages.length} messages`);
      shown = now;
    }
    timer = setTimeout(() => void update(), POLL_MS);
  }

  queueMicrotask(() => void update());
  document.addEventListener('visibilitychange', () => void update());
  return element;
}

/** The messages, newest first; `none` when the server sends its messages by itself. */
async function fetchMessages(): Promise<Message[] | 'none' | undefined> {
  try {
    const response = await fetch(`${endpoint}/api/dev/outbox`);
    if (response.status === 404) return 'none';
    if (!response.ok) return undefined;
    return ((await response.json()) as { messages: Message[] }).messages;
  } catch {
    return undefined; // The server may be restarting; the next poll will tell.
  }
}

function rows(messages: Message[]): HTMLElement[] {
  if (messages.length === 0) return [h('p', { class: 'empty' }, 'Nothing has been sent yet.')];
  return messages.map((message) => {
    const at = new Date(message.createdAt);
    return h(
      'article',
      { class: 'message' },
      h(
        'div',
        { class: 'message-head' },
        h('strong', { dir: 'auto' }, message.subject ?? message.type),
        h('time', { datetime: at.toISOString() }, at.toLocaleTimeString()),
      ),
      h('p', { class: 'muted' }, `To ${message.to}`),
      message.code
        ? h('div', { class: 'code' }, h('output', {}, message.code), copyButton(message.code, `the code for ${message.to}`))
        : h('p', { class: 'body', dir: 'auto' }, message.body),
    );
  });
}

function noOutbox(): HTMLElement {
  return h('p', { class: 'footnote muted' }, 'A connector is set up: codes arrive by e-mail or SMS.');
}

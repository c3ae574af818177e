// Receivers of messages: a real SMTP server, and an HTTP endpoint for SMS.
import { once } from 'node:events';
import { createServer } from 'node:http';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { until } from './processes.mjs';

/** The six digits of a message. */
export function codeIn(text) {
  const [code] = /\b\d{6}\b/.exec(text) ?? [];
  if (!code) throw new Error(`no code in: ${text}`);
  return code;
}

/** An SMTP server that keeps what it receives. It takes mail only from those who log in. */
export async function startMailbox() {
  const mailbox = new Mailbox();
  mailbox.smtp = new SMTPServer({
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onAuth: (auth, _session, done) =>
      auth.username === mailbox.user && auth.password === mailbox.password
        ? done(null, { user: auth.username })
        : done(new Error('wrong user or password')),
    onData: (stream, session, done) => mailbox.receive(stream, session).then(() => done(), done),
  });
  mailbox.smtp.listen(0, '127.0.0.1');
  await once(mailbox.smtp.server, 'listening');
  mailbox.port = mailbox.smtp.server.address().port;
  return mailbox;
}

class Mailbox {
  user = 'vestibule';
  password = 'mail-password';
  mails = [];

  async receive(stream, session) {
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const mail = await PostalMime.parse(Buffer.concat(chunks));
    this.mails.push({ ...mail, recipients: session.envelope.rcptTo.map(({ address }) => address) });
  }

  /** Waits for the next mail to `address` and takes it out. */
  take(address) {
    return until(`mail to ${address}`, () => {
      const index = this.mails.findIndex(({ recipients }) => recipients.includes(address));
      return index >= 0 && this.mails.splice(index, 1)[0];
    });
  }

  /** The code in the next mail to `address`. */
  async code(address) {
    return codeIn((await this.take(address)).text);
  }

  close() {
    return new Promise((resolve) => this.smtp.close(resolve));
  }
}

/** An HTTP endpoint that receives SMS as the HTTP connector posts them. */
export async function startSmsEndpoint() {
  const messages = [];
  const http = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    messages.push({ authorization: request.headers.authorization, ...JSON.parse(Buffer.concat(chunks)) });
    response.end();
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `http://127.0.0.1:${http.address().port}/sms`,
    messages,
    /** Waits for the next message to a number and takes it out. */
    take: (to) =>
      until(`SMS to ${to}`, () => {
        const index = messages.findIndex((message) => message.to === to);
        return index >= 0 && messages.splice(index, 1)[0];
      }),
    close: () => new Promise((resolve) => http.close(resolve)),
  };
}

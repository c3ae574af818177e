// An authenticator app: what it shows for a secret (RFC 6238).
import { Secret, TOTP } from 'otpauth';

/** The six digits of a secret, so many 30-second steps from now. The server takes no step twice. */
export function appShows(secret, steps = 0) {
  const app = new TOTP({ secret: Secret.fromBase32(secret) });
  return app.generate({ timestamp: Date.now() + steps * 30_000 });
}

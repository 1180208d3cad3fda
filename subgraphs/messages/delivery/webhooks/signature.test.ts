import { expect, it } from 'vitest';
import { newWebhookSecret, shownSecret, signatureHeaders } from './signature.js';

it('signs as the vector of Standard Webhooks says', () => {
  const secret = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
  const body = '{"test": 2432232314}';
  expect(signatureHeaders([secret], 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, body)).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

it('signs by each secret, the first one first', () => {
  const [one, other] = [newWebhookSecret(), newWebhookSecret()];
  const by = (...secrets: Uint8Array[]) => signatureHeaders(secrets, 'id', 1, '{}')['webhook-signature'];
  expect(by(one, other)).toBe(`${by(one)} ${by(other)}`);
  expect(by(one)).not.toBe(by(other));
});

it('shows a secret of 32 bytes as receivers store it', () => {
  const secret = newWebhookSecret();
  const shown = shownSecret(secret);
  expect(shown).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(Buffer.from(shown.slice('whsec_'.length), 'base64')).toEqual(Buffer.from(secret));
});

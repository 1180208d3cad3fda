import { expect, test } from 'vitest';
import { hashPassword, isPasswordOf } from './passwords.js';

test('a password is known by its argon2id hash, which is different every time', async () => {
  const [first, second] = [await hashPassword('kedai-demo'), await hashPassword('kedai-demo')];
  expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(first).not.toBe(second);
  expect(await isPasswordOf(first, 'kedai-demo')).toBe(true);
  expect(await isPasswordOf(first, 'kedai-demO')).toBe(false);
});

test('nobody has a password, not even the one that stands in', async () => {
  expect(await isPasswordOf(null, 'kedai-demo')).toBe(false);
  expect(await isPasswordOf(null, 'nobody has this password')).toBe(false);
});

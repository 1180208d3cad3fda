import { hash } from '@node-rs/argon2';
import { expect, test } from 'vitest';
import { hashPassword, isPasswordOf } from './passwords.js';

test('a password is stored as its argon2id hash, which differs every time', async () => {
  const [first, second] = [await hashPassword('kedai-demo'), await hashPassword('kedai-demo')];
  expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(first).not.toBe(second);
  expect(await isPasswordOf(first, 'kedai-demo')).toBe(true);
  expect(await isPasswordOf(first, 'kedai-demO')).toBe(false);
});

test('the same password verifies in composed and decomposed form', async () => {
  const [composed, decomposed] = ['kopi-crème'.normalize('NFC'), 'kopi-crème'.normalize('NFD')];
  for (const one of [composed, decomposed]) {
    const stored = await hashPassword(one);
    for (const other of [composed, decomposed]) expect(await isPasswordOf(stored, other)).toBe(true);
    expect(await isPasswordOf(stored, 'kopi-creme')).toBe(false);
  }
});

test('a hash of a decomposed text, as older accounts have it, verifies in either form', async () => {
  const stored = await hash('kopi-crème'.normalize('NFD'), {
    memoryCost: 19_456,
    timeCost: 2,
    parallelism: 1,
  });
  expect(await isPasswordOf(stored, 'kopi-crème'.normalize('NFD'))).toBe(true);
  expect(await isPasswordOf(stored, 'kopi-crème'.normalize('NFC'))).toBe(true);
});

test('no password opens an account that does not exist, not even the one that stands in', async () => {
  expect(await isPasswordOf(null, 'kedai-demo')).toBe(false);
  expect(await isPasswordOf(null, 'the password of no account')).toBe(false);
});

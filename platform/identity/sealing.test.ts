import { expect, it } from 'vitest';
import { sealing } from './sealing.js';

const SECRET = 'a secret of at least thirty-two characters';
const value = Buffer.from('the value');
const { seal, open } = sealing(SECRET, 'a test');

it('opens what was sealed, which is another text every time', () => {
  const [one, other] = [seal(value, 'sari'), seal(value, 'sari')];
  expect(open(one, 'sari')).toEqual(value);
  expect(one).not.toEqual(other);
  expect(Buffer.from(one).includes(value)).toBe(false);
});

it('opens for no other owner, purpose or secret, and nothing that was changed', () => {
  const sealed = seal(value, 'sari');
  const changed = Uint8Array.from(sealed, (byte, index) => (index === sealed.length - 1 ? byte ^ 1 : byte));
  expect([
    open(sealed, 'budi'),
    sealing(SECRET, 'another').open(sealed, 'sari'),
    sealing(`${SECRET}!`, 'a test').open(sealed, 'sari'),
    open(changed, 'sari'),
    open(sealed.subarray(0, 20), 'sari'),
    open(new Uint8Array(), 'sari'),
  ]).toEqual([null, null, null, null, null, null]);
});

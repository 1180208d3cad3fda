/** `SECOND_FACTOR_CHANGED`: the second factor was set, removed, or stood in for by a recovery code. */
import type { Template } from './template.js';
import { greetingIn, momentIn } from './words.js';

export const secondFactorChanged: Template = {
  id: ({ name, at = '', change }) => {
    const moment = momentIn('id', at);
    const said =
      change === 'ENABLED'
        ? `Kode tambahan saat masuk diaktifkan untuk akun Kedai Anda pada ${moment}.`
        : change === 'DISABLED'
          ? `Kode tambahan saat masuk dimatikan untuk akun Kedai Anda pada ${moment}.`
          : `Kode cadangan dipakai untuk masuk ke akun Kedai Anda pada ${moment}. Kode itu tidak berlaku lagi.`;
    return {
      subject: 'Keamanan akun Kedai Anda',
      greeting: greetingIn('id', name),
      paragraphs: [said],
      action: null,
      closing: ['Kalau bukan Anda, segera minta kata sandi baru di halaman masuk.'],
    };
  },
  en: ({ name, at = '', change }) => {
    const moment = momentIn('en', at);
    const said =
      change === 'ENABLED'
        ? `A second factor was set for your Kedai account on ${moment}.`
        : change === 'DISABLED'
          ? `The second factor of your Kedai account was removed on ${moment}.`
          : `A recovery code was used to sign in to your Kedai account on ${moment}. It does not work again.`;
    return {
      subject: 'The security of your Kedai account',
      greeting: greetingIn('en', name),
      paragraphs: [said],
      action: null,
      closing: ['If it was not you, ask for a new password on the sign-in page at once.'],
    };
  },
};

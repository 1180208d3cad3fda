/** `PASSWORD_CHANGED`: the password of the account was changed, by its owner or by somebody who knows it. */
import type { Template } from './template.js';
import { greetingIn, momentIn } from './words.js';

export const passwordChanged: Template = {
  id: ({ name, at = '' }) => ({
    subject: 'Kata sandi Kedai Anda sudah diganti',
    greeting: greetingIn('id', name),
    paragraphs: [
      `Kata sandi akun Kedai Anda diganti pada ${momentIn('id', at)}. Semua perangkat lain sudah dikeluarkan dari akun.`,
    ],
    action: null,
    closing: ['Kalau bukan Anda yang menggantinya, segera minta kata sandi baru di halaman masuk.'],
  }),
  en: ({ name, at = '' }) => ({
    subject: 'Your Kedai password was changed',
    greeting: greetingIn('en', name),
    paragraphs: [
      `The password of your Kedai account was changed on ${momentIn('en', at)}. All other devices were signed out.`,
    ],
    action: null,
    closing: ['If it was not you, ask for a new password on the sign-in page at once.'],
  }),
};

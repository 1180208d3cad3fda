/** `PASSWORD_RESET`: somebody, most likely its person, wants a new password for an account. */
import type { Template } from './template.js';
import { greetingIn } from './words.js';

export const passwordReset: Template = {
  id: ({ name }) => ({
    subject: 'Kata sandi baru untuk Kedai',
    greeting: greetingIn('id', name),
    paragraphs: ['Ada permintaan untuk mengganti kata sandi akun Kedai Anda.'],
    action: 'Buat kata sandi baru',
    closing: ['Kalau bukan Anda yang meminta, abaikan saja surat ini: kata sandi Anda tidak berubah.'],
  }),
  en: ({ name }) => ({
    subject: 'A new password for Kedai',
    greeting: greetingIn('en', name),
    paragraphs: ['Somebody asked for a new password for your Kedai account.'],
    action: 'Choose a new password',
    closing: ['If it was not you, ignore this mail: your password has not changed.'],
  }),
};

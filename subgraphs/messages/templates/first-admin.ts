/** `FIRST_ADMIN`: the first head-office account of an empty chain waits for its password. */
import type { Template } from './template.js';
import { greetingIn } from './words.js';

export const firstAdmin: Template = {
  id: () => ({
    subject: 'Akun kantor pusat Kedai Anda sudah siap',
    greeting: greetingIn('id', undefined),
    paragraphs: ['Akun kantor pusat untuk alamat ini sudah dibuat. Buat kata sandinya untuk mulai.'],
    action: 'Buat kata sandi',
    closing: ['Kalau Anda tidak sedang menyiapkan Kedai, abaikan saja surat ini.'],
  }),
  en: () => ({
    subject: 'Your Kedai head-office account is ready',
    greeting: greetingIn('en', undefined),
    paragraphs: ['The head-office account for this address was made. Set its password to begin.'],
    action: 'Set the password',
    closing: ['If you are not setting up Kedai, ignore this mail.'],
  }),
};

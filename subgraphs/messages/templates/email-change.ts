/** `EMAIL_CHANGE`: an account is to have this address. */
import type { Template } from './template.js';
import { greetingIn } from './words.js';

export const emailChange: Template = {
  id: ({ name }) => ({
    subject: 'Konfirmasi alamat surel baru Anda untuk Kedai',
    greeting: greetingIn('id', name),
    paragraphs: [
      'Alamat ini diminta menjadi alamat surel akun Kedai Anda. Alamat lama berlaku sampai Anda mengonfirmasi.',
    ],
    action: 'Pakai alamat ini',
    closing: ['Kalau bukan Anda yang meminta, abaikan saja surat ini.'],
  }),
  en: ({ name }) => ({
    subject: 'Confirm your new e-mail address for Kedai',
    greeting: greetingIn('en', name),
    paragraphs: [
      'This is to become the e-mail address of your Kedai account. Until you confirm it, the former address stays.',
    ],
    action: 'Use this address',
    closing: ['If it was not you who asked for this, ignore this mail.'],
  }),
};

/** `EMAIL_VERIFICATION`: an account was opened with this address. */
import type { Template } from './template.js';
import { greetingIn } from './words.js';

export const emailVerification: Template = {
  id: ({ name }) => ({
    subject: 'Konfirmasi alamat surel Anda untuk Kedai',
    greeting: greetingIn('id', name),
    paragraphs: ['Terima kasih sudah membuka akun Kedai. Konfirmasikan bahwa alamat surel ini milik Anda.'],
    action: 'Konfirmasi alamat ini',
    closing: ['Kalau Anda tidak membuka akun, abaikan saja surat ini.'],
  }),
  en: ({ name }) => ({
    subject: 'Confirm your e-mail address for Kedai',
    greeting: greetingIn('en', name),
    paragraphs: ['Thank you for opening a Kedai account. Please confirm that this e-mail address is yours.'],
    action: 'Confirm this address',
    closing: ['If you did not open an account, ignore this mail.'],
  }),
};

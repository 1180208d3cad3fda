/** `EMAIL_CHANGED`: to the former address of an account. */
import type { Template } from './template.js';
import { greetingIn, momentIn } from './words.js';

/** The new address is shortened by who asks for the mail; it is shown as it is, and is no link. */
const shortened = (newEmail: string | undefined) => (newEmail ?? '').replace(/\s+/g, ' ').slice(0, 100);

export const emailChanged: Template = {
  id: ({ name, at = '', newEmail }) => ({
    subject: 'Alamat surel akun Kedai Anda sudah diganti',
    greeting: greetingIn('id', name),
    paragraphs: [
      `Sejak ${momentIn('id', at)} akun Kedai Anda memakai alamat surel ${shortened(newEmail)}. Alamat ini tidak dipakai lagi.`,
    ],
    action: null,
    closing: ['Kalau bukan Anda yang menggantinya, segera hubungi gerai Kedai tempat Anda memesan.'],
  }),
  en: ({ name, at = '', newEmail }) => ({
    subject: 'The e-mail address of your Kedai account was changed',
    greeting: greetingIn('en', name),
    paragraphs: [
      `Since ${momentIn('en', at)} your Kedai account has the e-mail address ${shortened(newEmail)}. This address is no longer used.`,
    ],
    action: null,
    closing: ['If it was not you, tell the outlet where you order at once.'],
  }),
};

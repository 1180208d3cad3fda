/** `STAFF_INVITATION`: somebody is invited to work at an outlet, for a franchise, or at head office. */
import type { Facts, Language } from '../domain/mail.js';
import type { Template } from './template.js';
import { greetingIn, nameOf, roleIn } from './words.js';

/** Everything but the greeting may be unknown: a name that could pass for a link is left out. */
function invitationIn(language: Language, { role, place, invitedBy }: Facts) {
  const [work, where, who] = [roleIn(language, role), nameOf(place), nameOf(invitedBy)];
  if (language === 'id')
    return `${who === '' ? 'Anda diundang' : `${who} mengundang Anda`} menjadi ${work} ${where === '' ? 'di Kedai' : `di ${where}`}.`;
  return `${who === '' ? 'You are invited' : `${who} invites you`} to work as ${work} ${where === '' ? 'at Kedai' : `at ${where}`}.`;
}

export const staffInvitation: Template = {
  id: (facts) => ({
    subject: 'Undangan bekerja di Kedai',
    greeting: greetingIn('id', undefined),
    paragraphs: [invitationIn('id', facts)],
    action: 'Terima undangan',
    closing: ['Kalau Anda tidak mengenal undangan ini, abaikan saja: tidak ada yang terjadi.'],
  }),
  en: (facts) => ({
    subject: 'An invitation to work at Kedai',
    greeting: greetingIn('en', undefined),
    paragraphs: [invitationIn('en', facts)],
    action: 'Accept the invitation',
    closing: ['If this is not for you, ignore this mail: nothing happens.'],
  }),
};

/** Words that several kinds of mail share. */
import type { Language } from '../domain/mail.js';

const LOCALES: Readonly<Record<Language, string>> = { id: 'id-ID', en: 'en-GB' };
/** The chain's home: mails say its time and name the zone. */
const TIME_ZONE = 'Asia/Jakarta';
/** To make one takes longer than to write the rest of a mail. */
const MOMENTS: Readonly<Record<Language, Intl.DateTimeFormat>> = { id: momentsIn('id'), en: momentsIn('en') };
/** Longer than any name of a person, a place or a role. */
const LONGEST_VALUE = 100;
/** What mail programs turn into a link: a name is what strangers may choose. */
const LOOKS_LIKE_A_LINK = /[/@\\]|\p{L}[\p{L}\d-]*\.\p{L}{2,}/u;

/** A moment as people write it, such as `29 November 2026 16.05 WIB`; the text itself where it is none. */
export function momentIn(language: Language, moment: string | Date): string {
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return String(moment);
  return `${MOMENTS[language].format(date)} WIB`;
}

function momentsIn(language: Language): Intl.DateTimeFormat {
  const style = { dateStyle: 'long', timeStyle: 'short', timeZone: TIME_ZONE } as const;
  return new Intl.DateTimeFormat(LOCALES[language], style);
}

/** A day as people write it, such as `29 November 2026`; the text itself where it is none. */
export function dayIn(language: Language, day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return day;
  return new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeZone: 'UTC' }).format(date);
}

/** A name in one line; empty where it could pass for a link. */
export function nameOf(value: string | undefined): string {
  const name = (value ?? '').replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return name.length > LONGEST_VALUE || LOOKS_LIKE_A_LINK.test(name) ? '' : name;
}

export function greetingIn(language: Language, name: string | undefined): string {
  const known = nameOf(name);
  const hello = language === 'id' ? 'Halo' : 'Hello';
  return known === '' ? `${hello},` : `${hello} ${known},`;
}

/** As Indonesia writes it: Rp 25.000. */
export function rupiahText(amount: number): string {
  return `${amount < 0 ? '−' : ''}Rp ${quantityText(Math.abs(amount))}`;
}

/** A whole number, as Indonesia writes it: 25.000. */
export function quantityText(amount: number): string {
  return String(amount).replaceAll(/\B(?=(\d{3})+$)/g, '.');
}

const ROLES: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  id: { BARISTA: 'barista', MANAGER: 'manajer', OWNER: 'pemilik waralaba', HQ: 'kantor pusat' },
  en: { BARISTA: 'barista', MANAGER: 'manager', OWNER: 'franchise owner', HQ: 'head office' },
};

export function roleIn(language: Language, role: string | undefined): string {
  return ROLES[language][role ?? ''] ?? nameOf(role);
}

/** `SCHEDULE_FAILED`: a run of a schedule failed, for the first time since one succeeded. */
import type { Facts, Language } from '../domain/mail.js';
import type { ScheduleFailure } from '../domain/schedule/schedule.js';
import type { MailText, Template } from './template.js';
import { greetingIn, momentIn, nameOf } from './words.js';

type Because = ScheduleFailure | 'FORBIDDEN';

const TEXTS: Readonly<
  Record<
    Language,
    {
      readonly subject: string;
      readonly failed: (schedule: string, dueAt: string) => string;
      readonly unnamed: string;
      readonly because: Readonly<Record<Because, string>>;
      readonly once: string;
    }
  >
> = {
  id: {
    subject: 'Jadwal Anda di Kedai gagal dijalankan',
    failed: (schedule, dueAt) => `Jadwal ${schedule} untuk ${dueAt} gagal dijalankan.`,
    unnamed: 'Anda',
    because: {
      FORBIDDEN: 'Anda tidak lagi berhak melihat isinya.',
      PLACE_GONE: 'Outlet atau waralaba yang dimaksud tidak ada lagi.',
      ADDRESS_NOT_CONFIRMED: 'Alamat e-mail Anda belum dikonfirmasi, dan angka tidak dikirim ke sana.',
      RULE_UNREADABLE: 'Aturan waktunya tidak dapat dibaca lagi.',
      TIMED_OUT: 'Tidak ada jawaban dalam satu hari.',
      NOT_MADE: 'Laporannya tidak dapat dibuat.',
    },
    once: 'Kami tidak menyurati Anda lagi tentang hal ini sampai jadwal itu berhasil dijalankan.',
  },
  en: {
    subject: 'Your schedule at Kedai failed',
    failed: (schedule, dueAt) => `The schedule ${schedule} for ${dueAt} failed.`,
    unnamed: 'of yours',
    because: {
      FORBIDDEN: 'You may not see any more what it is about.',
      PLACE_GONE: 'The outlet or franchise that it is about does not exist any more.',
      ADDRESS_NOT_CONFIRMED: 'Your e-mail address is not confirmed, and no figures are sent to it.',
      RULE_UNREADABLE: 'Its rule cannot be read any more.',
      TIMED_OUT: 'There was no answer within a day.',
      NOT_MADE: 'The report could not be made.',
    },
    once: 'We do not write about this again until the schedule succeeds.',
  },
};

function failedIn(language: Language, { name, schedule, dueAt = '', because = '' }: Facts): MailText {
  const texts = TEXTS[language];
  const named = nameOf(schedule) === '' ? texts.unnamed : `“${nameOf(schedule)}”`;
  const reason = Object.entries(texts.because).find(([code]) => code === because)?.[1];
  return {
    subject: texts.subject,
    greeting: greetingIn(language, name),
    paragraphs: [texts.failed(named, momentIn(language, dueAt)), ...(reason === undefined ? [] : [reason])],
    action: null,
    closing: [texts.once],
  };
}

export const scheduleFailed: Template = {
  id: (facts) => failedIn('id', facts),
  en: (facts) => failedIn('en', facts),
};

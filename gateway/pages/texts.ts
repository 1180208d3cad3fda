/** What the pages behind the links in mails say, in Indonesian and English. */

export const LANGUAGES = ['id', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The purposes of links, which are the paths of the pages. */
export const PURPOSES = ['reset', 'invitation', 'verify', 'unsubscribe'] as const;
export type Purpose = (typeof PURPOSES)[number];

interface PageTexts {
  readonly title: string;
  readonly lead: string;
  readonly button: string;
  /** On the button while the answer is awaited. */
  readonly busy: string;
  readonly done: string;
  readonly doneLead: string;
}

interface CommonTexts {
  readonly language: string;
  readonly otherLanguage: string;
  readonly password: string;
  readonly passwordHelp: string;
  readonly again: string;
  readonly show: string;
  readonly name: string;
  readonly noScript: string;
  /** Above the fields that an invited person without an account fills in. */
  readonly asked: string;
  /** By what went wrong. */
  readonly problems: Readonly<Record<Problem, string>>;
}

/** `refused`: for any code without a sentence of its own, where the answer brings none either. */
export type Problem =
  | 'incomplete'
  | 'link'
  | 'mismatch'
  | 'short'
  | 'name'
  | 'unreachable'
  | 'later'
  | 'refused';

export const PAGE_TEXTS: Readonly<Record<Language, Readonly<Record<Purpose, PageTexts>>>> = {
  id: {
    reset: {
      title: 'Kata sandi baru',
      lead: 'Pilih kata sandi baru untuk akun Kedai Anda. Semua perangkat akan dikeluarkan dari akun.',
      button: 'Simpan kata sandi',
      busy: 'Menyimpan…',
      done: 'Kata sandi tersimpan',
      doneLead: 'Sekarang Anda bisa masuk dengan kata sandi baru. Halaman ini boleh ditutup.',
    },
    invitation: {
      title: 'Undangan bekerja di Kedai',
      lead: 'Terima undangan ini untuk mulai bekerja dengan akun Kedai Anda.',
      button: 'Terima undangan',
      busy: 'Menerima…',
      done: 'Undangan diterima',
      doneLead: 'Sekarang Anda bisa masuk dan mulai bekerja. Halaman ini boleh ditutup.',
    },
    verify: {
      title: 'Konfirmasi alamat surel',
      lead: 'Tekan tombol untuk mengonfirmasi bahwa alamat surel ini milik Anda.',
      button: 'Konfirmasi alamat',
      busy: 'Mengonfirmasi…',
      done: 'Alamat terkonfirmasi',
      doneLead: 'Terima kasih. Halaman ini boleh ditutup.',
    },
    unsubscribe: {
      title: 'Berhenti menerima surat',
      lead: 'Tekan tombol untuk tidak lagi menerima surat tentang pesanan Anda. Di akun Anda bisa menyalakannya lagi.',
      button: 'Berhenti menerima',
      busy: 'Menyimpan…',
      done: 'Surat dimatikan',
      doneLead: 'Anda tidak menerima surat tentang pesanan lagi. Halaman ini boleh ditutup.',
    },
  },
  en: {
    reset: {
      title: 'A new password',
      lead: 'Choose a new password for your Kedai account. All devices will be signed out.',
      button: 'Save password',
      busy: 'Saving…',
      done: 'Password saved',
      doneLead: 'You can sign in with the new password now, and close this page.',
    },
    invitation: {
      title: 'An invitation to work at Kedai',
      lead: 'Accept this invitation to start working with your Kedai account.',
      button: 'Accept invitation',
      busy: 'Accepting…',
      done: 'Invitation accepted',
      doneLead: 'You can sign in and start working now, and close this page.',
    },
    verify: {
      title: 'Confirm your e-mail address',
      lead: 'Press the button to confirm that this e-mail address is yours.',
      button: 'Confirm address',
      busy: 'Confirming…',
      done: 'Address confirmed',
      doneLead: 'Thank you. You can close this page.',
    },
    unsubscribe: {
      title: 'Stop receiving mails',
      lead: 'Press the button to receive no more mails about your orders. You can switch them on again in your account.',
      button: 'Stop receiving them',
      busy: 'Saving…',
      done: 'Mails are switched off',
      doneLead: 'You receive no more mails about your orders. You can close this page.',
    },
  },
};

export const COMMON_TEXTS: Readonly<Record<Language, CommonTexts>> = {
  id: {
    language: 'Bahasa Indonesia',
    otherLanguage: 'English',
    password: 'Kata sandi baru',
    passwordHelp: 'Paling sedikit 8 karakter.',
    again: 'Ulangi kata sandi',
    show: 'Tampilkan kata sandi',
    name: 'Nama',
    noScript: 'Halaman ini memerlukan JavaScript.',
    asked: 'Satu langkah lagi: isi data di bawah ini untuk akun Kedai Anda.',
    problems: {
      incomplete: 'Tautan ini tidak lengkap. Buka lagi tautan di surat Anda, seutuhnya.',
      link: 'Tautan ini tidak berlaku lagi: sudah dipakai atau sudah lewat waktunya. Mintalah surat yang baru.',
      mismatch: 'Kedua kata sandi tidak sama.',
      short: 'Kata sandi terlalu pendek: paling sedikit 8 karakter.',
      name: 'Isi nama Anda.',
      unreachable: 'Kedai tidak bisa dihubungi. Periksa sambungan Anda, lalu coba lagi.',
      later: 'Terlalu banyak percobaan. Tunggu sebentar, lalu coba lagi.',
      refused: 'Tidak berhasil. Coba lagi nanti.',
    },
  },
  en: {
    language: 'English',
    otherLanguage: 'Bahasa Indonesia',
    password: 'New password',
    passwordHelp: 'At least 8 characters.',
    again: 'Repeat the password',
    show: 'Show password',
    name: 'Name',
    noScript: 'This page needs JavaScript.',
    asked: 'One more step: fill in what your Kedai account needs.',
    problems: {
      incomplete: 'This link is incomplete. Open the whole link in your mail again.',
      link: 'This link no longer works: it was used, or its time has passed. Ask for a new mail.',
      mismatch: 'The two passwords are not the same.',
      short: 'The password is too short: at least 8 characters.',
      name: 'Enter your name.',
      unreachable: 'Kedai cannot be reached. Check your connection and try again.',
      later: 'Too many attempts. Wait a moment and try again.',
      refused: 'That did not work. Try again later.',
    },
  },
};

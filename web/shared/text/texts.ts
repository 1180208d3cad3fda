/** What every screen says, in both languages. */
import { translated } from './language.js';

const english = {
  connection: 'Connection',
  live: 'Live',
  reconnecting: 'Reconnecting',
  stale: 'Stale',
  ago: (span: string) => `${span} ago`,
  email: 'Email',
  password: 'Password',
  code: 'Code of your authenticator',
  signIn: 'Sign in',
  signOut: 'Sign out',
  signInTitle: 'Sign in to go on',
  wrongCredentials: 'Email or password is wrong.',
  noNetwork: 'Kedai cannot be reached. Check the network, then try again.',
  tooManyAttempts: 'Too many attempts. Wait a minute, then try again.',
  loading: 'Loading',
  tryAgain: 'Try again',
  failed: 'This could not be loaded.',
  notAllowed: 'You may not see this.',
  close: 'Close',
  update: 'There is a new version.',
  updateNow: 'Load it',
};

const indonesian: typeof english = {
  connection: 'Koneksi',
  live: 'Langsung',
  reconnecting: 'Menyambung lagi',
  stale: 'Usang',
  ago: (span) => `${span} lalu`,
  email: 'Email',
  password: 'Kata sandi',
  code: 'Kode autentikator',
  signIn: 'Masuk',
  signOut: 'Keluar',
  signInTitle: 'Masuk untuk melanjutkan',
  wrongCredentials: 'Email atau kata sandi salah.',
  noNetwork: 'Kedai tidak dapat dihubungi. Periksa jaringan, lalu coba lagi.',
  tooManyAttempts: 'Terlalu banyak percobaan. Tunggu semenit, lalu coba lagi.',
  loading: 'Memuat',
  tryAgain: 'Coba lagi',
  failed: 'Bagian ini tidak dapat dimuat.',
  notAllowed: 'Anda tidak boleh melihat bagian ini.',
  close: 'Tutup',
  update: 'Ada versi baru.',
  updateNow: 'Muat',
};

export const common = translated({ en: english, id: indonesian });

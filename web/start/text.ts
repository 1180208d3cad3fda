/** What the start page says, in both languages. */
import { translated } from '../shared/text/language.js';

const english = {
  sentence:
    'Kedai runs a drink chain whose shelves weigh what is left: one graph, live from the scale to the guest.',
  screens: 'Screens',
  shop: 'Shop',
  shopLine: 'Order and pay, and watch your drink being made.',
  kitchen: 'Kitchen',
  kitchenLine: 'What to make next, and what the scales still cover.',
  dashboard: 'Dashboard',
  dashboardLine: 'Problems first, the day beside its likes, and why a level fell.',
  explorers: 'Explorers',
  graphiqlLine: 'The whole graph, with no internet.',
  sandboxLine: 'Apollo Sandbox, loaded from Apollo.',
  people: 'Sign in as',
  peopleLine: 'This is a demo. Each of these people sees another part of it.',
  signedIn: (name: string) => `You are signed in as ${name}.`,
  signInFailed: 'That did not work. Try again.',
  addresses: 'Addresses',
  copy: 'Copy',
  copied: 'Copied',
  outlets: (all: string, open: string) => `${all} outlets, ${open} open`,
  version: (version: string) => `Kedai ${version}`,
  health: { ready: 'Healthy', notReady: 'Not ready', away: 'Cannot be reached' },
  roles: {
    customer: 'Guest',
    barista: 'Barista',
    manager: 'Manager',
    owner: 'Franchise owner',
    'head office': 'Head office',
  } as Readonly<Record<string, string>>,
};

const indonesian: typeof english = {
  sentence:
    'Kedai menjalankan jaringan minuman yang raknya menimbang sisa bahan: satu graf, langsung dari timbangan ke tamu.',
  screens: 'Layar',
  shop: 'Toko',
  shopLine: 'Pesan dan bayar, lalu lihat minuman Anda dibuat.',
  kitchen: 'Dapur',
  kitchenLine: 'Apa yang dibuat berikutnya, dan cukup untuk berapa.',
  dashboard: 'Dasbor',
  dashboardLine: 'Masalah dulu, hari ini di samping hari serupa, dan sebab stok turun.',
  explorers: 'Penjelajah',
  graphiqlLine: 'Seluruh graf, tanpa internet.',
  sandboxLine: 'Apollo Sandbox, dimuat dari Apollo.',
  people: 'Masuk sebagai',
  peopleLine: 'Ini demo. Setiap orang ini melihat bagian yang lain.',
  signedIn: (name) => `Anda masuk sebagai ${name}.`,
  signInFailed: 'Tidak berhasil. Coba lagi.',
  addresses: 'Alamat',
  copy: 'Salin',
  copied: 'Tersalin',
  outlets: (all, open) => `${all} gerai, ${open} buka`,
  version: (version) => `Kedai ${version}`,
  health: { ready: 'Sehat', notReady: 'Belum siap', away: 'Tidak dapat dihubungi' },
  roles: {
    customer: 'Tamu',
    barista: 'Barista',
    manager: 'Manajer',
    owner: 'Pemilik waralaba',
    'head office': 'Kantor pusat',
  },
};

export const text = translated({ en: english, id: indonesian });

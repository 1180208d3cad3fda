/** The demo chain: three franchises, their 25 outlets in five cities, and the people of the demo accounts. */
import type { RoleGrant } from '../../platform/identity/identity.js';
import { seedId } from './ids.js';

export interface SeedFranchise {
  readonly id: string;
  readonly name: string;
}

export interface SeedOutlet {
  readonly id: string;
  readonly franchiseId: string;
  readonly name: string;
  readonly city: string;
  readonly address: string;
  readonly phone: string;
  readonly timeZone: string;
}

export interface SeedPerson {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly phone: string;
  /** Besides CUSTOMER, which everyone has. */
  readonly roles: readonly RoleGrant[];
}

/** The password of every demo account. */
export const DEMO_PASSWORD = 'kedai-demo';
/** Of that password, which is public: every demo account has the same. */
export const DEMO_PASSWORD_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$LPCvdPdcEuAl6Vp0vtOEaQ$qGhNUNcK6ahmcuuJzNBhR1vXHjW8QxyuP7Njh5uNx14';

const JAKARTA_RAYA = seedId('franchise', 0);
const PRIANGAN_MATARAM = seedId('franchise', 1);
const NUSANTARA_TIMUR = seedId('franchise', 2);

export const FRANCHISES: readonly SeedFranchise[] = [
  { id: JAKARTA_RAYA, name: 'Kedai Jakarta Raya' },
  { id: PRIANGAN_MATARAM, name: 'Kedai Priangan Mataram' },
  { id: NUSANTARA_TIMUR, name: 'Kedai Nusantara Timur' },
];

interface City {
  readonly franchiseId: string;
  readonly city: string;
  readonly areaCode: string;
  readonly timeZone: string;
  /** Name and street of each outlet. */
  readonly outlets: readonly (readonly [name: string, address: string])[];
}

const CITIES: readonly City[] = [
  {
    franchiseId: JAKARTA_RAYA,
    city: 'Jakarta',
    areaCode: '21',
    timeZone: 'Asia/Jakarta',
    outlets: [
      ['Kedai Menteng', 'Jl. Cikini Raya 21'],
      ['Kedai Blok M', 'Jl. Melawai 5 No. 8'],
      ['Kedai Kemang', 'Jl. Kemang Raya 47'],
      ['Kedai Kelapa Gading', 'Jl. Boulevard Raya 12'],
      ['Kedai Tebet', 'Jl. Tebet Utara Dalam 30'],
      ['Kedai Kota Tua', 'Jl. Pintu Besar Utara 9'],
      ['Kedai Senayan', 'Jl. Asia Afrika 19'],
    ],
  },
  {
    franchiseId: PRIANGAN_MATARAM,
    city: 'Bandung',
    areaCode: '22',
    timeZone: 'Asia/Jakarta',
    outlets: [
      ['Kedai Dago', 'Jl. Ir. H. Juanda 88'],
      ['Kedai Braga', 'Jl. Braga 41'],
      ['Kedai Riau', 'Jl. L.L.R.E. Martadinata 63'],
      ['Kedai Buah Batu', 'Jl. Buah Batu 150'],
      ['Kedai Setiabudi', 'Jl. Dr. Setiabudi 174'],
    ],
  },
  {
    franchiseId: PRIANGAN_MATARAM,
    city: 'Yogyakarta',
    areaCode: '274',
    timeZone: 'Asia/Jakarta',
    outlets: [
      ['Kedai Malioboro', 'Jl. Malioboro 52'],
      ['Kedai Prawirotaman', 'Jl. Prawirotaman 14'],
      ['Kedai Kaliurang', 'Jl. Kaliurang Km 5,6'],
      ['Kedai Kotabaru', 'Jl. Suroto 7'],
    ],
  },
  {
    franchiseId: NUSANTARA_TIMUR,
    city: 'Surabaya',
    areaCode: '31',
    timeZone: 'Asia/Jakarta',
    outlets: [
      ['Kedai Tunjungan', 'Jl. Tunjungan 73'],
      ['Kedai Darmo', 'Jl. Raya Darmo 35'],
      ['Kedai Gubeng', 'Jl. Raya Gubeng 18'],
      ['Kedai Pakuwon', 'Jl. Puncak Indah Lontar 2'],
      ['Kedai Kertajaya', 'Jl. Kertajaya 120'],
    ],
  },
  {
    franchiseId: NUSANTARA_TIMUR,
    city: 'Denpasar',
    areaCode: '361',
    timeZone: 'Asia/Makassar',
    outlets: [
      ['Kedai Renon', 'Jl. Raya Puputan 25'],
      ['Kedai Sanur', 'Jl. Danau Tamblingan 61'],
      ['Kedai Gatot Subroto', 'Jl. Gatot Subroto Barat 96'],
      ['Kedai Teuku Umar', 'Jl. Teuku Umar 44'],
    ],
  },
];

export const OUTLETS: readonly SeedOutlet[] = CITIES.flatMap(
  ({ franchiseId, city, areaCode, timeZone, outlets }) =>
    outlets.map(([name, address]) => ({ franchiseId, city, areaCode, timeZone, name, address })),
).map(({ areaCode, ...outlet }, index) => ({
  ...outlet,
  id: seedId('outlet', index),
  phone: `+62${areaCode}555${String(100 + index)}`,
}));

/** Where Sari works and Budi manages; Dewi owns its franchise. */
export const STAFFED_OUTLET_ID = seedId('outlet', 0);

export const [SARI_ID, BUDI_ID, HEAD_OFFICE_ID] = [personId(1), personId(2), personId(4)];

export const PEOPLE: readonly SeedPerson[] = [
  person(0, 'rina', 'Rina Wulandari', []),
  person(1, 'sari', 'Sari Lestari', [{ role: 'BARISTA', outletId: STAFFED_OUTLET_ID, franchiseId: null }]),
  person(2, 'budi', 'Budi Santoso', [{ role: 'MANAGER', outletId: STAFFED_OUTLET_ID, franchiseId: null }]),
  person(3, 'dewi', 'Dewi Anggraini', [{ role: 'OWNER', outletId: null, franchiseId: JAKARTA_RAYA }]),
  person(4, 'hq', 'Kantor Pusat', [{ role: 'HQ', outletId: null, franchiseId: null }]),
];

function personId(ordinal: number): string {
  return seedId('customer', ordinal);
}

function person(ordinal: number, account: string, name: string, roles: readonly RoleGrant[]): SeedPerson {
  return {
    id: personId(ordinal),
    email: `${account}@kedai.test`,
    name,
    phone: `+6281200000${String(ordinal).padStart(3, '0')}`,
    roles,
  };
}

/** The demo menu: 46 items sold all year, one of them limited, and five seasonal ones. */
import type { OptionGroup, RecipeLine } from '../../platform/events/event-types.js';
import type { TaxClass } from '../../platform/order-charges.js';
import { seedId } from './ids.js';
import { type Amounts, recipeOf } from './ingredients.js';
import { type Choice, optionGroupsOf } from './option-groups.js';

export interface SeedMenuItem {
  readonly id: string;
  /** EAN-13. */
  readonly barcode: string;
  readonly name: string;
  readonly description: string;
  readonly category: Category;
  readonly price: number;
  readonly isLimited: boolean;
  readonly taxClass: TaxClass;
  readonly preparationSeconds: number;
  /** Both days included, ISO 8601; null for all year. */
  readonly season: Season | null;
  readonly recipe: readonly RecipeLine[];
  readonly optionGroups: readonly OptionGroup[];
}

type Category = 'MILK_TEA' | 'FRUIT_TEA' | 'COFFEE' | 'CHOCOLATE' | 'SIGNATURE' | 'SNACK' | 'MERCHANDISE';

interface Season {
  readonly name: string;
  readonly from: string;
  readonly until: string;
}

interface Definition {
  readonly name: string;
  readonly description: string;
  readonly category: Category;
  readonly price: number;
  readonly preparationSeconds: number;
  readonly amounts: Amounts;
  readonly choices: readonly Choice[];
  readonly season?: Season;
  readonly isLimited?: true;
}

const CUP: Amounts = { cup: 1, lid: 1 };
const ICED: Amounts = { ...CUP, ice: 150 };
const EVERY_CHOICE: readonly Choice[] = ['size', 'sweetness', 'ice', 'topping'];

type Row = readonly [name: string, price: number, description: string, amounts: Amounts];

function all(
  rows: readonly Row[],
  category: Category,
  preparationSeconds: number,
  choices: readonly Choice[],
  base: Amounts,
): Definition[] {
  return rows.map(([name, price, description, amounts]) => ({
    name,
    price,
    description,
    category,
    preparationSeconds,
    choices,
    amounts: { ...base, ...amounts },
  }));
}

const MILK_TEAS: readonly Row[] = [
  ['Teh Susu Klasik', 18_000, 'Teh hitam pekat dan susu segar.', { blackTea: 8 }],
  [
    'Teh Susu Boba Gula Aren',
    24_000,
    'Boba hangat, gula aren, susu segar.',
    { blackTea: 8, boba: 40, palmSugar: 30, sugarSyrup: 0 },
  ],
  ['Teh Susu Taro', 22_000, 'Taro lembut dengan teh hitam.', { blackTea: 6, taro: 25 }],
  ['Teh Susu Matcha', 24_000, 'Matcha dan susu segar.', { greenTea: 4, matcha: 8 }],
  ['Teh Susu Oolong', 20_000, 'Oolong panggang yang harum.', { oolongTea: 8 }],
  ['Teh Susu Melati', 19_000, 'Teh melati ringan.', { jasmineTea: 8 }],
  ['Teh Susu Karamel', 22_000, 'Manis karamel yang hangat.', { blackTea: 8, caramelSyrup: 15 }],
  [
    'Teh Tarik',
    18_000,
    'Ditarik sampai berbusa.',
    { blackTea: 10, condensedMilk: 30, creamer: 10, milk: 60 },
  ],
  ['Teh Susu Puding', 23_000, 'Dengan puding susu.', { blackTea: 8, pudding: 50 }],
];

const FRUIT_TEAS: readonly Row[] = [
  ['Teh Leci', 18_000, 'Teh hitam dan leci.', { blackTea: 6, lycheeSyrup: 30 }],
  ['Teh Mangga', 20_000, 'Mangga harum manis.', { jasmineTea: 6, mango: 60 }],
  ['Teh Stroberi', 20_000, 'Stroberi Ciwidey.', { jasmineTea: 6, strawberry: 60 }],
  ['Teh Markisa', 20_000, 'Markisa segar dengan bijinya.', { greenTea: 6, passionFruit: 50 }],
  ['Teh Lemon Madu', 19_000, 'Lemon peras dan madu hutan.', { blackTea: 6, lemon: 25, honey: 20 }],
  ['Teh Hijau Lemon', 17_000, 'Ringan dan segar.', { greenTea: 8, lemon: 25 }],
  [
    'Teh Leci Nata',
    21_000,
    'Leci dengan nata de coco.',
    { jasmineTea: 6, lycheeSyrup: 30, coconutJelly: 40 },
  ],
  ['Teh Mangga Markisa', 22_000, 'Dua buah dalam satu gelas.', { greenTea: 6, mango: 40, passionFruit: 30 }],
];

const ICED_COFFEES: readonly Row[] = [
  [
    'Kopi Susu Gula Aren',
    20_000,
    'Andalan sejak hari pertama.',
    { robusta: 18, palmSugar: 25, sugarSyrup: 0 },
  ],
  ['Es Caffe Latte', 25_000, 'Arabika ganda dan susu segar.', { arabica: 18 }],
  ['Es Latte Karamel', 28_000, 'Latte dengan karamel.', { arabica: 18, caramelSyrup: 20 }],
  ['Es Latte Hazelnut', 28_000, 'Latte dengan hazelnut.', { arabica: 18, hazelnutSyrup: 20 }],
  ['Es Latte Vanila', 28_000, 'Latte dengan vanila.', { arabica: 18, vanillaSyrup: 20 }],
  [
    'Kopi Oat Gula Aren',
    29_000,
    'Tanpa susu sapi.',
    { robusta: 18, palmSugar: 25, oatMilk: 120, milk: 0, sugarSyrup: 0 },
  ],
];

const HOT_COFFEES: readonly Row[] = [
  ['Espresso', 15_000, 'Satu tegukan arabika Gayo.', { arabica: 18 }],
  ['Americano', 18_000, 'Espresso dan air panas.', { arabica: 18 }],
  ['Cappuccino', 25_000, 'Busa susu yang tebal.', { arabica: 18, milk: 150 }],
  ['Kopi Tubruk', 13_000, 'Robusta Temanggung, ampasnya ikut.', { robusta: 15, sugarSyrup: 10 }],
];

const CHOCOLATES: readonly Row[] = [
  ['Cokelat Klasik', 22_000, 'Cokelat Sulawesi.', { chocolate: 30 }],
  ['Cokelat Hazelnut', 25_000, 'Cokelat dan hazelnut.', { chocolate: 30, hazelnutSyrup: 15 }],
  ['Cokelat Boba', 26_000, 'Cokelat dengan boba.', { chocolate: 30, boba: 40 }],
  ['Cokelat Krim Keju', 28_000, 'Ditutup krim keju.', { chocolate: 30, cheeseFoam: 30 }],
  ['Red Velvet', 25_000, 'Merah dan lembut.', { redVelvet: 30 }],
];

const SIGNATURES: readonly Row[] = [
  [
    'Awan Aren',
    30_000,
    'Kopi, gula aren, krim kocok.',
    { robusta: 18, palmSugar: 30, whippedCream: 30, sugarSyrup: 0 },
  ],
  ['Awan Matcha', 32_000, 'Matcha di bawah krim keju.', { matcha: 10, cheeseFoam: 40 }],
  [
    'Es Cincau Santan',
    22_000,
    'Cincau hitam, santan, gula aren.',
    { grassJelly: 80, coconutMilk: 60, palmSugar: 30, milk: 0, sugarSyrup: 0 },
  ],
  ['Taro Santan', 26_000, 'Taro dengan santan.', { taro: 30, coconutMilk: 60, milk: 60 }],
  ['Kopi Krim Keju', 30_000, 'Kopi hitam dan krim keju.', { arabica: 18, cheeseFoam: 40, milk: 0 }],
  ['Matcha Stroberi', 32_000, 'Tiga lapis.', { matcha: 8, strawberry: 50 }],
];

const SNACKS: readonly Row[] = [
  ['Croissant Mentega', 24_000, 'Dipanggang pagi ini.', { croissant: 1 }],
  ['Roti Bakar Cokelat', 20_000, 'Roti bakar isi cokelat.', { toast: 1, chocolate: 15 }],
  ['Kukis Cokelat', 15_000, 'Renyah di luar.', { cookie: 1 }],
  ['Roti Pisang', 18_000, 'Pisang ambon.', { bananaBread: 1 }],
  ['Stik Keju', 16_000, 'Lima batang.', { cheeseStick: 5 }],
];

const MERCHANDISE: readonly Row[] = [
  ['Tas Kanvas', 65_000, 'Muat empat gelas.', { toteBag: 1 }],
  ['Kopi Kemasan', 95_000, 'Arabika Gayo 200 g.', { coffeePack: 1 }],
];

const RAINS: Season = {
  name: 'Musim Hujan',
  from: '2026-10-01T00:00:00.000Z',
  until: '2027-03-31T00:00:00.000Z',
};
const RAMADAN: Season = {
  name: 'Ramadan',
  from: '2027-02-08T00:00:00.000Z',
  until: '2027-03-09T00:00:00.000Z',
};
const AUGUST: Season = {
  name: 'Kemerdekaan',
  from: '2027-08-01T00:00:00.000Z',
  until: '2027-08-31T00:00:00.000Z',
};
const YEAR_END: Season = {
  name: 'Akhir Tahun',
  from: '2026-12-01T00:00:00.000Z',
  until: '2027-01-05T00:00:00.000Z',
};

const SEASONAL: readonly (readonly [season: Season, row: Row])[] = [
  [RAINS, ['Susu Jahe', 19_000, 'Hangat untuk hari hujan.', { milk: 180, gingerSyrup: 25, honey: 10 }]],
  [
    RAINS,
    ['Cokelat Jahe', 24_000, 'Cokelat panas dengan jahe.', { milk: 180, chocolate: 30, gingerSyrup: 15 }],
  ],
  [RAMADAN, ['Susu Kurma', 23_000, 'Untuk berbuka.', { milk: 180, dates: 40 }]],
  [
    AUGUST,
    ['Merah Putih', 26_000, 'Stroberi di atas santan.', { milk: 60, strawberry: 60, coconutMilk: 60 }],
  ],
  [
    YEAR_END,
    [
      'Latte Akhir Tahun',
      30_000,
      'Hazelnut, karamel, krim kocok.',
      { milk: 150, arabica: 18, hazelnutSyrup: 10, caramelSyrup: 10, whippedCream: 30 },
    ],
  ],
];

const SWEET_MILK: Amounts = { milk: 120, sugarSyrup: 20 };

const DEFINITIONS: readonly Definition[] = [
  ...all(MILK_TEAS, 'MILK_TEA', 120, EVERY_CHOICE, { ...ICED, ...SWEET_MILK }),
  ...all(FRUIT_TEAS, 'FRUIT_TEA', 100, EVERY_CHOICE, { ...ICED, sugarSyrup: 20 }),
  ...all(ICED_COFFEES, 'COFFEE', 110, ['size', 'sweetness', 'ice'], { ...ICED, milk: 120, sugarSyrup: 15 }),
  ...all(HOT_COFFEES, 'COFFEE', 90, ['size'], CUP),
  ...all(CHOCOLATES, 'CHOCOLATE', 120, EVERY_CHOICE, { ...ICED, milk: 150, sugarSyrup: 15 }),
  ...all(SIGNATURES, 'SIGNATURE', 150, EVERY_CHOICE, { ...ICED, ...SWEET_MILK }),
  ...all(SNACKS, 'SNACK', 60, [], {}),
  ...all(MERCHANDISE, 'MERCHANDISE', 20, [], {}),
  {
    name: 'Tumbler Edisi Terbatas',
    description: 'Baja tahan karat, bernomor. Selama persediaan ada.',
    category: 'MERCHANDISE',
    price: 150_000,
    preparationSeconds: 20,
    amounts: { tumbler: 1 },
    choices: [],
    isLimited: true,
  },
  ...SEASONAL.flatMap(([season, row]) =>
    all([row], 'SIGNATURE', 150, ['size'], CUP).map((definition) => ({ ...definition, season })),
  ),
];

export const MENU_ITEMS: readonly SeedMenuItem[] = DEFINITIONS.map(
  ({ amounts, choices, season, isLimited, ...item }, index) => ({
    ...item,
    id: seedId('menu-item', index),
    barcode: barcodeOf(index),
    isLimited: isLimited ?? false,
    taxClass: item.category === 'MERCHANDISE' ? 'GOODS' : 'RESTAURANT',
    season: season ?? null,
    recipe: recipeOf(amounts).filter(({ quantity }) => quantity > 0),
    optionGroups: optionGroupsOf(index, amounts, choices),
  }),
);

/** An EAN-13 with Indonesia's prefix and its check digit. */
function barcodeOf(ordinal: number): string {
  const body = `8991234${String(ordinal).padStart(5, '0')}`;
  const sum = [...body].reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}

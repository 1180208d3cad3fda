/** The fixed categories and allergens by their names in both languages. */
import { translated } from '../../shared/text/language.js';
import type { Item } from './menu.js';

type Category = Item['category'];
type Allergen = Item['allergens'][number];

export const CATEGORIES: readonly Category[] = [
  'MILK_TEA',
  'FRUIT_TEA',
  'COFFEE',
  'CHOCOLATE',
  'SIGNATURE',
  'SNACK',
  'MERCHANDISE',
];

const categories: Readonly<Record<'en' | 'id', Readonly<Record<Category, string>>>> = {
  en: {
    MILK_TEA: 'Milk tea',
    FRUIT_TEA: 'Fruit tea',
    COFFEE: 'Coffee',
    CHOCOLATE: 'Chocolate',
    SIGNATURE: 'Signature',
    SNACK: 'Snacks',
    MERCHANDISE: 'To take home',
  },
  id: {
    MILK_TEA: 'Teh susu',
    FRUIT_TEA: 'Teh buah',
    COFFEE: 'Kopi',
    CHOCOLATE: 'Cokelat',
    SIGNATURE: 'Khas Kedai',
    SNACK: 'Camilan',
    MERCHANDISE: 'Dibawa pulang',
  },
};

const allergens: Readonly<Record<'en' | 'id', Readonly<Record<Allergen, string>>>> = {
  en: {
    CELERY: 'celery',
    CRUSTACEANS: 'crustaceans',
    EGGS: 'eggs',
    FISH: 'fish',
    GLUTEN: 'gluten',
    LUPIN: 'lupin',
    MILK: 'milk',
    MOLLUSCS: 'molluscs',
    MUSTARD: 'mustard',
    NUTS: 'tree nuts',
    PEANUTS: 'peanuts',
    SESAME: 'sesame',
    SOYBEANS: 'soy',
    SULPHITES: 'sulphites',
  },
  id: {
    CELERY: 'seledri',
    CRUSTACEANS: 'udang dan kepiting',
    EGGS: 'telur',
    FISH: 'ikan',
    GLUTEN: 'gluten',
    LUPIN: 'lupin',
    MILK: 'susu',
    MOLLUSCS: 'kerang dan cumi',
    MUSTARD: 'mustar',
    NUTS: 'kacang pohon',
    PEANUTS: 'kacang tanah',
    SESAME: 'wijen',
    SOYBEANS: 'kedelai',
    SULPHITES: 'sulfit',
  },
};

export const categoryName = translated(categories);
export const allergenName = translated(allergens);

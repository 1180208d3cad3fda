/** The order subgraph's part of the demo chain: its copies of franchises, outlets, menu and prices, without orders. */
import { CHAIN_PLACE } from '../../platform/outlet-settings/chain-place.js';
import { PrismaClient } from '../order/client/client.js';
import { CATALOGUE } from './catalogue.js';
import { clientOptions } from './client-options.js';
import { englishNamesOf } from './english.js';

const { chainSettings, franchises, menuItems, outletPrices, outlets, people } = CATALOGUE;

/** Skips rows that exist. */
export async function seedOrder(url: string): Promise<void> {
  const prisma = new PrismaClient(clientOptions(url));
  try {
    await prisma.$transaction([
      prisma.franchiseCopy.createMany({
        data: franchises.map(({ id }) => ({ id, version: 1 })),
        skipDuplicates: true,
      }),
      prisma.outletCopy.createMany({
        data: outlets.map(({ id, franchiseId, name, timeZone, city }) => ({
          id,
          franchiseId,
          name,
          timeZone,
          city,
          version: 1,
        })),
        skipDuplicates: true,
      }),
      prisma.settingCopy.createMany({
        data: [{ placeId: CHAIN_PLACE, settings: chainSettings, version: 1 }],
        skipDuplicates: true,
      }),
      prisma.memberPhone.createMany({
        data: people.map(({ id, phone }) => ({ customerId: id, phone, version: 1 })),
        skipDuplicates: true,
      }),
      prisma.menuItemCopy.createMany({
        data: menuItems.map(
          ({
            id,
            name,
            category,
            price,
            isLimited,
            taxClass,
            preparationSeconds,
            season,
            recipe,
            optionGroups,
          }) => ({
            ...{ id, name, category, price, isLimited, taxClass, preparationSeconds },
            ...(season === null ? {} : { season: { ...season } }),
            recipe: recipe.map((line) => ({ ...line })),
            optionGroups: optionGroups.map((group) => ({
              ...group,
              options: group.options.map((option) => ({
                ...option,
                recipe: option.recipe.map((line) => ({ ...line })),
              })),
            })),
            englishNames: englishNamesOf({ id, name, optionGroups }),
            isArchived: false,
            version: 1,
          }),
        ),
        skipDuplicates: true,
      }),
      prisma.outletPriceCopy.createMany({
        data: outletPrices.map((price) => ({ ...price, version: 1 })),
        skipDuplicates: true,
      }),
    ]);
  } finally {
    await prisma.$disconnect();
  }
}

/** The menu subgraph's part of the demo chain: franchises, outlets, the menu, and where outlets differ from it. */
import { CHAIN_PLACE } from '../../platform/outlet-settings/chain-place.js';
import { PrismaClient } from '../menu/client/client.js';
import { CATALOGUE } from './catalogue.js';
import { clientOptions } from './client-options.js';
import { ENGLISH_ITEMS, ENGLISH_OPTIONS } from './english.js';
import { SEED_TIME } from './ids.js';

const { chainSettings, franchises, menuItems, outletPrices, outlets } = CATALOGUE;

const optionGroups = menuItems.flatMap((item) =>
  item.optionGroups.map((group, position) => ({ ...group, position, menuItemId: item.id })),
);
const options = optionGroups.flatMap((group) =>
  group.options.map((option, position) => ({ ...option, position, groupId: group.id })),
);

export async function hasDemoMenu(url: string): Promise<boolean> {
  const prisma = new PrismaClient(clientOptions(url));
  try {
    return await hasDemoFranchises(prisma);
  } finally {
    await prisma.$disconnect();
  }
}

async function hasDemoFranchises(prisma: PrismaClient): Promise<boolean> {
  return (await prisma.franchise.count({ where: { id: { in: franchises.map(({ id }) => id) } } })) > 0;
}

/** Does nothing where the demo menu exists. */
export async function seedMenu(url: string): Promise<void> {
  const prisma = new PrismaClient(clientOptions(url));
  try {
    if (await hasDemoFranchises(prisma)) return;
    const state = { version: 1, createdAt: SEED_TIME };
    await prisma.$transaction([
      prisma.franchise.createMany({ data: franchises.map((franchise) => ({ ...franchise, ...state })) }),
      prisma.outlet.createMany({ data: outlets.map((outlet) => ({ ...outlet, ...state })) }),
      prisma.placeSettings.create({
        data: { placeId: CHAIN_PLACE, level: 'CHAIN', settings: chainSettings, version: 1 },
      }),
      prisma.menuItem.createMany({
        data: menuItems.map(({ season, recipe, optionGroups, ...item }) => ({
          ...item,
          nameEn: ENGLISH_ITEMS[item.name]?.[0] ?? null,
          descriptionEn: ENGLISH_ITEMS[item.name]?.[1] ?? null,
          seasonName: season?.name ?? null,
          seasonFrom: season === null ? null : new Date(season.from),
          seasonUntil: season === null ? null : new Date(season.until),
          ...state,
        })),
      }),
      prisma.recipeLine.createMany({
        data: menuItems.flatMap(({ id, recipe }) =>
          recipe.map((line, position) => ({ ...line, position, menuItemId: id })),
        ),
      }),
      prisma.optionGroup.createMany({
        data: optionGroups.map(({ options, ...group }) => ({
          ...group,
          nameEn: ENGLISH_OPTIONS[group.name] ?? null,
        })),
      }),
      prisma.menuOption.createMany({
        data: options.map(({ recipe, ...option }) => ({
          ...option,
          nameEn: ENGLISH_OPTIONS[option.name] ?? null,
        })),
      }),
      prisma.optionRecipeLine.createMany({
        data: options.flatMap(({ id, recipe }) =>
          recipe.map((line, position) => ({ ...line, position, optionId: id })),
        ),
      }),
      prisma.outletPrice.createMany({
        data: outletPrices.flatMap((price) =>
          outlets
            .filter(({ id }) => id === price.outletId)
            .map(({ franchiseId }) => ({ ...price, franchiseId, version: 1 })),
        ),
      }),
    ]);
  } finally {
    await prisma.$disconnect();
  }
}

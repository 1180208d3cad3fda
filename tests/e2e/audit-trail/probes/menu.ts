/** The mutations of menu that are not a guest's own. */
import { newId } from '../../../../platform/ids.js';
import { atOutlet, CHAIN, type Made, MOMENT, type Probe } from './probe.js';

/** A step of an outlet, after those before it. */
function outletStep(before: readonly string[], step: string, from: string, to: string): Probe {
  return {
    by: 'dewi',
    async execute(floor, frontEnd) {
      const outletId = await floor.draftOutlet();
      for (const one of before) await floor.execute(floor.people.dewi, one, { outletId });
      await floor.execute(frontEnd, step, { outletId });
      return {
        ...{ entity: outletId, entityType: 'Outlet', outletId, franchiseId: floor.franchiseId },
        ...{ before: { status: from }, after: { status: to } },
      };
    },
  };
}

export const MENU_PROBES: Readonly<Record<string, Probe>> = {
  importMenu: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const name = `Category ${newId()}`;
      await floor.execute(frontEnd, 'importMenu', { input: { kind: 'CATEGORIES', csv: `name\n${name}` } });
      const { categories } = await floor.people.hq.execute<{
        categories: { nodes: (Made & { name: string })[] };
      }>('{ categories(first: 100) { nodes { id name } } }');
      const entity = categories.nodes.find((category) => category.name === name)?.id ?? '';
      const after = { name, nameEn: null, position: 0 };
      return { entity, entityType: 'Category', ...CHAIN, before: null, after };
    },
  },
  createMenuItem: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const input = floor.newMenuItem();
      const { menuItem } = await floor.execute<{ menuItem: Made }>(
        frontEnd,
        'createMenuItem',
        { input },
        'menuItem { id }',
      );
      const after = {
        ...{ ...input, description: '', isLimited: false, season: null, preparationSeconds: 120 },
        ...{ imageUrl: null, allergens: [], categoryIds: [], nameEn: null, descriptionEn: null },
        ...{ taxClass: 'RESTAURANT', optionGroups: [] },
      };
      return { entity: menuItem.id, entityType: 'MenuItem', ...CHAIN, before: null, after };
    },
  },
  updateMenuItem: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const menuItemId = await floor.menuItem();
      await floor.execute(frontEnd, 'updateMenuItem', {
        input: { menuItemId, price: 22_000, isLimited: true },
      });
      return {
        ...{ entity: menuItemId, entityType: 'MenuItem', ...CHAIN },
        ...{ before: { price: 20_000, isLimited: false }, after: { price: 22_000, isLimited: true } },
      };
    },
  },
  archiveMenuItem: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const menuItemId = await floor.menuItem();
      await floor.execute(frontEnd, 'archiveMenuItem', { menuItemId });
      return {
        ...{ entity: menuItemId, entityType: 'MenuItem', ...CHAIN },
        ...{ before: { isArchived: false }, after: { isArchived: true } },
      };
    },
  },
  restoreMenuItem: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const menuItemId = await floor.menuItem();
      await floor.execute(floor.people.hq, 'archiveMenuItem', { menuItemId });
      await floor.execute(frontEnd, 'restoreMenuItem', { menuItemId });
      return {
        ...{ entity: menuItemId, entityType: 'MenuItem', ...CHAIN },
        ...{ before: { isArchived: true }, after: { isArchived: false } },
      };
    },
  },
  setOutletPrice: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { outletId } = floor;
      const menuItemId = await floor.menuItem();
      await floor.execute(frontEnd, 'setOutletPrice', { input: { menuItemId, outletId, price: 23_000 } });
      return {
        ...{ entity: menuItemId, entityType: 'MenuItem', ...atOutlet(floor) },
        ...{ before: { price: null }, after: { price: 23_000 } },
      };
    },
  },
  setAvailability: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const { outletId } = floor;
      const menuItemId = await floor.menuItem();
      await floor.execute(frontEnd, 'setAvailability', {
        input: { menuItemId, outletId, isAvailable: false },
      });
      return {
        ...{ entity: menuItemId, entityType: 'MenuItem', ...atOutlet(floor) },
        ...{ before: { isAvailable: true }, after: { isAvailable: false } },
      };
    },
  },
  createPromotion: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const input = floor.newPromotion();
      const { promotion } = await floor.execute<{ promotion: Made }>(
        frontEnd,
        'createPromotion',
        { input },
        'promotion { id }',
      );
      const after = { ...input, amountOff: null, quantity: null, startsAt: MOMENT };
      return { entity: promotion.id, entityType: 'Promotion', ...atOutlet(floor), before: null, after };
    },
  },
  endPromotion: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const promotionId = await floor.promotion();
      await floor.execute(frontEnd, 'endPromotion', { promotionId });
      return {
        ...{ entity: promotionId, entityType: 'Promotion', ...atOutlet(floor) },
        ...{ before: { endedAt: null }, after: { endedAt: MOMENT } },
      };
    },
  },
  createCategory: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const input = { name: `Kategori ${newId()}`, nameEn: null, position: 7 };
      const id = await floor.category(frontEnd, input);
      return { entity: id, entityType: 'Category', ...CHAIN, before: null, after: input };
    },
  },
  updateCategory: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const categoryId = await floor.category();
      await floor.execute(frontEnd, 'updateCategory', { input: { categoryId, position: 9 } });
      return {
        ...{ entity: categoryId, entityType: 'Category', ...CHAIN },
        ...{ before: { position: 0 }, after: { position: 9 } },
      };
    },
  },
  archiveCategory: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const categoryId = await floor.category();
      await floor.execute(frontEnd, 'archiveCategory', { categoryId });
      return {
        ...{ entity: categoryId, entityType: 'Category', ...CHAIN },
        ...{ before: { isArchived: false }, after: { isArchived: true } },
      };
    },
  },
  createFranchise: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const input = { name: `Franchise ${newId()}` };
      const { franchise } = await floor.execute<{ franchise: Made }>(
        frontEnd,
        'createFranchise',
        { input },
        'franchise { id }',
      );
      const place = { outletId: null, franchiseId: franchise.id };
      return { entity: franchise.id, entityType: 'Franchise', ...place, before: null, after: input };
    },
  },
  createOutlet: {
    by: 'dewi',
    async execute(floor, frontEnd) {
      const input = floor.newOutlet();
      const { outlet } = await floor.execute<{ outlet: Made }>(
        frontEnd,
        'createOutlet',
        { input },
        'outlet { id }',
      );
      const { franchiseId } = floor;
      const state = { status: 'DRAFT', pausedUntil: null, openingHours: [], openingExceptions: [] };
      return {
        ...{ entity: outlet.id, entityType: 'Outlet', outletId: outlet.id, franchiseId },
        ...{ before: null, after: { ...input, timeZone: 'Asia/Jakarta', ...state } },
      };
    },
  },
  updateOutlet: {
    by: 'dewi',
    async execute(floor, frontEnd) {
      const outletId = await floor.draftOutlet();
      const openingHours = [{ weekday: 'SUNDAY', opensAt: '08:00', closesAt: '22:00' }];
      await floor.execute(frontEnd, 'updateOutlet', { input: { outletId, address: 'Jl. 2', openingHours } });
      return {
        ...{ entity: outletId, entityType: 'Outlet', outletId, franchiseId: floor.franchiseId },
        ...{ before: { address: 'Jl. 1', openingHours: [] }, after: { address: 'Jl. 2', openingHours } },
      };
    },
  },
  setSetting: {
    by: 'dewi',
    async execute(floor, frontEnd) {
      const outletId = await floor.draftOutlet();
      const input = { level: 'OUTLET', id: outletId, key: 'paymentWindowSeconds', value: 600 };
      await floor.execute(frontEnd, 'setSetting', { input });
      const after = { paymentWindowSeconds: { value: 600, isLocked: false } };
      return {
        ...{ entity: outletId, entityType: 'OutletSetting', outletId, franchiseId: floor.franchiseId },
        ...{ before: { paymentWindowSeconds: null }, after },
      };
    },
  },
  openOutlet: outletStep([], 'openOutlet', 'DRAFT', 'OPEN'),
  pauseOutlet: outletStep(['openOutlet'], 'pauseOutlet', 'OPEN', 'PAUSED'),
  closeOutlet: outletStep(['openOutlet', 'pauseOutlet'], 'closeOutlet', 'PAUSED', 'CLOSED'),
};

/** Changing the menu: head office its items, an outlet's manager the outlet's prices. */
import { payloadOf } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { parseInput } from '../../../platform/input.js';
import type { MutationResolvers } from '../../../schema/types/menu.js';
import {
  createMenuItemSchema,
  outletPriceSchema,
  updateMenuItemSchema,
} from '../operations/menu-item-input.js';
import * as store from '../operations/update-menu-item.js';
import * as prices from '../store/outlet-prices.js';

export const createMenuItem: NonNullable<MutationResolvers['createMenuItem']> = (
  _parent,
  { input },
  { database, cause, identity },
) =>
  payloadOf(async () => {
    const item = parseInput(createMenuItemSchema, input);
    return { menuItem: await store.createMenuItem(database, cause, scopeFor(identity, 'menu:manage'), item) };
  });

export const updateMenuItem: NonNullable<MutationResolvers['updateMenuItem']> = (
  _parent,
  { input: { menuItemId, ...input } },
  { database, cause, identity },
) =>
  payloadOf(async () => {
    // Null clears the season; anything else that is null is left out.
    const given = Object.entries(input).filter(([field, value]) => value !== null || field === 'season');
    const changes = parseInput(updateMenuItemSchema, Object.fromEntries(given));
    const scope = scopeFor(identity, 'menu:manage');
    return { menuItem: await store.updateMenuItem(database, cause, scope, menuItemId, changes) };
  });

export const archiveMenuItem: NonNullable<MutationResolvers['archiveMenuItem']> = (
  _parent,
  { menuItemId },
  { database, cause, identity },
) =>
  payloadOf(async () => ({
    menuItem: await store.archiveMenuItem(database, cause, scopeFor(identity, 'menu:manage'), menuItemId),
  }));

export const setOutletPrice: NonNullable<MutationResolvers['setOutletPrice']> = (
  _parent,
  { input },
  { database, cause, identity },
) =>
  payloadOf(async () => {
    const change = parseInput(outletPriceSchema, input);
    const scope = scopeFor(identity, 'menu:price');
    return { menuItem: await prices.setOutletPrice(database, cause, scope, change) };
  });

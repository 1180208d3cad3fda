/** Who may change what of the menu. */
import { notFound } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import type { Context } from '../context.js';

/** Items are the whole chain's: a caller whose permission is for a part of it has none to change. @throws NOT_FOUND */
export function requireHeadOffice({ identity }: Context): void {
  if (!scopeFor(identity, 'menu:manage').everywhere) throw notFound('Menu item');
}

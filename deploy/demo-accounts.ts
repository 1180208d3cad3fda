/** The demo's accounts as the explorer offers them, where they may sign in. */
import type { DemoAccounts } from '../gateway/explorer/story.js';
import type { Config } from '../platform/config.js';
import { DEMO_PASSWORD, PEOPLE, STAFFED_OUTLET_ID } from '../prisma/seed/chain.js';

const ROLES = {
  CUSTOMER: 'customer',
  BARISTA: 'barista',
  MANAGER: 'manager',
  OWNER: 'owner',
  HQ: 'head office',
} as const;

export function demoAccounts({ hasDemo }: Pick<Config, 'hasDemo'>): DemoAccounts | undefined {
  if (!hasDemo) return undefined;
  const accounts = PEOPLE.map(({ email, roles }) => ({ email, role: ROLES[roles[0]?.role ?? 'CUSTOMER'] }));
  return { outletId: STAFFED_OUTLET_ID, password: DEMO_PASSWORD, accounts };
}

/** The units by name: how each is started, and its own port when it is not in the gateway's process. */
import type { Platform } from '../platform/platform.js';
import type { RunningSubgraph } from '../platform/subgraph/subgraph.js';
import { startCustomer } from '../subgraphs/customer/index.js';
import { startMenu } from '../subgraphs/menu/index.js';
import { startMessages } from '../subgraphs/messages/index.js';
import { SUBGRAPH_NAMES, SUBGRAPH_PORTS, type SubgraphName } from '../subgraphs/names.js';
import { startOrder } from '../subgraphs/order/index.js';
import { startPayment } from '../subgraphs/payment/index.js';
import { startStock } from '../subgraphs/stock/index.js';

export const UNIT_NAMES = ['gateway', ...SUBGRAPH_NAMES, 'ingest', 'payment-simulators'] as const;
export type UnitName = (typeof UNIT_NAMES)[number];

export const SUBGRAPH_STARTERS: Readonly<
  Record<SubgraphName, (platform: Platform) => Promise<RunningSubgraph>>
> = {
  customer: startCustomer,
  menu: startMenu,
  order: startOrder,
  stock: startStock,
  payment: startPayment,
  messages: startMessages,
};

export const UNIT_PORTS: Readonly<Record<UnitName, number>> = {
  gateway: 4000,
  ...SUBGRAPH_PORTS,
  ingest: 4006,
  'payment-simulators': 4007,
};

export function isUnitName(name: string): name is UnitName {
  return UNIT_NAMES.some((known) => known === name);
}

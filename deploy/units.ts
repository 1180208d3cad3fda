/**
 * The units by name: how each is started, and its own port when it is not in the gateway's process. The code of a subgraph is loaded
 * when it is started: a process of the fleet loads what it runs.
 */
import type { Platform } from '../platform/platform.js';
import type { RunningSubgraph } from '../platform/subgraph/subgraph.js';
import { SUBGRAPH_NAMES, SUBGRAPH_PORTS, type SubgraphName } from '../subgraphs/names.js';

export const UNIT_NAMES = ['gateway', ...SUBGRAPH_NAMES, 'ingest', 'payment-simulators'] as const;
export type UnitName = (typeof UNIT_NAMES)[number];

export const SUBGRAPH_STARTERS: Readonly<
  Record<SubgraphName, (platform: Platform) => Promise<RunningSubgraph>>
> = {
  async customer(platform) {
    const { startCustomer } = await import('../subgraphs/customer/index.js');
    return startCustomer(platform);
  },
  async menu(platform) {
    const { startMenu } = await import('../subgraphs/menu/index.js');
    return startMenu(platform);
  },
  async order(platform) {
    const { startOrder } = await import('../subgraphs/order/index.js');
    return startOrder(platform);
  },
  async stock(platform) {
    const { startStock } = await import('../subgraphs/stock/index.js');
    return startStock(platform);
  },
  async payment(platform) {
    const { startPayment } = await import('../subgraphs/payment/index.js');
    return startPayment(platform);
  },
  async messages(platform) {
    const { startMessages } = await import('../subgraphs/messages/index.js');
    return startMessages(platform);
  },
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

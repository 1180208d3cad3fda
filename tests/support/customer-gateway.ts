/** Gateways of Kedai's own graph with the customer subgraph, real and in the same process; the other subgraphs are away. */
import { dirname, join } from 'node:path';
import { gatewayOptions } from '../../gateway/configuration.js';
import { type RunningGateway, startGateway } from '../../gateway/index.js';
import type { GatewayOptions } from '../../gateway/options.js';
import { createLog } from '../../platform/log.js';
import { SUBGRAPH_NAMES } from '../../subgraphs/names.js';
import type { TestSubgraph } from './subgraph.js';

export interface CustomerGateway {
  /** Such as http://localhost:54321. */
  readonly origin: string;
  readonly gateway: RunningGateway;
}

/** @param options in place of those that the environment gives. @param settings of the gateway's environment. */
export async function startCustomerGateway(
  { platform, running }: TestSubgraph,
  options: Partial<GatewayOptions> = {},
  settings: NodeJS.ProcessEnv = {},
): Promise<CustomerGateway> {
  const keys = dirname(platform.config.required('JWT_PRIVATE_KEY_FILE', 'a test'));
  const config = platform.config.with({ ...settings, JWT_PUBLIC_KEY_FILE: join(keys, 'jwt-public.pem') });
  const subgraphs = { names: SUBGRAPH_NAMES, local: [running] };
  const configured = await gatewayOptions(config, createLog('silent'), subgraphs, platform);
  const gateway = await startGateway({ ...configured, host: '127.0.0.1', port: 0, ...options });
  return { gateway, origin: `http://127.0.0.1:${gateway.port}` };
}

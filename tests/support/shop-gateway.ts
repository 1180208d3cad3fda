/** A gateway in front of the small shop, its subgraphs in the same process or served beside it. */
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { SubgraphTarget } from '../../gateway/clients/targets.js';
import { type RunningGateway, startGateway } from '../../gateway/index.js';
import type { GatewayOptions } from '../../gateway/options.js';
import { permissionsOf, type Role } from '../../platform/identity/identity.js';
import { type SubgraphTokens, subgraphTokens } from '../../platform/identity/subgraph-token.js';
import { createLog } from '../../platform/log.js';
import { type ServableSubgraph, serveSubgraph } from '../../platform/subgraph/serve.js';
import { createShop, type Shop } from './shop.js';

const ISSUER = 'https://issuer.test';
const AUDIENCE = 'shop';
const log = createLog('silent');

export interface ShopGateway {
  readonly shop: Shop;
  readonly gateway: RunningGateway;
  /** Of `/graphql`. */
  readonly url: string;
  readonly supergraphFile: string;
  /** Where they are served, the subgraphs by name. */
  readonly units: ReadonlyMap<string, ShopUnit>;
  /** An access token, valid for an hour by default. */
  tokenFor(customerId: string, claims?: { roles?: readonly Role[]; secondsLeft?: number }): Promise<string>;
  stop(): Promise<void>;
}

/** A subgraph served at an address that it keeps. */
export interface ShopUnit {
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
}

async function startUnit(subgraph: ServableSubgraph, tokens: SubgraphTokens): Promise<ShopUnit> {
  const serve = (port: number) => serveSubgraph(subgraph, { host: '127.0.0.1', port, tokens, log });
  let server = await serve(0);
  let isUp = true;
  const { port } = server;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    async stop() {
      if (!isUp) return;
      isUp = false;
      await server.stop();
    },
    async start() {
      server = await serve(port);
      isUp = true;
    },
  };
}

export interface ShopGatewayOptions extends Partial<GatewayOptions> {
  /** Default: in this process. */
  readonly served?: boolean;
}

export async function startShopGateway({
  served = false,
  ...options
}: ShopGatewayOptions = {}): Promise<ShopGateway> {
  const shop = createShop();
  const tokens = subgraphTokens('a secret of at least thirty-two characters');
  const units = new Map<string, ShopUnit>();
  for (const subgraph of served ? [shop.catalogue, shop.reviews] : []) {
    units.set(subgraph.name, await startUnit(subgraph, tokens));
  }
  const subgraphs = new Map<string, SubgraphTarget>(
    [shop.catalogue, shop.reviews].map((subgraph) => {
      const unit = units.get(subgraph.name);
      return [subgraph.name, unit ? { url: unit.url } : { subgraph }];
    }),
  );
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const supergraphFile = join(tmpdir(), `kedai-supergraph-${randomUUID()}.graphql`);
  await writeFile(supergraphFile, shop.supergraphSdl);
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    supergraphFile,
    subgraphs,
    signIn: {
      keys: { keys: [{ ...(await exportJWK(publicKey)), alg: 'EdDSA' }] },
      issuer: ISSUER,
      audience: AUDIENCE,
    },
    subgraphTokens: served ? tokens : undefined,
    introspection: true,
    production: false,
    log,
    ...options,
  });
  return {
    shop,
    gateway,
    url: `http://127.0.0.1:${gateway.port}/graphql`,
    supergraphFile,
    units,
    tokenFor: (customerId, { roles = [], secondsLeft = 3_600 } = {}) => {
      const grants = roles.map((role) => ({ role, outletId: 'o1', franchiseId: 'f1' }));
      return new SignJWT({ roles: grants, scope: permissionsOf({ customerId, roles: grants }).join(' ') })
        .setProtectedHeader({ alg: 'EdDSA' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(customerId)
        .setExpirationTime(Math.floor(Date.now() / 1_000) + secondsLeft)
        .sign(privateKey);
    },
    async stop() {
      await gateway.stop();
      for (const unit of units.values()) await unit.stop();
      await rm(supergraphFile, { force: true });
    },
  };
}

/** A gateway in front of somebody else's subgraphs, composed here and each served at an address of its own. */
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { startGateway } from '../../gateway/index.js';
import type { GatewayOptions } from '../../gateway/options.js';
import { createLog } from '../../platform/log.js';
import { serveForeignSubgraph } from './foreign-subgraph.js';

export interface ForeignDefinition {
  /** Without the `@link` of federation, which is added. */
  readonly typeDefs: string;
  readonly resolvers: object;
  /** Where it is served by the test itself. Default: served here. */
  readonly url?: string;
}

export interface ForeignGateway {
  /** Of `/graphql`. */
  readonly url: string;
  stop(): Promise<void>;
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@external", "@requires", "@shareable", "@override", "@interfaceObject", "@context", "@fromContext"
])\n`;

export async function startForeignGateway(
  definitions: Readonly<Record<string, ForeignDefinition>>,
  options: Partial<GatewayOptions> = {},
): Promise<ForeignGateway> {
  const stops: (() => Promise<unknown>)[] = [];
  const services = await Promise.all(
    Object.entries(definitions).map(async ([name, { typeDefs: given, resolvers, url }]) => {
      const typeDefs = parse(LINK + given);
      if (url !== undefined) return { name, typeDefs, url };
      const schema = buildSubgraphSchema([{ typeDefs, resolvers: { ...resolvers } }]);
      const served = await serveForeignSubgraph(schema, () => ({}));
      stops.push(() => served.stop());
      return { name, typeDefs, url: served.url };
    }),
  );
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  const supergraphFile = join(tmpdir(), `foreign-supergraph-${randomUUID()}.graphql`);
  await writeFile(supergraphFile, supergraphSdl);
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    supergraphFile,
    subgraphs: new Map(),
    introspection: true,
    production: false,
    log: createLog('silent'),
    ...options,
  });
  return {
    url: `http://127.0.0.1:${gateway.port}/graphql`,
    async stop() {
      await gateway.stop();
      for (const stop of stops) await stop();
      await rm(supergraphFile, { force: true });
    },
  };
}

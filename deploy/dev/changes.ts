/** What to do of changed files: which are compiled, what is generated from them, and which units run them. */
import type { SubgraphName } from '../../subgraphs/names.js';
import { SUBGRAPH_NAMES } from '../../subgraphs/names.js';
import type { UnitName } from '../units.js';
import { type CodeGraph, isCode } from './code-graph.js';

export interface Consequences {
  /** To compile. */
  readonly code: readonly string[];
  /** Whether the supergraph is composed again, and its types are generated. */
  readonly composes: boolean;
  /** Whether database clients are generated again, and the databases migrated. */
  readonly migrates: boolean;
  /** To restart, those that serve others first. */
  readonly units: readonly UnitName[];
}

const SCHEMA = /^schema\/([a-z-]+)\.graphql$/;
const DATABASE = /^prisma\/([a-z-]+)\/(?:schema\.prisma|migrations\/.+\.sql)$/;
const GENERATED = /^schema\/(?:types\/|supergraph\.graphql$)|^prisma\/[a-z-]+\/client\//;

/** @param changed relative to the project. */
export function consequencesOf(changed: readonly string[], graph: Pick<CodeGraph, 'unitsOf'>): Consequences {
  const written = changed.filter((file) => !GENERATED.test(file));
  const code = written.filter(isCode);
  const schemas = written.flatMap((file) => subgraphIn(SCHEMA, file));
  const databases = written.flatMap((file) => subgraphIn(DATABASE, file));
  const affected = new Set<UnitName>([
    ...schemas,
    ...databases,
    ...code.flatMap((file) => graph.unitsOf(file)),
    ...(schemas.length > 0 ? (['gateway'] as const) : []),
  ]);
  const inOrder: readonly UnitName[] = [...SUBGRAPH_NAMES, 'gateway', 'ingest', 'payment-simulators'];
  return {
    code,
    composes: schemas.length > 0,
    migrates: databases.length > 0,
    units: inOrder.filter((name) => affected.has(name)),
  };
}

function subgraphIn(pattern: RegExp, file: string): SubgraphName[] {
  const name = pattern.exec(file)?.[1];
  return SUBGRAPH_NAMES.filter((known) => known === name);
}

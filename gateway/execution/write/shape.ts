/**
 * The shape of a prepared operation's answers: one compiled projection for each way that `@skip` and `@include` have
 * come out so far, a bounded number of them.
 */
import type { DocumentNode, FieldNode, OperationDefinitionNode } from 'graphql';
import type { Supergraph } from '../../supergraph/supergraph.js';
import type { Conditions } from '../compile/condition-variables.js';
import type { ResponseNames } from '../compile/response-names.js';
import { fragmentsOf } from '../document.js';
import type { Run } from '../run/run.js';
import { Completion, FAILED, NULL } from './completion.js';
import { introspector } from './introspection.js';
import { type ObjectCompleter, Projection } from './projection.js';

const MAX_VARIANTS = 16;

export interface Shape {
  /** What the run has, as the text of the client's `data`, and what was wrong with it. */
  complete(run: Run): { readonly text: string; readonly completion: Completion };
}

export function shapeOf(
  { apiSchema }: Supergraph,
  document: DocumentNode,
  definition: OperationDefinitionNode,
  conditionNames: Conditions['names'],
  names: ResponseNames,
  entityPlaces: ReadonlySet<string>,
  removed: ReadonlySet<FieldNode>,
): Shape {
  const root = apiSchema.getRootType(definition.operation);
  if (!root) throw new TypeError(`The supergraph has no ${definition.operation} type`);
  const fragments = fragmentsOf(document);
  const introspect = introspector(apiSchema, definition, [...fragments.values()]);
  const variants = new Map<string, ObjectCompleter>();

  const variantOf = (conditions: ReadonlyMap<string, boolean>): ObjectCompleter => {
    const key = conditionNames.map((name) => (conditions.get(name) ? '1' : '0')).join('');
    const known = variants.get(key);
    if (known) return known;
    if (variants.size >= MAX_VARIANTS) {
      for (const oldest of variants.keys()) {
        variants.delete(oldest);
        break;
      }
    }
    const projection = new Projection({
      schema: apiSchema,
      fragments,
      conditions,
      names,
      removed,
      entityPlaces,
      introspect,
    });
    const variant = projection.root(root, {
      selectionSet: definition.selectionSet,
      scope: root,
      isRemoved: false,
    });
    variants.set(key, variant);
    return variant;
  };

  return {
    complete(run) {
      const completion = new Completion(run);
      const text = variantOf(run.conditions)(run.tree.root, completion);
      return { text: text === FAILED ? NULL : text, completion };
    },
  };
}

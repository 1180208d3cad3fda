/**
 * The response names that an operation is planned with. The planner adds what it needs of its own (keys, `@requires`)
 * under the fields' plain names, and takes it for granted that a client's name means that very field with the same
 * arguments. Where a client's may not (`id: sku`, or `price(currency: EUR)` where a `@requires` wants it in dollars or
 * without a currency), the operation is planned with another name for it, which no subgraph's data can be mistaken for and
 * no client ever sees.
 */
import { type DocumentNode, type FieldNode, Kind, visit } from 'graphql';
import type { PlannedFields } from '../../supergraph/planned-fields.js';

export class ResponseNames {
  readonly #planned: PlannedFields;
  readonly #prefix: string;

  constructor(planned: PlannedFields, document: DocumentNode) {
    this.#planned = planned;
    let prefix = 'own_';
    const isTaken = (): boolean => {
      let taken = false;
      visit(document, {
        Field({ alias, name }) {
          taken ||= (alias ?? name).value.startsWith(prefix);
        },
      });
      return taken;
    };
    while (isTaken()) prefix = `_${prefix}`;
    this.#prefix = prefix;
  }

  /** The response name that a field of the client's document is planned with. */
  of({ alias, name, arguments: given = [] }: FieldNode): string {
    const response = alias?.value ?? name.value;
    const { names, withArguments } = this.#planned;
    const isPlain = response === name.value && given.length === 0;
    const isMistakable = (isPlain ? withArguments : names).has(response);
    return isMistakable ? this.#prefix + response : response;
  }

  /** The client's name for a response name of the plan. */
  client<Part extends string | number>(part: Part): Part | string {
    return typeof part === 'string' && part.startsWith(this.#prefix) ? part.slice(this.#prefix.length) : part;
  }

  planned(document: DocumentNode): DocumentNode {
    return visit(document, {
      Field: (field) => {
        const name = this.of(field);
        if (name === (field.alias ?? field.name).value) return undefined;
        return { ...field, alias: { kind: Kind.NAME, value: name } };
      },
    });
  }
}

/**
 * Gets entities for a whole operation:
 *
 * - an entity is fetched once per service, selection and representation; every other place that needs it shares the result;
 * - entities wanted at one moment from one service travel in one request, one list of representations per kind;
 * - an error about an entity belongs to that entity and so to every place that shows it, and a request that was not
 *   answered is an error about each of its entities; any other error about a whole request is reported once.
 */
import type { ExecutionResult, GraphQLError } from 'graphql';
import { ErrorCode } from '../../../platform/errors.js';
import type { SubgraphRequest } from '../../clients/client.js';
import type {
  ContextValues,
  EntitiesRequest,
  EntityKind,
  EntityRequests,
  Representation,
  ResponseObject,
  ResponsePath,
  Variables,
} from '../types.js';
import { jsonText } from './json-text.js';
import { isResponseObject } from './response-object.js';
import type { ResponsePathTree } from './response-path.js';
import {
  isUnanswered,
  malformedAnswer,
  type ReportedError,
  reportedPath,
  unavailable,
} from './subgraph-error.js';

export interface EntityError {
  readonly reported: ReportedError;
  /** Where inside the entity; undefined for all that was selected of it. */
  readonly path: ResponsePath | undefined;
}

export interface Entity {
  readonly text: string;
  readonly source: ResponseObject;
  readonly representation: Representation;
  readonly batch: Batch;
  /** What the service said of it, once its batch is done. */
  result: ResponseObject | undefined;
  errors: EntityError[] | undefined;
  /** In how many places the result is shown. */
  places: number;
}

interface EntityContext {
  readonly values: ContextValues;
  /** Equal texts are equal values. */
  readonly text: string;
}

/** Entities of one kind that travel together. */
class Batch {
  readonly kind: EntityKind;
  readonly firstPath: ResponsePathTree;
  /** What its entities take from around them, which is the same for all. */
  readonly context: EntityContext | undefined;
  readonly entities: Entity[] = [];
  readonly done: Promise<void>;
  isDone = false;
  #resolve: () => void = () => {};

  constructor(kind: EntityKind, firstPath: ResponsePathTree, context: EntityContext | undefined) {
    this.context = context;
    this.kind = kind;
    this.firstPath = firstPath;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  finish(): void {
    this.isDone = true;
    this.#resolve();
  }
}

/** Of one service's batches, the most that travel in one request. */
const MAX_BATCHES = 32;

function addError(entity: Entity, reported: ReportedError, path: ResponsePath | undefined): void {
  const errors = entity.errors ?? [];
  errors.push({ reported, path });
  entity.errors = errors;
}

function isUnreachable({ errors = [] }: ExecutionResult): boolean {
  return errors.some(({ extensions }) => extensions?.code === ErrorCode.SUBGRAPH_UNAVAILABLE);
}

/** The run that entities are loaded for. */
export interface EntityHost {
  readonly variables: Variables;
  fetch(serviceName: string, request: SubgraphRequest): Promise<ExecutionResult>;
  fail(reported: ReportedError, serviceName: string, path: ResponsePath | undefined): void;
  addError(error: GraphQLError): void;
}

export class EntityLoader {
  readonly #plan: EntityRequests;
  readonly #run: EntityHost;
  #known: (Map<string, Entity> | undefined)[] = [];
  #waiting = new Map<string, Batch[]>();

  constructor(plan: EntityRequests, run: EntityHost) {
    this.#plan = plan;
    this.#run = run;
  }

  /** After a mutation, what was fetched before it may be stale. */
  forget(): void {
    this.#known = [];
  }

  /** The entity that an object of the answer stands for; undefined where it lacks what would name it. */
  entity(
    kind: EntityKind,
    representation: Representation,
    source: ResponseObject,
    path: ResponsePathTree,
    values?: ContextValues,
  ): Entity | undefined {
    const text = representation.text(source);
    if (text === undefined) return undefined;
    const context = values && { values, text: jsonText(values) };
    const known = this.#known[kind.index] ?? new Map<string, Entity>();
    this.#known[kind.index] = known;
    // Output rewrites follow the type that the answer already has, which the representation need not have.
    let key = kind.hasOutputRewrites ? `${text} ${source.__typename}` : text;
    if (context) key += ` ${context.text}`;
    const found = known.get(key);
    if (found) return found;
    const batch = this.#batch(kind, path, context);
    const entity = { text, source, representation, batch, result: undefined, errors: undefined, places: 0 };
    known.set(key, entity);
    batch.entities.push(entity);
    return entity;
  }

  #batch(kind: EntityKind, path: ResponsePathTree, context: EntityContext | undefined): Batch {
    if (this.#waiting.size === 0) {
      // After everything that this moment's answers set going has said what it wants.
      queueMicrotask(() => process.nextTick(() => this.#flush()));
    }
    const ofService = this.#waiting.get(kind.serviceName);
    const open = ofService?.find((batch) => batch.kind === kind && batch.context?.text === context?.text);
    if (open) return open;
    const batch = new Batch(kind, path, context);
    if (ofService) ofService.push(batch);
    else this.#waiting.set(kind.serviceName, [batch]);
    return batch;
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    for (const ofService of waiting.values()) {
      for (let from = 0; from < ofService.length; from += MAX_BATCHES) {
        const batches = ofService.slice(from, from + MAX_BATCHES);
        const merged = batches.length > 1 ? this.#plan.merged(batches.map(({ kind }) => kind)) : undefined;
        if (merged) void this.#send(merged, batches);
        else for (const batch of batches) void this.#send(batch.kind.alone, [batch]);
      }
    }
  }

  /** Finishes the batches whatever happens: steps wait for them. */
  async #send(request: EntitiesRequest, batches: readonly Batch[]): Promise<void> {
    const [{ kind } = {}] = batches;
    if (!kind) return;
    try {
      const answer = await this.#request(kind.serviceName, request, batches);
      if (batches.length > 1 && !answer.data && !isUnreachable(answer)) {
        // One list's fault empties the whole answer: repeat each alone, so that the others are answered.
        await Promise.all(batches.map((batch) => this.#send(batch.kind.alone, [batch])));
        return;
      }
      for (const reported of answer.errors ?? []) this.#place(reported, request.fields, batches);
      for (const [index, batch] of batches.entries()) {
        if (answer.data) this.#settle(batch, answer.data[request.fields[index]?.responseName ?? '']);
      }
    } catch (cause) {
      this.#run.addError(unavailable(kind.serviceName, cause));
    } finally {
      for (const batch of batches) batch.finish();
    }
  }

  #request(
    serviceName: string,
    { template, fields }: EntitiesRequest,
    batches: readonly Batch[],
  ): Promise<ExecutionResult> {
    const lists = fields.map(({ variable }, index) => {
      const entities = batches[index]?.entities ?? [];
      return {
        variable,
        texts: () => entities.map(({ text }) => text),
        values: () => entities.map(({ representation, source }) => representation.value(source)),
      };
    });
    return this.#run.fetch(serviceName, template.request(this.#variables(fields, batches), lists));
  }

  /** The client's, and what each batch takes from around its entities. */
  #variables(fields: EntitiesRequest['fields'], batches: readonly Batch[]): Variables {
    const { variables } = this.#run;
    if (batches.every(({ context }) => context === undefined)) return variables;
    const all: Record<string, unknown> = { ...variables };
    for (const [index, { context }] of batches.entries()) {
      const suffix = fields[index]?.contextSuffix ?? '';
      for (const [name, value] of Object.entries(context?.values ?? {})) all[name + suffix] = value;
    }
    return all;
  }

  #place(reported: ReportedError, fields: EntitiesRequest['fields'], batches: readonly Batch[]): void {
    if (isUnanswered(reported)) {
      for (const { entities } of batches)
        for (const entity of entities) addError(entity, reported, undefined);
      return;
    }
    const [head, at, ...path] = reportedPath(reported) ?? [];
    const batch = batches[fields.findIndex(({ responseName }) => responseName === head)];
    const entity = typeof at === 'number' ? batch?.entities[at] : undefined;
    if (batch && entity) {
      const named = path.map((part) => (typeof part === 'string' && batch.kind.renamed.get(part)) || part);
      addError(entity, reported, named);
      return;
    }
    const [first] = batches;
    const place = batch?.firstPath.commonPlace;
    this.#run.fail(reported, first?.kind.serviceName ?? '', place);
  }

  #settle(batch: Batch, list: unknown): void {
    const { kind, entities } = batch;
    if (!Array.isArray(list)) {
      const problem = 'Expected "data._entities" in response to be an array';
      this.#run.addError(malformedAnswer(kind.serviceName, problem));
      return;
    }
    if (list.length !== entities.length) {
      const problem = `Expected "data._entities" to contain ${entities.length} elements`;
      this.#run.addError(malformedAnswer(kind.serviceName, problem));
      return;
    }
    for (const [index, entity] of entities.entries()) {
      const result: unknown = list[index];
      if (!isResponseObject(result)) continue;
      if (kind.hasOutputRewrites) {
        const { __typename: typename } = entity.source;
        kind.rewriteOutput(result, typeof typename === 'string' ? typename : undefined);
      }
      entity.result = result;
    }
  }
}

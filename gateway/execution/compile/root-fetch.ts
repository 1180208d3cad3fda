/**
 * The step of a fetch that starts at a root type: one request, whose answer is merged where the fetch belongs (the top
 * of the answer, or a field that leads back to a root type).
 */
import type { FetchNode } from '@apollo/query-planner';
import { type ExecutionResult, type GraphQLSchema, Kind } from 'graphql';
import { copyOf, isResponseObject, mergeInto } from '../run/response-object.js';
import type { ResponsePathTree } from '../run/response-path.js';
import type { Run, Step } from '../run/run.js';
import { isUnanswered, type ReportedError, reportedPath } from '../run/subgraph-error.js';
import type { RequestTemplate, ResponsePath } from '../types.js';
import { documentOf, operationOf } from './plan-fetches.js';
import { requestTemplate } from './request.js';
import { compileRewrites, renamedKeys } from './rewrites.js';
import { selectedNames, selectedObjects } from './selected-objects.js';

export function rootTemplate(fetch: FetchNode): RequestTemplate {
  return requestTemplate({
    query: fetch.operation,
    document: documentOf(fetch),
    operationName: fetch.operationName,
    operationType: fetch.operationKind,
    variableNames: fetch.variableUsages ?? [],
  });
}

/** Which fields of its answer are objects or lists of them. */
export function rootObjects(fetch: FetchNode): readonly string[] {
  const operation = operationOf(documentOf(fetch));
  return operation ? selectedObjects(operation, renamedKeys(fetch.outputRewrites)) : [];
}

/** Such a fetch is not sent: the name of the root type is part of the answer's shape. */
function selectsTypenameAlone(fetch: FetchNode): boolean {
  if (fetch.operationKind !== 'query') return false;
  return documentOf(fetch).definitions.every(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.selectionSet.selections.every(
        (selection) => selection.kind === Kind.FIELD && selection.name.value === '__typename',
      ),
  );
}

/** Takes the answer to a root fetch into the run: its data into every object at the path, its errors to where they are. */
export function answerReceiver(
  schema: GraphQLSchema,
  fetch: FetchNode,
  path: ResponsePathTree,
): (run: Run, answer: ExecutionResult) => void {
  const rewriteOutput = compileRewrites(schema, fetch.outputRewrites);
  const renamed = renamedKeys(fetch.outputRewrites);
  const place = path.commonPlace;
  const isBelowList = place.length < path.keys.length;
  const clientPath = (inside: ResponsePath | undefined): ResponsePath | undefined => {
    // Below a list there is no telling which element it was.
    if (!inside || isBelowList) return inside && place;
    return [...place, ...inside.map((part) => (typeof part === 'string' && renamed.get(part)) || part)];
  };
  /** An error about a field, or about every field of a request that was not answered. */
  const pathsOf = (run: Run, error: ReportedError): readonly (ResponsePath | undefined)[] => {
    const selection = isUnanswered(error) ? operationOf(documentOf(fetch))?.selectionSet : undefined;
    if (!selection) return [clientPath(reportedPath(error))];
    const fields = { schema, typename: undefined, conditions: run.conditions, renamed };
    return [...selectedNames(selection, fields)].map((name) => clientPath([name]));
  };
  return (run, { data, errors = [] }) => {
    for (const error of errors) {
      for (const where of pathsOf(run, error)) run.fail(error, fetch.serviceName, where);
    }
    if (!isResponseObject(data)) return;
    rewriteOutput(data, undefined);
    const [target, ...others] = run.tree.at(path).filter(isResponseObject);
    for (const other of others) {
      const copy = copyOf(data);
      if (isResponseObject(copy)) mergeInto(other, copy);
    }
    if (target) mergeInto(target, data);
    run.tree.changed();
  };
}

export function rootFetch(schema: GraphQLSchema, fetch: FetchNode, path: ResponsePathTree): Step {
  if (!path.parent && selectsTypenameAlone(fetch)) return () => undefined;
  const template = rootTemplate(fetch);
  const receive = answerReceiver(schema, fetch, path);
  return (run) => {
    if (run.tree.at(path).length === 0) return undefined;
    if (fetch.operationKind === 'mutation') run.loader.forget();
    const request = template.request(run.variables);
    return run.fetch(fetch.serviceName, request).then((answer) => receive(run, answer));
  };
}

/** An answer that is read once, and again on demand. What is shown stays until the next answer is there. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { AnyVariables, TypedDocumentNode } from 'urql';
import { client } from '../../shared/client/client.js';
import type { Live } from '../../shared/client/live.js';

export interface Answer<Data> extends Live<Data> {
  /** Reads it again. */
  again(): void;
}

export function useAnswer<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Answer<Data> {
  const [answer, setAnswer] = useState<Live<Data>>({
    ...{ value: undefined, freshness: 'loading', asOf: Date.now(), error: undefined },
  });
  const turn = useRef(0);
  const key = JSON.stringify(variables);
  const latest = useRef(variables);
  latest.current = variables;
  const again = useCallback(() => {
    turn.current += 1;
    const mine = turn.current;
    void client
      .query(document, latest.current)
      .toPromise()
      .then(({ data, error }) => {
        if (mine !== turn.current) return;
        setAnswer((before) => ({
          ...{ value: data ?? before.value, freshness: 'live', asOf: Date.now(), error },
        }));
      });
  }, [document]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other variables are another answer.
  useEffect(() => {
    again();
    return () => {
      turn.current += 1;
    };
  }, [again, key]);
  return { ...answer, again };
}

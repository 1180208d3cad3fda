/** The operations of one panel, as they were last run. */
import { type OperationRecord, useOperationRecord } from '../../shared/client/operation-log.js';
import { SUBGRAPHS } from '../operation-subgraphs.js';
import { text } from '../text.js';
import { indented } from './indented.js';
import styles from './show-operation.module.css';

export default function OperationsShown({ names }: { readonly names: readonly string[] }) {
  return (
    <ul className={styles.list}>
      {names.map((name) => (
        <Operation key={name} name={name} />
      ))}
    </ul>
  );
}

function Operation({ name }: { readonly name: string }) {
  const record = useOperationRecord(name);
  const subgraphs = SUBGRAPHS[name] ?? [];
  return (
    <li className={styles.operation}>
      <h3 className={styles.name}>{name}</h3>
      <p className={styles.facts}>
        <span>{latencyOf(record)}</span>
        <span>{text.takes(subgraphs.join(', '))}</span>
      </p>
      {record !== undefined && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard. */}
          <pre className={styles.code} tabIndex={0}>
            {indented(record.text)}
          </pre>
          <h4 className={styles.label}>{text.variables}</h4>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard. */}
          <pre className={styles.code} tabIndex={0}>
            {JSON.stringify(record.variables, null, 2)}
          </pre>
          <a href={addressInGraphiql(record)} target="_blank" rel="noopener">
            {text.openInGraphiql}
          </a>
        </>
      )}
    </li>
  );
}

function latencyOf(record: OperationRecord | undefined): string {
  if (record?.latency === undefined) return text.notRun;
  const milliseconds = String(Math.round(record.latency));
  return record.kind === 'subscription' ? text.firstEvent(milliseconds) : text.latency(milliseconds);
}

function addressInGraphiql({ text: query, variables }: OperationRecord): string {
  const fields = new URLSearchParams({
    query: indented(query),
    variables: JSON.stringify(variables, null, 2),
  });
  return `/graphiql?${fields}`;
}

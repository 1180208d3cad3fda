/** Who changed what, newest first. */
import { Panel } from '../../shared/components/panel.js';
import { moment } from '../format.js';
import { ShowOperation } from '../operation/show-operation.js';
import { AuditOfPlace } from '../operations.js';
import type { Place } from '../places/places.js';
import table from '../table.module.css';
import { text } from './text.js';
import { useAnswer } from './use-answer.js';

export function Audit({
  place,
  className,
}: {
  readonly place: Place;
  readonly className: string | undefined;
}) {
  const answer = useAnswer(AuditOfPlace, { scope: place.scope });
  const rows = answer.value?.auditLog?.nodes ?? [];
  return (
    <Panel
      title={text.audit}
      className={className}
      live={answer}
      isEmpty={rows.length === 0}
      empty={text.noAudit}
      tools={<ShowOperation panel={text.audit} names={['AuditOfPlace']} />}
    >
      <table className={table.table}>
        <thead>
          <tr>
            {[text.time, text.person, text.action, text.entity].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, at, actor, action, entityType, entity }) => (
            <tr key={id}>
              <td className={table.short}>{moment(at, place.timeZone, Date.now())}</td>
              <td>{actor?.name ?? text.system}</td>
              <td>{action}</td>
              <td title={entity}>{entityType}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

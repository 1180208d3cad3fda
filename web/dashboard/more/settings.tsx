/** The settings that hold here, each with the level that it comes from. */
import { Panel } from '../../shared/components/panel.js';
import { ShowOperation } from '../operation/show-operation.js';
import { type SettingFragment, SettingsOfChain, SettingsOfOutlet } from '../operations.js';
import type { Place } from '../places/places.js';
import table from '../table.module.css';
import styles from './more.module.css';
import { text } from './text.js';
import { type Answer, useAnswer } from './use-answer.js';

interface PartProps {
  readonly place: Place;
  readonly className: string | undefined;
}

export function Settings({ place, className }: PartProps) {
  return place.outlet === undefined ? (
    <OfChain className={className} />
  ) : (
    <OfOutlet outletId={place.outlet.id} className={className} />
  );
}

function OfOutlet({
  outletId,
  className,
}: {
  readonly outletId: string;
  readonly className: string | undefined;
}) {
  const answer = useAnswer(SettingsOfOutlet, { outletId });
  const settings = answer.value?.outlet?.settings ?? [];
  return <Listed answer={answer} settings={settings} className={className} operation="SettingsOfOutlet" />;
}

function OfChain({ className }: { readonly className: string | undefined }) {
  const answer = useAnswer(SettingsOfChain, {});
  const settings = answer.value?.chainSettings ?? [];
  return <Listed answer={answer} settings={settings} className={className} operation="SettingsOfChain" />;
}

interface ListedProps {
  readonly answer: Answer<unknown>;
  readonly settings: readonly SettingFragment[];
  readonly className: string | undefined;
  readonly operation: string;
}

function Listed({ answer, settings, className, operation }: ListedProps) {
  return (
    <Panel
      title={text.settings}
      className={className}
      live={answer}
      isEmpty={settings.length === 0}
      empty={text.chooseOutlet}
      tools={<ShowOperation panel={text.settings} names={[operation]} />}
    >
      <table className={table.table}>
        <thead>
          <tr>
            {[text.setting, text.value, text.from].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {settings.map(({ key, description, value, fromLevel, isLocked }) => (
            <tr key={key}>
              <td>
                {key}
                <div className={styles.description}>{description}</div>
              </td>
              <td>{valueText(value)}</td>
              <td className={table.short}>
                {text.levels[fromLevel] ?? fromLevel}
                {isLocked && ` · ${text.locked}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Where to pick up: every outlet with whether it is open, found by its name, address or city. */
import { MapPin } from 'lucide-react';
import { useEffect, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { Button } from '../../shared/components/button.js';
import { Skeleton } from '../../shared/components/panel.js';
import { common } from '../../shared/text/texts.js';
import { go } from '../address.js';
import { ShopOutlets, type ShopOutletsQuery } from '../operations.js';
import { text } from '../text.js';
import { openingText } from './opening-text.js';
import styles from './outlet-choice.module.css';

type Outlet = NonNullable<ShopOutletsQuery['outlets']>['nodes'][number];

export function OutletChoice({ isUnknown = false }: { readonly isUnknown?: boolean }) {
  const { outlets, hasFailed, read } = useOutlets();
  const [words, setWords] = useState('');
  const wanted = words.toLowerCase().trim();
  const shown = outlets?.filter(({ name, city, address }) =>
    `${name} ${city} ${address}`.toLowerCase().includes(wanted),
  );
  const cities = [...new Set(shown?.map(({ city }) => city))];
  return (
    <section className={styles.choice}>
      <h1 className={styles.title}>{text.chooseOutlet}</h1>
      {isUnknown && <p role="alert">{text.unknownOutlet}</p>}
      <input
        type="search"
        className={styles.search}
        aria-label={text.findOutlet}
        placeholder={text.findOutlet}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      {shown === undefined && !hasFailed && <Skeleton rows={5} />}
      {shown === undefined && hasFailed && (
        <div className={styles.failed} role="alert">
          <p>{common.noNetwork}</p>
          <Button onClick={read}>{common.tryAgain}</Button>
        </div>
      )}
      {shown?.length === 0 && <p className={styles.quiet}>{text.noOutlet}</p>}
      {cities.map((city) => (
        <section key={city} aria-label={city}>
          <h2 className={styles.city}>{city}</h2>
          <ul className={styles.list}>
            {shown
              ?.filter((outlet) => outlet.city === city)
              .map((outlet) => (
                <li key={outlet.id}>
                  <button
                    type="button"
                    className={styles.outlet}
                    onClick={() => go({ outlet: outlet.id, view: undefined, order: undefined })}
                  >
                    <MapPin size={20} aria-hidden="true" />
                    <span className={styles.words}>
                      <b>{outlet.name}</b>
                      <span className={styles.quiet}>{outlet.address}</span>
                    </span>
                    <span className={styles.state} data-open={outlet.isOpenNow}>
                      {openingText(outlet)}
                    </span>
                  </button>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </section>
  );
}

function useOutlets() {
  const [outlets, setOutlets] = useState<readonly Outlet[]>();
  const [hasFailed, setFailed] = useState(false);
  const read = () => {
    setFailed(false);
    void readOutlets().then((all) => (all === undefined ? setFailed(true) : setOutlets(all)));
  };
  useEffect(read, []);
  return { outlets, hasFailed, read };
}

async function readOutlets(): Promise<readonly Outlet[] | undefined> {
  const all: Outlet[] = [];
  for (let after: string | null = null; ; ) {
    const { data } = await client.query(ShopOutlets, { after }).toPromise();
    if (data?.outlets == null) return undefined;
    all.push(...data.outlets.nodes);
    if (!data.outlets.pageInfo.hasNextPage) return all;
    after = data.outlets.pageInfo.endCursor;
  }
}

/** Takes an item or an option off the menu until a moment, in two taps, and puts it back in one. */
import { useEffect, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { failureOf } from '../../shared/client/failure-of.js';
import { Skeleton } from '../../shared/components/panel.js';
import { Sheet } from '../../shared/components/sheet.js';
import controls from '../controls.module.css';
import { kitchenText } from '../text.js';
import { matching, type Offer, offersOf, tomorrowMorning } from './offers.js';
import { MenuAvailability, SetAvailability } from './operations.js';
import styles from './take-off-sheet.module.css';

export interface TakeOffSheetProps {
  readonly outletId: string;
  readonly timeZone: string | undefined;
  readonly onClose: () => void;
}

const MOST_AT_ONCE = 4;

export function TakeOffSheet({ outletId, timeZone, onClose }: TakeOffSheetProps) {
  const [offers, setOffers] = useState<readonly Offer[]>();
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<Offer>();
  const [said, setSaid] = useState('');
  useEffect(() => {
    let isOver = false;
    const load = async () => {
      const { data } = await client.query(MenuAvailability, { outletId }).toPromise();
      if (isOver) return;
      if (data?.menuItems == null) setSaid(kitchenText.notSent);
      else setOffers(offersOf(data.menuItems.nodes));
    };
    void load();
    return () => {
      isOver = true;
    };
  }, [outletId]);

  async function set(offer: Offer, isAvailable: boolean, until?: Date): Promise<void> {
    setChosen(undefined);
    setSearch('');
    setSaid('');
    const change = { outletId, isAvailable, until: until?.toISOString() ?? null };
    const failure = await setAll(offer, change);
    if (failure !== undefined) return setSaid(failure);
    setOffers((all) => all?.map((one) => (one.key === offer.key ? { ...one, isOff: !isAvailable } : one)));
    setSaid(isAvailable ? kitchenText.broughtBack(offer.name) : kitchenText.tookOff(offer.name));
  }

  if (chosen !== undefined)
    return (
      <Sheet title={`${chosen.name}: ${kitchenText.takeOffUntil}`} onClose={onClose}>
        <div className={controls.stack}>
          <div className={controls.choices}>
            {UNTIL.map(({ name, until }) => (
              <button
                key={name}
                type="button"
                className={controls.choice}
                onClick={() => void set(chosen, false, until(new Date(), timeZone))}
              >
                {name}
              </button>
            ))}
          </div>
        </div>
      </Sheet>
    );
  const off = offers?.filter(({ isOff }) => isOff) ?? [];
  const found = matching(offers?.filter(({ isOff }) => !isOff) ?? [], search);
  return (
    <Sheet title={kitchenText.takeOffTitle} onClose={onClose}>
      <div className={controls.stack}>
        <input
          type="search"
          className={controls.field}
          aria-label={kitchenText.takeOffSearch}
          placeholder={kitchenText.takeOffSearch}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
        <p role="status" className={styles.said}>
          {said}
        </p>
        {offers === undefined && said === '' && <Skeleton rows={5} />}
        {off.length > 0 && (
          <>
            <h3 className={styles.title}>{kitchenText.offMenu}</h3>
            <ul className={styles.list}>
              {off.map((offer) => (
                <li key={offer.key} className={styles.off}>
                  <OfferName offer={offer} />
                  <button type="button" className={controls.choice} onClick={() => void set(offer, true)}>
                    {kitchenText.putBack}
                  </button>
                </li>
              ))}
            </ul>
          </>
        )}
        <ul className={styles.list}>
          {found.map((offer) => (
            <li key={offer.key}>
              <button type="button" className={styles.offer} onClick={() => setChosen(offer)}>
                <OfferName offer={offer} />
              </button>
            </li>
          ))}
        </ul>
        {offers !== undefined && found.length === 0 && (
          <p className={controls.quiet}>{kitchenText.noMatch}</p>
        )}
      </div>
    </Sheet>
  );
}

function OfferName({ offer: { name, group } }: { readonly offer: Offer }) {
  return (
    <span className={styles.name}>
      <b>{name}</b> {group !== undefined && <span className={controls.quiet}>{group}</span>}
    </span>
  );
}

const afterMinutes = (minutes: number) => (now: Date) => new Date(now.getTime() + minutes * 60_000);
const UNTIL: readonly {
  readonly name: string;
  readonly until: (now: Date, timeZone: string | undefined) => Date | undefined;
}[] = [
  { name: kitchenText.untilHalfHour, until: afterMinutes(30) },
  { name: kitchenText.untilHour, until: afterMinutes(60) },
  { name: kitchenText.untilHours, until: afterMinutes(180) },
  { name: kitchenText.untilTomorrow, until: tomorrowMorning },
  { name: kitchenText.untilPutBack, until: () => undefined },
];

/** A few at once. Undefined when all went well. */
async function setAll(
  { targets }: Offer,
  change: { readonly outletId: string; readonly isAvailable: boolean; readonly until: string | null },
): Promise<string | undefined> {
  const left = [...targets];
  let failure: string | undefined;
  const work = async () => {
    for (let target = left.shift(); target !== undefined && failure === undefined; target = left.shift()) {
      const { data, error } = await client
        .mutation(SetAvailability, { input: { ...change, ...target } })
        .toPromise();
      const payload = data?.setAvailability;
      if (payload == null || payload.userErrors.length > 0)
        failure = failureOf(payload?.userErrors, error, kitchenText.notSent);
    }
  };
  await Promise.all(Array.from({ length: MOST_AT_ONCE }, work));
  return failure;
}

/** The outlets that a person runs, and the part of them that the dashboard shows: one, or all. */
import { useEffect, useMemo, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { useOutletId } from '../../shared/client/outlet.js';
import type { Person } from '../../shared/client/session.js';
import { PlacesOfDashboard, type PlacesOfDashboardQuery } from '../operations.js';

export type Outlet = NonNullable<PlacesOfDashboardQuery['outlets']>['nodes'][number];

export interface Place {
  /** Another key is another place: what is shown is read from the beginning. */
  readonly key: string;
  /** The one outlet; undefined: all that the person runs. */
  readonly outlet: Outlet | undefined;
  /** Whose figures are shown. */
  readonly outlets: readonly Outlet[];
  /** Null: all that the person may see. */
  readonly scope: { readonly outletId: string } | null;
  readonly timeZone: string;
}

/** Levels are streamed for each outlet, and a socket carries a hundred streams. */
const MOST_LIVE_OUTLETS = 40;
const RETRY_MILLISECONDS = 2_000;
const DEFAULT_TIME_ZONE = 'Asia/Jakarta';

/** By name within a city; undefined while they are being read. */
export function useOutlets(person: Person): readonly Outlet[] | undefined {
  const [outlets, setOutlets] = useState<readonly Outlet[]>();
  useEffect(() => {
    let isStopped = false;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      const all = await readAll();
      if (isStopped) return;
      if (all === undefined) retry = setTimeout(read, RETRY_MILLISECONDS);
      else setOutlets(outletsOf(person, all));
    };
    void read();
    return () => {
      isStopped = true;
      clearTimeout(retry);
    };
  }, [person]);
  return outlets;
}

export function usePlace(outlets: readonly Outlet[]): Place {
  const asked = useOutletId();
  return useMemo(() => placeOf(outlets, asked), [outlets, asked]);
}

/** An outlet that the person does not run is asked for all the same: the panels say that it may not be seen. */
function placeOf(outlets: readonly Outlet[], asked: string | undefined): Place {
  const [first] = outlets;
  const outlet =
    asked === undefined
      ? outlets.length === 1
        ? first
        : undefined
      : (outlets.find(({ id }) => id === asked) ?? unknown(asked));
  if (outlet !== undefined)
    return {
      ...{ key: outlet.id, outlet, outlets: [outlet], scope: { outletId: outlet.id } },
      timeZone: outlet.timeZone,
    };
  const shown = outlets.slice(0, MOST_LIVE_OUTLETS);
  const timeZone = first?.timeZone ?? DEFAULT_TIME_ZONE;
  return { key: `all ${outlets.length}`, outlet, outlets: shown, scope: null, timeZone };
}

function outletsOf({ roles }: Pick<Person, 'roles'>, all: readonly Outlet[]): readonly Outlet[] {
  const runs = ({ id, franchise }: Outlet) =>
    roles.some(
      ({ role, outletId, franchiseId }) =>
        role === 'HQ' ||
        (role === 'OWNER' && franchiseId === franchise.id) ||
        (role !== 'CUSTOMER' && outletId === id),
    );
  return all.filter(runs).sort((one, other) => placeName(one).localeCompare(placeName(other)));
}

const placeName = ({ city, name }: Outlet) => `${city} ${name}`;

function unknown(id: string): Outlet {
  const franchise = { id: '', name: '' };
  return { id, name: '', city: '', timeZone: DEFAULT_TIME_ZONE, isOpenNow: false, franchise };
}

/** Undefined when they cannot be read. */
async function readAll(): Promise<readonly Outlet[] | undefined> {
  const all: Outlet[] = [];
  let after: string | null = null;
  do {
    const answer: PlacesOfDashboardQuery | undefined = (
      await client.query(PlacesOfDashboard, { after }).toPromise()
    ).data;
    if (!answer?.outlets) return undefined;
    all.push(...answer.outlets.nodes);
    after = answer.outlets.pageInfo.hasNextPage ? answer.outlets.pageInfo.endCursor : null;
  } while (after !== null);
  return all;
}

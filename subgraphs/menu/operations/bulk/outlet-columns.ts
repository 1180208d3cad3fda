/** The columns of a file of outlets: what their cells say of hours, exceptions and settings. */
import { type Cell, oneOf, optional, text, UnreadableCell } from '../../../../platform/bulk/cells.js';
import {
  type OpeningException,
  outletStatus,
  WEEKDAYS,
  type WeeklyOpening,
} from '../../../../platform/kit/opening-hours.js';
import {
  OUTLET_SETTINGS,
  type OutletSetting,
  type SettingValue,
} from '../../../../platform/outlet-settings/registry.js';

const DAYS: readonly string[] = WEEKDAYS;

/** `MONDAY-FRIDAY 08:00-22:00; SUNDAY 10:00-18:00` */
const weekly: Cell<readonly WeeklyOpening[]> = {
  expects: 'days and hours such as MONDAY-FRIDAY 08:00-22:00; SUNDAY 10:00-18:00, or empty for always',
  read(given) {
    return partsOf(given).flatMap((part) => {
      const [, first = '', last = first, opensAt, closesAt] =
        /^([A-Z]+)(?:\s*-\s*([A-Z]+))?\s+(\d\d:\d\d)\s*-\s*(\d\d:\d\d)$/.exec(part.toUpperCase()) ?? [];
      const [from, to] = [first, last].map((day) => DAYS.indexOf(day));
      const isKnown = from !== undefined && to !== undefined && from >= 0 && to >= from;
      if (!isKnown || opensAt === undefined || closesAt === undefined) throw new UnreadableCell(this.expects);
      return WEEKDAYS.slice(from, to + 1).map((weekday) => ({ weekday, opensAt, closesAt }));
    });
  },
  write: (openings) =>
    openings.map(({ weekday, opensAt, closesAt }) => `${weekday} ${opensAt}-${closesAt}`).join('; '),
};

interface WrittenException {
  readonly date: string;
  readonly openings: OpeningException['openings'];
}

/** `2026-12-25 closed; 2026-12-31 08:00-12:00, 16:00-20:00` */
const exceptions: Cell<readonly WrittenException[]> = {
  expects: 'dates and hours such as 2026-12-25 closed; 2026-12-31 08:00-12:00, 16:00-20:00, or empty',
  read(given) {
    return partsOf(given).map((part) => {
      const [, date, hours] = /^(\d{4}-\d\d-\d\d)\s+(\S.*)$/.exec(part) ?? [];
      if (date === undefined || hours === undefined) throw new UnreadableCell(this.expects);
      if (hours.toLowerCase() === 'closed') return { date, openings: [] };
      const openings = hours.split(',').map((one) => {
        const [, opensAt, closesAt] = /^\s*(\d\d:\d\d)\s*-\s*(\d\d:\d\d)\s*$/.exec(one) ?? [];
        if (opensAt === undefined || closesAt === undefined) throw new UnreadableCell(this.expects);
        return { opensAt, closesAt };
      });
      return { date, openings };
    });
  },
  write: (all) =>
    all
      .map(({ date, openings }) => {
        const hours = openings.map(({ opensAt, closesAt }) => `${opensAt}-${closesAt}`).join(', ');
        return `${date} ${hours === '' ? 'closed' : hours}`;
      })
      .join('; '),
};

function partsOf(given: string): string[] {
  return given
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

const OWN_COLUMNS = {
  id: optional(text),
  franchise: optional(text),
  name: text,
  city: optional(text),
  address: optional(text),
  phone: optional(text),
  timeZone: optional(text),
  status: optional(oneOf(outletStatus.options)),
  openingHours: weekly,
  openingExceptions: exceptions,
} as const;

/** A setting of which nothing is chosen: an empty cell inherits it. */
const NONE = 'NONE';

/** A column for each setting; an empty cell inherits it. */
const SETTING_COLUMNS: Readonly<Record<`setting.${string}`, Cell<SettingValue | null>>> = Object.fromEntries(
  OUTLET_SETTINGS.map((setting) => [`setting.${setting.key}`, optional(settingCell(setting))]),
);

function settingCell({ schema, choices }: OutletSetting): Cell<SettingValue> {
  const none = schema.safeParse([]).success ? `, or ${NONE}` : '';
  return {
    expects: choices === null ? 'a whole number' : `some of ${choices.join('; ')}${none}`,
    read(given) {
      const written = given.replaceAll(';', ' ').trim();
      const { data, error } = schema.safeParse(written.toUpperCase() === NONE ? [] : written);
      if (data === undefined) throw new UnreadableCell(error?.issues[0]?.message ?? this.expects);
      return data;
    },
    write(value) {
      if (typeof value !== 'object') return String(value);
      return value.length === 0 ? NONE : value.join('; ');
    },
  };
}

export const OUTLET_COLUMNS: typeof OWN_COLUMNS & typeof SETTING_COLUMNS = {
  ...OWN_COLUMNS,
  ...SETTING_COLUMNS,
};

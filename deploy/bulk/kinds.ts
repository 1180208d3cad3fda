/** The tables that are imported and exported: which operation serves each, and what the commands have to know of its columns. */

export interface Kind {
  /** As people name it. */
  readonly name: string;
  readonly what: string;
  readonly importBy: string;
  readonly exportBy: string;
  /** The table that the operations are asked for; null where they have but one. */
  readonly table: string | null;
  /** Columns that name a thing: lines that have the same there stay in one part, where what stands twice is refused. */
  readonly together: readonly string[];
  /** Columns that are ids of what is there: they mean nothing in another chain. */
  readonly ids: readonly string[];
  /** Columns that name ingredients: in files by their names, in operations by their ids. */
  readonly recipes: readonly string[];
  /** Whether the things of one outlet can be exported alone. */
  readonly isOfOutlets: boolean;
  /** Whether an import answers secrets of devices. */
  readonly hasTokens: boolean;
}

const PLAIN = { together: ['name'], ids: ['id'], recipes: [], isOfOutlets: false, hasTokens: false } as const;
const OF_MENU = { importBy: 'importMenu', exportBy: 'exportMenu' } as const;
const OF_STOCK = { importBy: 'importStock', exportBy: 'exportStock' } as const;
const OF_OUTLETS = { isOfOutlets: true, ids: ['id', 'outletId'] } as const;

/** In the order in which an empty chain needs them. */
export const KINDS: readonly Kind[] = [
  { ...PLAIN, ...OF_MENU, name: 'franchises', table: 'FRANCHISES', what: 'franchises' },
  {
    ...{ ...PLAIN, ...OF_MENU, name: 'outlets', table: 'OUTLETS', together: ['franchise', 'name'] },
    what: 'outlets with hours and settings',
  },
  { ...PLAIN, ...OF_STOCK, name: 'ingredients', table: 'INGREDIENTS', what: 'ingredients with their units' },
  { ...PLAIN, ...OF_MENU, name: 'categories', table: 'CATEGORIES', what: 'categories of the chain’s own' },
  {
    ...{ ...PLAIN, ...OF_MENU, name: 'menu', table: 'MENU', what: 'items with options and recipes' },
    ...{ together: ['barcode'], ids: ['id', 'optionId'], recipes: ['recipe', 'optionRecipe'] },
  },
  {
    ...{ ...PLAIN, ...OF_MENU, ...OF_OUTLETS, name: 'prices', table: 'PRICES' },
    ...{ what: 'prices of outlets, and what they do not offer', together: ['outletId', 'outlet', 'barcode'] },
  },
  {
    ...{ ...PLAIN, ...OF_STOCK, ...OF_OUTLETS, name: 'stock-items', table: 'STOCK_ITEMS' },
    ...{ what: 'what outlets keep of which ingredient', together: ['outletId', 'outlet', 'ingredient'] },
  },
  {
    ...{ ...PLAIN, ...OF_STOCK, ...OF_OUTLETS, name: 'shelves', table: 'SHELVES', hasTokens: true },
    ...{ what: 'scales, with the tokens of their devices', together: ['outletId', 'outlet', 'ingredient'] },
  },
  {
    ...{ ...PLAIN, ...OF_OUTLETS, name: 'staff', table: null, what: 'invitations of staff by mail' },
    ...{ importBy: 'importStaff', exportBy: 'exportStaff' },
    together: ['email', 'role', 'outletId', 'outlet', 'franchise'],
  },
];

export function kindNamed(name: string): Kind | undefined {
  return KINDS.find((kind) => kind.name === name);
}

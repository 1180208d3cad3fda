/** The id under which tables hold the chain's own settings: that of no place. */
export const CHAIN_PLACE = '00000000-0000-0000-0000-000000000000';

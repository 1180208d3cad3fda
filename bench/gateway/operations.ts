/** What the bench asks: one fetch, and the shape in which every entity leads to others. */
export const OPERATIONS = {
  small: 'query Small { me { id username name } }',
  deep: `query Deep {
    users { ...Person reviews { ...Words product { ...Thing reviews { ...Words author { ...Person reviews { ...Words product { ...Thing } } } } } } }
    topProducts { ...Thing reviews { ...Words author { ...Person reviews { ...Words product { ...Thing } } } } }
  }
  fragment Person on User { id username name }
  fragment Words on Review { id body }
  fragment Thing on Product { inStock name price shippingEstimate upc weight }`,
} as const;

export type OperationName = keyof typeof OPERATIONS;

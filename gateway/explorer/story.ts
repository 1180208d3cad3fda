/**
 * What GraphiQL opens with in front of Kedai's own graph: a tab for each step of an order, which can be run from left to right as they
 * stand, and in a demo its accounts.
 */

export interface DemoAccounts {
  /** Where the staff among them work. */
  readonly outletId: string;
  readonly password: string;
  readonly accounts: readonly { readonly email: string; readonly role: string }[];
}

export interface Story {
  readonly tabs: readonly StoryTab[];
  /** Undefined: a chain of one's own, whose accounts nobody knows. */
  readonly demo: DemoAccounts | undefined;
}

export interface StoryTab {
  readonly query: string;
  /** `PLACEHOLDERS` among the values are filled in by the page. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The first two are filled in when the page is opened, the others whenever a tab is run. */
export const PLACEHOLDERS = {
  outletId: 'AN OUTLET',
  menuItemId: 'AN ITEM OF ITS MENU',
  orderId: 'RUN THE ORDER TAB FIRST',
  key: 'A NEW KEY EACH TIME',
} as const;

export function kedaiStory(demo: DemoAccounts | undefined): Story {
  const { outletId, menuItemId, orderId, key } = PLACEHOLDERS;
  const [guest] = demo?.accounts ?? [];
  return {
    demo,
    tabs: [
      {
        query: `# Signs in, in every tab of this browser.
# In a demo the buttons above do the same.
mutation SignIn($input: SignInInput!) {
  signIn(input: $input) {
    session {
      accessToken refreshToken expiresAt
      customer { name roles { role outletId } }
    }
    userErrors { code message }
  }
}
`,
        variables: {
          input: { email: guest?.email ?? 'you@example.com', password: demo?.password ?? 'your password' },
        },
      },
      {
        query: `# The menu of an outlet, with its own prices,
# and how much is left. It takes no account.
query Menu($outletId: ID!) {
  menu(outletId: $outletId, first: 10) {
    nodes {
      id name
      price { amount currency }
      availability(outletId: $outletId) { inStock servings }
    }
  }
}
`,
        variables: { outletId },
      },
      {
        query: `# Places an order. Stock is reserved
# right after the answer.
mutation Order($input: PlaceOrderInput!) {
  placeOrder(input: $input) {
    order {
      id number status
      total { amount }
      lines { menuItem { name } quantity }
    }
    userErrors { code field message }
  }
}
`,
        variables: { input: { outletId, lines: [{ menuItemId, quantity: 1 }], idempotencyKey: key } },
      },
      {
        query: `# Shows each step of the order as it happens,
# the present one first. Run the Order tab before.
subscription Watch($orderId: ID!) {
  orderStatusChanged(orderId: $orderId) {
    status at
    order { number payment { status } }
  }
}
`,
        variables: { orderId },
      },
      {
        query: `# Pays the order. The simulated providers
# of a demo approve within a second.
mutation Pay($input: PayOrderInput!) {
  payOrder(input: $input) {
    payment { id status method amount { amount } }
    userErrors { code message retryAt }
  }
}
`,
        variables: { input: { orderId, method: 'GOPAY', idempotencyKey: key } },
      },
      {
        query: `# What an outlet has, each item as it changes.
# For staff: in a demo, sign in as Sari first.
# "npm run simulate" moves the scales.
subscription Weights($outletId: ID!) {
  stockLevelChanged(outletId: $outletId) {
    stockItem { ingredient { name } unit tracking }
    onHand
    available
    at
  }
}
`,
        variables: { outletId },
      },
    ],
  };
}

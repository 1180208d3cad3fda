/** People at work: what mutations need to be there before they can be executed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse, print } from 'graphql';
import mqtt from 'mqtt';
import { expect } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { codeOf } from '../../support/authenticator.js';
import { FrontEnd } from '../../support/front-end.js';
import { mailedToken } from '../../support/mailbox.js';
import { eventually } from '../../support/wait.js';

/** Of every mutation, by argument. */
const ARGUMENT_TYPES = new Map(
  parse(readFileSync(join(PROJECT_FOLDER, 'schema', 'supergraph.graphql'), 'utf8'))
    .definitions.filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION)
    .filter(({ name }) => name.value === 'Mutation')
    .flatMap(({ fields = [] }) => fields)
    .map((field) => [
      field.name.value,
      new Map(field.arguments?.map(({ name, type }) => [name.value, print(type)])),
    ]),
);

export type Person = 'rina' | 'sari' | 'budi' | 'dewi' | 'hq';

export interface Payload {
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

export class ShopFloor {
  readonly people: Readonly<Record<Person, FrontEnd>>;
  readonly ids: Readonly<Record<Person, string>>;
  readonly outletId: string;
  readonly franchiseId: string;
  readonly drinkId: string;
  readonly ingredientId: string;
  readonly #visitor: FrontEnd;
  readonly #url: string;
  readonly #mqttUrl: string;

  private constructor(
    visitor: FrontEnd,
    url: string,
    mqttUrl: string,
    given: Pick<ShopFloor, 'people' | 'ids' | 'outletId' | 'franchiseId' | 'drinkId' | 'ingredientId'>,
  ) {
    this.#visitor = visitor;
    this.#url = url;
    this.#mqttUrl = mqttUrl;
    this.people = given.people;
    this.ids = given.ids;
    this.outletId = given.outletId;
    this.franchiseId = given.franchiseId;
    this.drinkId = given.drinkId;
    this.ingredientId = given.ingredientId;
  }

  /** @param mqttUrl for what devices send. */
  static async open(url: string, mqttUrl: string): Promise<ShopFloor> {
    const visitor = new FrontEnd(url);
    const signIn = (person: Person) => visitor.signIn(`${person}@kedai.test`);
    const people = {
      rina: await signIn('rina'),
      sari: await signIn('sari'),
      budi: await signIn('budi'),
      dewi: await signIn('dewi'),
      hq: await signIn('hq'),
    };
    const idOf = async (person: Person) =>
      (await people[person].execute<{ me: { id: string } }>('{ me { id } }')).me.id;
    const ids = {
      rina: await idOf('rina'),
      sari: await idOf('sari'),
      budi: await idOf('budi'),
      dewi: await idOf('dewi'),
      hq: await idOf('hq'),
    };
    const { me } = await people.budi.execute<{ me: { roles: { role: string; outletId: string | null }[] } }>(
      '{ me { roles { role outletId } } }',
    );
    const outletId = me.roles.find(({ role }) => role === 'MANAGER')?.outletId ?? '';
    const { outlet, menu } = await visitor.execute<{
      outlet: { franchise: { id: string } };
      menu: { nodes: { id: string; isLimited: boolean; availability: { inStock: boolean } }[] };
    }>(
      `query ($outletId: ID!) {
         outlet(id: $outletId) { franchise { id } }
         menu(outletId: $outletId, category: MILK_TEA) { nodes { id isLimited availability(outletId: $outletId) { inStock } } } }`,
      { outletId },
    );
    const drink = menu.nodes.find(({ isLimited, availability }) => !isLimited && availability.inStock);
    const { ingredients } = await people.hq.execute<{ ingredients: { id: string }[] }>(
      '{ ingredients { id } }',
    );
    return new ShopFloor(visitor, url, mqttUrl, {
      ...{ people, ids, outletId, franchiseId: outlet.franchise.id },
      ...{ drinkId: drink?.id ?? '', ingredientId: ingredients[0]?.id ?? '' },
    });
  }

  /** Executes one mutation that must succeed, and returns its payload. */
  async execute<Result>(
    frontEnd: FrontEnd,
    field: string,
    argument: object,
    selection = '',
  ): Promise<Payload & Result> {
    const { declared, passed } = argumentsOf(field, argument);
    const data = await frontEnd.execute<Record<string, Payload & Result>>(
      `mutation (${declared}) { ${field}(${passed}) { ${selection} userErrors { code message } } }`,
      argument,
    );
    const payload = data[field];
    if (payload === undefined) throw new Error(`Nothing at ${field}`);
    expect(payload.userErrors).toEqual([]);
    return payload;
  }

  /** The codes of what a mutation is refused for: of its errors, then of its user errors. */
  async refusals(frontEnd: FrontEnd, field: string, argument: object): Promise<string[]> {
    const { declared, passed } = argumentsOf(field, argument);
    const { data, errors } = await frontEnd.answer<Record<string, Payload | null>>(
      `mutation (${declared}) { ${field}(${passed}) { userErrors { code message } } }`,
      argument,
    );
    const codes = errors.map(({ extensions }) => extensions.code);
    return [...codes, ...(data?.[field]?.userErrors ?? []).map(({ code }) => code)];
  }

  /** Somebody who has just signed up: revoking a role of theirs ends no other person's token. */
  async newcomer(): Promise<{ readonly id: string; readonly email: string }> {
    const email = `${newId()}@kedai.test`;
    const { session } = await this.execute<{ session: { customer: { id: string } } }>(
      this.#visitor,
      'signUp',
      { input: { email, password: 'kedai-demo', name: 'Ayu' } },
      'session { customer { id } }',
    );
    return { id: session.customer.id, email };
  }

  /** Somebody who was invited to a role at a place and has accepted. */
  async hired(offer: object, by?: FrontEnd): Promise<{ readonly id: string; readonly email: string }> {
    const email = `${newId()}@kedai.test`;
    const { token } = await this.invitation({ ...offer, email }, by);
    await this.execute(this.#visitor, 'acceptInvitation', { token, name: 'Ayu', password: 'kedai-demo' });
    const person = await this.#visitor.signIn(email);
    return { ...(await person.execute<{ me: { id: string } }>('{ me { id } }')).me, email };
  }

  /** Somebody of the staff who has set a second factor. @returns their id. */
  async withSecondFactor(): Promise<string> {
    const { email } = await this.hired({ role: 'BARISTA', outletId: this.outletId });
    const person = await this.#visitor.signIn(email);
    const { secret } = await this.execute<{ secret: string }>(
      ...([person, 'beginSecondFactor', { password: 'kedai-demo' }, 'secret'] as const),
    );
    const { customer } = await this.execute<{ customer: { id: string } }>(
      ...([person, 'confirmSecondFactor', { code: codeOf(secret) }, 'customer { id }'] as const),
    );
    return customer.id;
  }

  /** A category of the chain's own, made by head office. @returns its id. */
  async category(
    frontEnd: FrontEnd = this.people.hq,
    input: object = { name: `Kategori ${newId()}` },
  ): Promise<string> {
    const { category } = await this.execute<{ category: { id: string } }>(
      ...([frontEnd, 'createCategory', { input }, 'category { id }'] as const),
    );
    return category.id;
  }

  /** An invitation of a person to a role, and the token of its mail. */
  async invitation(
    input: object,
    by: FrontEnd = this.people.hq,
  ): Promise<{ readonly id: string; readonly token: string }> {
    const { invitation } = await this.execute<{ invitation: { id: string; email: string } }>(
      by,
      'inviteStaff',
      { input },
      'invitation { id email }',
    );
    return { id: invitation.id, token: await mailedToken(this.#url, invitation.email) };
  }

  /** An order of Rina's that waits for its payment. */
  async awaitingPayment(): Promise<{ readonly id: string; readonly total: number }> {
    const { rina } = this.people;
    const input = {
      ...{ outletId: this.outletId, idempotencyKey: newId() },
      lines: [{ menuItemId: this.drinkId, quantity: 1 }],
    };
    const { order } = await this.execute<{ order: { id: string; total: { amount: number } } }>(
      rina,
      'placeOrder',
      { input },
      'order { id total { amount } }',
    );
    await this.untilOrderIs(order.id, 'AWAITING_PAYMENT');
    return { id: order.id, total: order.total.amount };
  }

  /** An order of Rina's whose item was found to be too little. */
  async orderAtRisk(): Promise<{ readonly orderId: string; readonly stockItemId: string }> {
    const { menu, stockItems } = await this.people.hq.execute<{
      menu: { nodes: { id: string; name: string }[] };
      stockItems: { nodes: { id: string; reserved: number; ingredient: { name: string } }[] };
    }>(
      `query ($id: ID!) { menu(outletId: $id, search: "Tumbler", first: 1) { nodes { id name } }
         stockItems(outletId: $id, first: 100) { nodes { id reserved ingredient { name } } } }`,
      { id: this.outletId },
    );
    const item = stockItems.nodes.find(({ ingredient }) => ingredient.name === menu.nodes[0]?.name);
    const stockItemId = item?.id ?? '';
    const found = (countedOnHand: number) =>
      this.execute(this.people.budi, 'adjustStock', {
        input: { stockItemId, countedOnHand, reason: 'Found less', idempotencyKey: newId() },
      });
    const reserved = item?.reserved ?? 0;
    await found(reserved + 1);
    const lines = [{ menuItemId: menu.nodes[0]?.id, quantity: 1 }];
    const input = { outletId: this.outletId, lines, idempotencyKey: newId() };
    // Refused until the order subgraph has learnt that there is one again.
    const { order } = await eventually(() =>
      this.execute<{ order: { id: string } }>(this.people.rina, 'placeOrder', { input }, 'order { id }'),
    );
    await this.untilOrderIs(order.id, 'AWAITING_PAYMENT');
    await found(reserved);
    return { orderId: order.id, stockItemId };
  }

  /** An order of Rina's to which staff offer something in place of what ran short. */
  async offeredSubstitution(): Promise<{ readonly orderId: string; readonly menuItemId: string }> {
    const { orderId, stockItemId } = await this.orderAtRisk();
    const { menu } = await this.people.hq.execute<{
      menu: { nodes: { id: string; availability: { inStock: boolean } }[] };
    }>(
      'query ($id: ID!) { menu(outletId: $id, first: 20) { nodes { id availability(outletId: $id) { inStock } } } }',
      { id: this.outletId },
    );
    const menuItemId = menu.nodes.find(({ availability }) => availability.inStock)?.id ?? '';
    const input = { stockItemId, orderIds: [orderId], action: 'OFFER', menuItemId, idempotencyKey: newId() };
    await this.execute(this.people.budi, 'resolveOrdersAtRisk', { input });
    await eventually(async () => {
      const { order } = await this.people.rina.execute<{ order: object }>(
        'query ($id: ID!) { order(id: $id) { substitution { status } } }',
        { id: orderId },
      );
      expect(order).toEqual({ substitution: { status: 'OFFERED' } });
    });
    return { orderId, menuItemId };
  }

  /** A payment of Rina's in cash, which staff have not confirmed yet. */
  async cashPayment(): Promise<{ readonly id: string; readonly orderId: string; readonly amount: number }> {
    const order = await this.awaitingPayment();
    const { payment } = await this.#pay(order.id, 'CASH');
    return { id: payment.id, orderId: order.id, amount: order.total };
  }

  /** A payment of Rina's that its provider has captured. */
  async capturedPayment(): Promise<{
    readonly id: string;
    readonly orderId: string;
    readonly amount: number;
  }> {
    const order = await this.awaitingPayment();
    const { payment } = await this.#pay(order.id, 'GOPAY');
    await this.untilOrderIs(order.id, 'PAID');
    return { id: payment.id, orderId: order.id, amount: order.total };
  }

  /** A dispute that Budi has opened. */
  async openedDispute(): Promise<{
    readonly id: string;
    readonly paymentId: string;
    readonly amount: number;
  }> {
    const { id: paymentId, amount } = await this.capturedPayment();
    const input = { paymentId, amount, reason: 'Not received', idempotencyKey: newId() };
    const { dispute } = await this.execute<{ dispute: { id: string } }>(
      this.people.budi,
      'openDispute',
      { input },
      'dispute { id }',
    );
    return { id: dispute.id, paymentId, amount };
  }

  /** An item of a new ingredient at the outlet. */
  async stockItem(tracking: 'COUNT' | 'SHELF', countedOnHand: number | null): Promise<string> {
    const { ingredient } = await this.execute<{ ingredient: { id: string } }>(
      this.people.hq,
      'createIngredient',
      { input: { name: `Ingredient ${newId()}`, unit: 'PIECE' } },
      'ingredient { id }',
    );
    const { stockItem } = await this.execute<{ stockItem: { id: string } }>(
      this.people.budi,
      'createStockItem',
      {
        input: {
          outletId: this.outletId,
          ingredientId: ingredient.id,
          tracking,
          countedOnHand,
          reorderPoint: 5,
        },
      },
      'stockItem { id }',
    );
    return stockItem.id;
  }

  /** A supplier of the whole chain that sells an item of the outlet. */
  async supplied(): Promise<{ readonly supplierId: string; readonly stockItemId: string }> {
    const stockItemId = await this.stockItem('COUNT', 0);
    const { stockItem } = await this.people.hq.execute<{ stockItem: { ingredient: { id: string } } }>(
      'query ($id: ID!) { stockItem(id: $id) { ingredient { id } } }',
      { id: stockItemId },
    );
    const price = { ingredientId: stockItem.ingredient.id, packSize: 10, price: 5_000 };
    const { supplier } = await this.execute<{ supplier: { id: string } }>(
      this.people.hq,
      'createSupplier',
      { input: { name: `Supplier ${newId()}`, prices: [price] } },
      'supplier { id }',
    );
    return { supplierId: supplier.id, stockItemId };
  }

  /** An order to a supplier, after steps. */
  async purchaseOrder(...steps: string[]): Promise<{ readonly id: string; readonly stockItemId: string }> {
    const { supplierId, stockItemId } = await this.supplied();
    const lines = [{ stockItemId, quantity: 10 }];
    const { purchaseOrder } = await this.execute<{ purchaseOrder: { id: string } }>(
      this.people.budi,
      'createPurchaseOrder',
      { input: { outletId: this.outletId, supplierId, lines, idempotencyKey: newId() } },
      'purchaseOrder { id }',
    );
    const { id } = purchaseOrder;
    for (const step of steps) await this.execute(this.people.budi, step, { id });
    return { id, stockItemId };
  }

  /** Goods of an item of the outlet that are on the way to another outlet of the franchise, which stocks it. */
  async sentGoods(): Promise<{
    readonly id: string;
    readonly stockItemId: string;
    readonly toOutletId: string;
  }> {
    const { stockItemId, toOutletId } = await this.transferable();
    const { transfer } = await this.execute<{ transfer: { id: string } }>(
      this.people.dewi,
      'transferStock',
      { input: { fromStockItemId: stockItemId, toOutletId, quantity: 2, idempotencyKey: newId() } },
      'transfer { id }',
    );
    return { id: transfer.id, stockItemId, toOutletId };
  }

  /** An open count of an item of the outlet, of which there is one less than there should be. */
  async countedItem(): Promise<{ readonly id: string; readonly stockItemId: string }> {
    const stockItemId = await this.stockItem('COUNT', 7);
    const input = { outletId: this.outletId, stockItemIds: [stockItemId], idempotencyKey: newId() };
    const { stockCount } = await this.execute<{ stockCount: { id: string } }>(
      this.people.budi,
      'startStockCount',
      { input },
      'stockCount { id }',
    );
    const entries = [{ stockItemId, countedOnHand: 6 }];
    const counted = { countId: stockCount.id, entries, idempotencyKey: newId() };
    await this.execute(this.people.sari, 'enterStockCount', { input: counted });
    return { id: stockCount.id, stockItemId };
  }

  /** An item of the outlet, and another outlet of the franchise that stocks the same. */
  async transferable(): Promise<{ readonly stockItemId: string; readonly toOutletId: string }> {
    const stockItemId = await this.stockItem('COUNT', 7);
    const { stockItem } = await this.people.hq.execute<{ stockItem: { ingredient: { id: string } } }>(
      'query ($id: ID!) { stockItem(id: $id) { ingredient { id } } }',
      { id: stockItemId },
    );
    const sister = CATALOGUE.outlets.find(
      ({ id, franchiseId }) => franchiseId === this.franchiseId && id !== this.outletId,
    );
    const toOutletId = sister?.id ?? '';
    const item = { outletId: toOutletId, ingredientId: stockItem.ingredient.id, tracking: 'COUNT' };
    await this.execute(this.people.hq, 'createStockItem', { input: item });
    return { stockItemId, toOutletId };
  }

  async shelf(): Promise<string> {
    const stockItemId = await this.stockItem('SHELF', null);
    const { shelf } = await this.execute<{ shelf: { id: string } }>(
      this.people.budi,
      'registerShelf',
      { input: { outletId: this.outletId, stockItemId, gramsPerUnit: 1, tareGrams: 200 } },
      'shelf { id }',
    );
    return shelf.id;
  }

  /** A message of a new shelf's device that cannot be read. */
  async deadLetter(): Promise<string> {
    const stockItemId = await this.stockItem('SHELF', null);
    const input = { outletId: this.outletId, stockItemId, gramsPerUnit: 1, tareGrams: 0 };
    const { shelf, deviceToken } = await this.execute<{
      shelf: { id: string; topic: string };
      deviceToken: string;
    }>(this.people.budi, 'registerShelf', { input }, 'shelf { id topic } deviceToken');
    const device = await mqtt.connectAsync(this.#mqttUrl, { username: shelf.id, password: deviceToken });
    await device.publishAsync(shelf.topic, 'heavy', { qos: 1 });
    await device.endAsync();
    const { deadLetters } = await this.people.hq.execute<{
      deadLetters: { nodes: { id: string; topic: string }[] };
    }>('{ deadLetters { nodes { id topic } } }');
    return deadLetters.nodes.find(({ topic }) => topic === shelf.topic)?.id ?? '';
  }

  async menuItem(): Promise<string> {
    const { menuItem } = await this.execute<{ menuItem: { id: string } }>(
      this.people.hq,
      'createMenuItem',
      { input: this.newMenuItem() },
      'menuItem { id }',
    );
    return menuItem.id;
  }

  newMenuItem() {
    const name = `Item ${newId()}`;
    const barcode = `UJI-${newId().slice(-12).toUpperCase()}`;
    const recipe = [{ ingredientId: this.ingredientId, quantity: 1 }];
    return { barcode, name, category: 'MILK_TEA', price: 20_000, recipe };
  }

  /** Of the franchise's, which guests do not see yet. */
  async draftOutlet(): Promise<string> {
    const { outlet } = await this.execute<{ outlet: { id: string } }>(
      this.people.dewi,
      'createOutlet',
      { input: this.newOutlet() },
      'outlet { id }',
    );
    return outlet.id;
  }

  newOutlet() {
    const place = { city: 'Depok', address: 'Jl. 1', phone: '+6281234567890' };
    return { franchiseId: this.franchiseId, name: `Kedai ${newId()}`, ...place };
  }

  /** At the outlet alone. */
  async promotion(): Promise<string> {
    const { promotion } = await this.execute<{ promotion: { id: string } }>(
      this.people.budi,
      'createPromotion',
      { input: this.newPromotion() },
      'promotion { id }',
    );
    return promotion.id;
  }

  newPromotion() {
    const endsAt = new Date(Date.now() + 60 * 60 * 1_000).toISOString();
    return {
      name: 'Happy hour',
      percent: 10,
      menuItemIds: [this.drinkId],
      outletIds: [this.outletId],
      endsAt,
    };
  }

  async #pay(orderId: string, method: string) {
    const input = { orderId, method, idempotencyKey: newId() };
    return this.execute<{ payment: { id: string } }>(
      this.people.rina,
      'payOrder',
      { input },
      'payment { id }',
    );
  }

  /** @param reader who may see the order. */
  async untilOrderIs(id: string, status: string, reader: FrontEnd = this.people.rina): Promise<void> {
    await eventually(async () => {
      const { order } = await reader.execute<{ order: { status: string } }>(
        'query ($id: ID!) { order(id: $id) { status } }',
        { id },
      );
      expect(order.status).toBe(status);
    });
  }
}

/** With the types of the supergraph. */
function argumentsOf(
  field: string,
  argument: object,
): { readonly declared: string; readonly passed: string } {
  const names = Object.keys(argument);
  const types = ARGUMENT_TYPES.get(field);
  return {
    declared: names.map((name) => `$${name}: ${types?.get(name)}`).join(', '),
    passed: names.map((name) => `${name}: $${name}`).join(', '),
  };
}

/** A franchise owner opens an outlet from another, staffs it, sets the rules of the franchise, reads its figures, and closes it. */
import { expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import type { FrontEnd } from '../../support/front-end.js';
import { mailedToken } from '../../support/mailbox.js';
import { eventually } from '../../support/wait.js';
import { anOrder, type Connection, dayInJakarta, type GetPlace, outletNamed } from './place.js';

export function ownersDay(at: GetPlace): void {
  let outletId = '';
  let manager: FrontEnd;

  it('prepares an outlet after the model of another, which guests do not see yet', async () => {
    const { floor, visitor } = at();
    const { dewi, rina } = floor.people;
    const input = { ...floor.newOutlet(), copyOf: floor.outletId };
    const { outlet } = await floor.execute<{ outlet: { id: string; status: string } }>(
      dewi,
      'createOutlet',
      { input },
      'outlet { id status }',
    );
    expect(outlet.status).toBe('DRAFT');
    outletId = outlet.id;
    expect(await visitor.codes('query ($id: ID!) { outlet(id: $id) { id } }', { id: outletId })).toEqual([
      'NOT_FOUND',
    ]);
    expect(await floor.refusals(rina, 'placeOrder', { input: { ...anOrder(at()), outletId } })).toEqual([
      'NOT_FOUND',
    ]);
  });

  it('names its manager, who agrees and runs this outlet and no other', async () => {
    const { floor, visitor } = at();
    const { email } = await floor.newcomer();
    const input = { email, role: 'MANAGER', outletId };
    const { customer, invitation } = await eventually(() =>
      floor.execute<{ customer: object | null; invitation: object }>(
        ...([floor.people.dewi, 'grantRole', { input }, 'customer { id } invitation { email }'] as const),
      ),
    );
    expect({ customer, invitation }).toEqual({ customer: null, invitation: { email } });
    const token = await mailedToken(at().url, email);
    const guest = await visitor.signIn(email);
    await floor.execute(guest, 'acceptInvitation', { token });
    manager = await visitor.signIn(email);
    await floor.execute(manager, 'updateOutlet', { input: { outletId, address: 'Jl. Margonda 100' } });
    const elsewhere = { outletId: floor.outletId, address: 'Jl. Margonda 100' };
    expect(await floor.refusals(manager, 'updateOutlet', { input: elsewhere })).toEqual(['FORBIDDEN']);
    expect(await floor.refusals(manager, 'openOutlet', { outletId })).toEqual(['FORBIDDEN']);
  });

  it('opens it, with an item of stock for each of the model’s and nothing in it', async () => {
    const { floor, visitor } = at();
    await floor.execute(floor.people.dewi, 'openOutlet', { outletId });
    const { outlet } = await visitor.execute<{ outlet: object }>(
      'query ($id: ID!) { outlet(id: $id) { status address } }',
      { id: outletId },
    );
    expect(outlet).toEqual({ status: 'OPEN', address: 'Jl. Margonda 100' });
    const countOf = async (id: string) => {
      const { stockItems } = await floor.people.dewi.execute<{ stockItems: { totalCount: number } }>(
        'query ($id: ID!) { stockItems(outletId: $id) { totalCount } }',
        { id },
      );
      return stockItems.totalCount;
    };
    await eventually(async () => expect(await countOf(outletId)).toBe(await countOf(floor.outletId)));
  });

  it('sees an order there rejected, with what is missing', async () => {
    const { floor } = at();
    const { rina } = floor.people;
    const { order } = await floor.execute<{ order: { id: string } }>(
      ...([rina, 'placeOrder', { input: { ...anOrder(at()), outletId } }, 'order { id }'] as const),
    );
    await floor.untilOrderIs(order.id, 'REJECTED');
    const { order: rejected } = await floor.people.dewi.execute<{
      order: { rejection: { lines: { ingredient: { name: string }; available: number }[] } };
    }>('query ($id: ID!) { order(id: $id) { rejection { lines { ingredient { name } available } } } }', {
      id: order.id,
    });
    expect(rejected.rejection.lines).toContainEqual({
      ingredient: { name: expect.any(String) },
      available: 0,
    });
  });

  it('locks a setting for the franchise, which its managers then cannot change', async () => {
    const { floor } = at();
    const { dewi } = floor.people;
    const setting = { level: 'FRANCHISE', id: floor.franchiseId, key: 'pickupAheadMinutes' };
    await floor.execute(dewi, 'setSetting', { input: { ...setting, value: 120, isLocked: true } });
    const own = { ...setting, level: 'OUTLET', id: outletId, value: 60 };
    expect(await floor.refusals(manager, 'setSetting', { input: own })).toEqual(['INVALID_STATE']);
    const { outlet } = await manager.execute<{ outlet: { settings: { key: string }[] } }>(
      'query ($id: ID!) { outlet(id: $id) { settings { key value fromLevel isLocked } } }',
      { id: outletId },
    );
    expect(outlet.settings).toContainEqual({
      ...{ key: 'pickupAheadMinutes', value: 120 },
      ...{ fromLevel: 'FRANCHISE', isLocked: true },
    });
    await floor.execute(dewi, 'setSetting', { input: { ...setting, value: null } });
  });

  it('compares the outlets of the franchise, and sees no other’s', async () => {
    const { floor } = at();
    const { dewi } = floor.people;
    const { orderId } = await floor.capturedPayment();
    const report = `query ($scope: SalesScopeInput, $from: Date!, $to: Date!) {
      salesReport(scope: $scope, from: $from, to: $to, by: OUTLET) { rows { outlet { id franchise { id } } orders } } }`;
    const days = { from: dayInJakarta(-1), to: dayInJakarta(1) };
    await eventually(async () => {
      const { salesReport } = await dewi.execute<{
        salesReport: { rows: { outlet: { id: string; franchise: { id: string } }; orders: number }[] };
      }>(report, days);
      expect(salesReport.rows.map(({ outlet }) => outlet.id)).toContain(floor.outletId);
      const franchises = new Set(salesReport.rows.map(({ outlet }) => outlet.franchise.id));
      expect(franchises).toEqual(new Set([floor.franchiseId]));
    });
    const scope = { outletId: await outletNamed(at(), 'Kedai Dago') };
    expect(await dewi.codes(report, { scope, ...days })).toEqual(['NOT_FOUND']);
    await floor.execute(dewi, 'cancelOrder', { orderId, reason: 'A test of the till' });
  });

  it('founds no franchise, changes no menu, and hires no owner', async () => {
    const { floor } = at();
    const { dewi } = floor.people;
    const owner = { email: 'friend@kedai.test', role: 'OWNER', franchiseId: floor.franchiseId };
    for (const [field, input] of Object.entries({
      createFranchise: { name: `Franchise ${newId()}` },
      createMenuItem: floor.newMenuItem(),
      createIngredient: { name: 'Sugar', unit: 'GRAM' },
      importSettlement: { provider: 'XENDIT', csv: 'Type' },
      inviteStaff: owner,
    })) {
      expect([field, ...(await floor.refusals(dewi, field, { input }))]).toEqual([field, 'FORBIDDEN']);
    }
    expect(await dewi.codes('{ mails { nodes { id } } }')).toEqual(['FORBIDDEN']);
  });

  it('closes the outlet for good', async () => {
    const { floor, visitor } = at();
    await floor.execute(floor.people.dewi, 'closeOutlet', { outletId });
    expect(
      await floor.refusals(floor.people.rina, 'placeOrder', { input: { ...anOrder(at()), outletId } }),
    ).toEqual(['OUTLET_CLOSED']);
    const { outlets } = await visitor.execute<{ outlets: Connection<{ id: string }> }>(
      '{ outlets(city: "Depok", first: 100) { nodes { id } } }',
    );
    expect(outlets.nodes.map(({ id }) => id)).not.toContain(outletId);
  });
}

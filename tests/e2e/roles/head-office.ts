/** Head office founds a franchise, puts a drink on every menu, reads the whole chain, and helps who is locked out. */
import { expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../support/wait.js';
import { anOrder, type Connection, dayInJakarta, type GetPlace, type Money, outletNamed } from './place.js';

export function headOfficesDay(at: GetPlace): void {
  let menuItemId = '';
  let name = '';

  it('founds a franchise and invites its owner, who sees it and nothing else', async () => {
    const { floor, visitor } = at();
    const { hq } = floor.people;
    const { franchise } = await floor.execute<{ franchise: { id: string } }>(
      hq,
      'createFranchise',
      { input: { name: `Kedai ${newId()}` } },
      'franchise { id }',
    );
    const input = { email: `${newId()}@kedai.test`, role: 'OWNER', franchiseId: franchise.id };
    const { token } = await eventually(() => floor.invitation(input));
    await floor.execute(visitor, 'acceptInvitation', { token, name: 'Gede', password: 'kedai-demo' });
    const owner = await visitor.signIn(input.email);
    const outlet = { ...floor.newOutlet(), franchiseId: franchise.id };
    await floor.execute(owner, 'createOutlet', { input: outlet });
    expect(await floor.refusals(owner, 'createOutlet', { input: floor.newOutlet() })).toEqual(['FORBIDDEN']);
    const { mails } = await hq.execute<{ mails: Connection<object> }>(
      'query ($to: String) { mails(to: $to) { nodes { kind state } } }',
      { to: input.email },
    );
    expect(mails.nodes).toContainEqual({ kind: 'STAFF_INVITATION', state: 'SENT' });
  });

  it('puts a new drink on the menu of every outlet, where guests find and order it', async () => {
    const { floor, visitor } = at();
    const { hq, rina } = floor.people;
    name = `Es Cendol ${newId().slice(-6)}`;
    const input = { ...floor.newMenuItem(), name };
    const { menuItem } = await floor.execute<{ menuItem: { id: string } }>(
      ...([hq, 'createMenuItem', { input }, 'menuItem { id }'] as const),
    );
    menuItemId = menuItem.id;
    for (const outletId of [floor.outletId, await outletNamed(at(), 'Kedai Sanur')]) {
      const { menu } = await visitor.execute<{ menu: Connection<object> }>(
        'query ($outletId: ID!, $search: String) { menu(outletId: $outletId, search: $search) { nodes { id price { amount } } } }',
        { outletId, search: name },
      );
      expect(menu.nodes).toContainEqual({ id: menuItemId, price: { amount: 20_000 } });
    }
    const lines = [{ menuItemId, quantity: 1 }];
    await eventually(() => floor.execute(rina, 'placeOrder', { input: { ...anOrder(at()), lines } }));
  });

  it('plans a price, which staff see and guests do not pay yet', async () => {
    const { floor } = at();
    const { hq, sari, rina } = floor.people;
    const priceFrom = new Date(Date.now() + 86_400_000).toISOString();
    await floor.execute(hq, 'updateMenuItem', { input: { menuItemId, price: 22_000, priceFrom } });
    const planned =
      'query ($id: ID!) { menuItem(id: $id) { price { amount } plannedPrice { price { amount } from } } }';
    const { menuItem } = await sari.execute<{ menuItem: object }>(planned, { id: menuItemId });
    expect(menuItem).toEqual({
      price: { amount: 20_000 },
      plannedPrice: { price: { amount: 22_000 }, from: priceFrom },
    });
    expect(await rina.codes(planned, { id: menuItemId })).toEqual(['FORBIDDEN']);
  });

  it('takes the drink off every menu again', async () => {
    const { floor, visitor } = at();
    await floor.execute(floor.people.hq, 'archiveMenuItem', { menuItemId });
    const { menu } = await visitor.execute<{ menu: Connection<{ id: string }> }>(
      'query ($outletId: ID!, $search: String) { menu(outletId: $outletId, search: $search) { nodes { id } } }',
      { outletId: floor.outletId, search: name },
    );
    expect(menu.nodes.map(({ id }) => id)).not.toContain(menuItemId);
    const input = { ...anOrder(at()), lines: [{ menuItemId, quantity: 1 }] };
    await eventually(async () =>
      expect(await floor.refusals(floor.people.rina, 'placeOrder', { input })).toEqual(['ITEM_UNAVAILABLE']),
    );
  });

  it('puts it back, and guests order it', async () => {
    const { floor } = at();
    const { hq, rina } = floor.people;
    const { archivedMenuItems } = await hq.execute<{ archivedMenuItems: Connection<{ id: string }> }>(
      '{ archivedMenuItems(last: 100) { nodes { id } } }',
    );
    expect(archivedMenuItems.nodes).toContainEqual({ id: menuItemId });
    await floor.execute(hq, 'restoreMenuItem', { menuItemId });
    const input = { ...anOrder(at()), lines: [{ menuItemId, quantity: 1 }] };
    await floor.execute(rina, 'placeOrder', { input });
    await floor.execute(hq, 'archiveMenuItem', { menuItemId });
  });

  it('imports a provider’s payout file, and sees the line that nothing is known of', async () => {
    const { floor } = at();
    const { hq } = floor.people;
    const reference = newId();
    const csv = `Type,Status,Amount,Total Fee,Total VAT,Reference,Product ID\nPAYMENT,SUCCESS,9000,0,0,${reference},x`;
    await floor.execute(hq, 'importSettlement', { input: { provider: 'XENDIT', csv } });
    const { settlementDifferences } = await hq.execute<{ settlementDifferences: Connection<object> }>(
      `query ($from: Date!, $to: Date!) {
         settlementDifferences(provider: XENDIT, from: $from, to: $to, first: 100) { nodes { kind reference reported { amount } } } }`,
      { from: dayInJakarta(-1), to: dayInJakarta(1) },
    );
    expect(settlementDifferences.nodes).toContainEqual({
      ...{ kind: 'MISSING_HERE', reference, reported: { amount: 9_000 } },
    });
  });

  it('reads the books of the whole chain: they are those of its franchises together, and balance', async () => {
    const { hq } = at().floor.people;
    const { outlets } = await hq.execute<{ outlets: Connection<{ franchise: { id: string } }> }>(
      '{ outlets(first: 100, status: [DRAFT, OPEN, PAUSED, CLOSED]) { nodes { franchise { id } } } }',
    );
    const franchiseIds = [...new Set(outlets.nodes.map(({ franchise }) => franchise.id))];
    const reports = franchiseIds.map(
      (id, index) =>
        `_${index}: financialReport(scope: { franchiseId: "${id}" }, from: $from, to: $to) { net { amount } }`,
    );
    const { chain, ...parts } = await hq.execute<Record<string, { net: Money; imbalance?: Money }>>(
      `query ($from: Date!, $to: Date!) {
         chain: financialReport(from: $from, to: $to) { net { amount } imbalance { amount } } ${reports.join(' ')} }`,
      { from: dayInJakarta(-1), to: dayInJakarta(1) },
    );
    expect(chain?.imbalance).toEqual({ amount: 0 });
    expect(chain?.net.amount).toBeGreaterThan(0);
    expect(Object.values(parts).reduce((sum, { net }) => sum + net.amount, 0)).toBe(chain?.net.amount);
  });

  it('helps a barista whose second factor is lost to sign in again', async () => {
    const { floor, visitor } = at();
    const customerId = await floor.withSecondFactor();
    const { staff } = await floor.people.hq.execute<{
      staff: Connection<{ customer: { id: string; email: string } | null }>;
    }>('{ staff(role: BARISTA, first: 100) { nodes { customer { id email } } } }');
    const email = staff.nodes.find(({ customer }) => customer?.id === customerId)?.customer?.email ?? '';
    await expect(visitor.signIn(email)).rejects.toThrow('SECOND_FACTOR_REQUIRED');
    expect(await floor.refusals(floor.people.dewi, 'resetSecondFactor', { customerId })).toEqual([
      'FORBIDDEN',
    ]);
    await floor.execute(floor.people.hq, 'resetSecondFactor', { customerId });
    await visitor.signIn(email);
  });

  it('cannot shut itself out, and finds all that was done in the audit trail', async () => {
    const { floor } = at();
    const { hq } = floor.people;
    const itself = { customerId: floor.ids.hq, role: 'HQ' };
    expect(await floor.refusals(hq, 'revokeRole', { input: itself })).toEqual(['INVALID_STATE']);
    await eventually(async () => {
      const { auditLog } = await hq.execute<{ auditLog: Connection<{ action: string }> }>(
        'query ($actorId: ID) { auditLog(actorId: $actorId, first: 100) { nodes { action } } }',
        { actorId: floor.ids.hq },
      );
      const actions = auditLog.nodes.map(({ action }) => action);
      for (const action of ['createFranchise', 'createMenuItem', 'archiveMenuItem', 'resetSecondFactor'])
        expect(actions).toContain(action);
      expect(actions).not.toContain('revokeRole');
    });
  });
}

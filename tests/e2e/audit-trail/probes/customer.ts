/** The mutations of customer that are not a guest's own. */
import { newId } from '../../../../platform/ids.js';
import { eventually } from '../../../support/wait.js';
import { atOutlet, CHAIN, type Made, type Probe } from './probe.js';

export const CUSTOMER_PROBES: Readonly<Record<string, Probe>> = {
  grantRole: {
    by: 'dewi',
    async execute(floor, frontEnd) {
      const { id, email } = await floor.hired({ role: 'BARISTA', outletId: floor.outletId });
      const input = { email, role: 'MANAGER', outletId: floor.outletId };
      await floor.execute(frontEnd, 'grantRole', { input });
      const after = { role: 'MANAGER', ...atOutlet(floor) };
      await floor.execute(floor.people.dewi, 'revokeRole', { input });
      return { entity: id, entityType: 'Customer', ...atOutlet(floor), before: null, after };
    },
  },
  revokeRole: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const offer = { role: 'OWNER', franchiseId: floor.franchiseId };
      const { id } = await floor.hired(offer);
      const input = { ...offer, customerId: id };
      await floor.execute(frontEnd, 'revokeRole', { input });
      const place = { outletId: null, franchiseId: floor.franchiseId };
      const before = { role: 'OWNER', ...place };
      return { entity: id, entityType: 'Customer', ...place, before, after: null };
    },
  },
  setAnalyticsConsent: {
    by: 'rina',
    async execute(floor, frontEnd) {
      const notice = newId();
      await floor.execute(frontEnd, 'setAnalyticsConsent', { input: { isGranted: true, notice } });
      await floor.execute(floor.people.rina, 'setAnalyticsConsent', { input: { isGranted: false } });
      return {
        ...{ entity: floor.ids.rina, entityType: 'Customer', ...CHAIN },
        ...{ before: { isGranted: false, notice: null }, after: { isGranted: true, notice } },
      };
    },
  },
  resetSecondFactor: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const customerId = await floor.withSecondFactor();
      await floor.execute(frontEnd, 'resetSecondFactor', { customerId });
      return {
        ...{ entity: customerId, entityType: 'Customer', ...CHAIN },
        ...{ before: { hasSecondFactor: true }, after: { hasSecondFactor: false } },
      };
    },
  },
  inviteStaff: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const input = { email: `${newId()}@kedai.test`, role: 'BARISTA', outletId: floor.outletId };
      const { invitation } = await floor.execute<{ invitation: Made }>(
        frontEnd,
        'inviteStaff',
        { input },
        'invitation { id }',
      );
      const after = { role: 'BARISTA', ...atOutlet(floor) };
      return {
        entity: invitation.id,
        entityType: 'StaffInvitation',
        ...atOutlet(floor),
        before: null,
        after,
      };
    },
  },
  importStaff: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const email = `${newId()}@kedai.test`;
      const csv = `email,role,outletId\n${email},BARISTA,${floor.outletId}`;
      await floor.execute(frontEnd, 'importStaff', { input: { csv } });
      const { invitations } = await floor.people.budi.execute<{
        invitations: { nodes: (Made & { email: string })[] };
      }>('{ invitations(first: 100) { nodes { id email } } }');
      const entity = invitations.nodes.find((invitation) => invitation.email === email)?.id ?? '';
      const after = { role: 'BARISTA', ...atOutlet(floor) };
      return { entity, entityType: 'StaffInvitation', ...atOutlet(floor), before: null, after };
    },
  },
  revokeInvitation: {
    by: 'dewi',
    async execute(floor, frontEnd) {
      const email = `${newId()}@kedai.test`;
      const { id } = await floor.invitation({ email, role: 'MANAGER', outletId: floor.outletId });
      await floor.execute(frontEnd, 'revokeInvitation', { invitationId: id });
      const before = { role: 'MANAGER', ...atOutlet(floor) };
      return { entity: id, entityType: 'StaffInvitation', ...atOutlet(floor), before, after: null };
    },
  },
  acceptInvitation: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const place = { outletId: await floor.draftOutlet(), franchiseId: floor.franchiseId };
      const input = { email: 'sari@kedai.test', role: 'BARISTA', outletId: place.outletId };
      const { token } = await eventually(() => floor.invitation(input));
      await floor.execute(frontEnd, 'acceptInvitation', { token });
      const after = { role: 'BARISTA', ...place };
      return { entity: floor.ids.sari, entityType: 'Customer', ...place, before: null, after };
    },
  },
};

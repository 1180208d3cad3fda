/** A day of each role by the public API, in one demo chain: what the role does, sees and is refused. */
import { afterAll, beforeAll, describe } from 'vitest';
import { startDemoSystem } from '../../support/demo-system.js';
import { FrontEnd } from '../../support/front-end.js';
import type { WholeSystem } from '../../support/whole-system.js';
import { ShopFloor } from '../audit-trail/shop-floor.js';
import { baristasDay } from './barista.js';
import { counterDay } from './counter.js';
import { customersDay } from './customer.js';
import { developersDay } from './developer.js';
import { headOfficesDay } from './head-office.js';
import { managersDay } from './manager.js';
import { ownWrites } from './own-writes.js';
import { ownersDay } from './owner.js';
import type { Place } from './place.js';
import { shelfsDay } from './shelf.js';

let system: WholeSystem;
let place: Place;

beforeAll(async () => {
  system = await startDemoSystem({ RATE_LIMIT: 'off' });
  const { url, mqttUrl } = system;
  place = { url, mqttUrl, floor: await ShopFloor.open(url, mqttUrl), visitor: new FrontEnd(url) };
});
afterAll(() => system?.stop());

const at = () => place;

describe('a guest', () => customersDay(at));
describe('a barista', () => baristasDay(at));
describe('staff at the counter', () => counterDay(at));
describe('a manager', () => managersDay(at));
describe('the owner of a franchise', () => ownersDay(at));
describe('head office', () => headOfficesDay(at));
describe('a shelf', () => shelfsDay(at));
describe('a developer', () => developersDay(at));
describe('all of them', () => ownWrites(at));

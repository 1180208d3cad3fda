import { mount } from '../shared/components/mount.js';
import { workOffline } from '../shared/offline/update.js';
import { UpdateOffer } from '../shared/offline/update-offer.js';
import { followNotices } from './follow-notices.js';
import { Shop } from './shop.js';

mount(
  <>
    <Shop />
    <UpdateOffer />
  </>,
);
void workOffline();
followNotices();

import { mount } from '../shared/components/mount.js';
import { Shop } from './shop.js';

mount(<Shop />);

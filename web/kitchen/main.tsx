import { mount } from '../shared/components/mount.js';
import { Kitchen } from './kitchen.js';

mount(<Kitchen />);

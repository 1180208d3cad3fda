import { mount } from '../shared/components/mount.js';
import { Dashboard } from './dashboard.js';

mount(<Dashboard />);

import { mount } from '../shared/components/mount.js';
import { StartPage } from './start-page.js';

mount(<StartPage />);

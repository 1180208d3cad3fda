/** Every resolver of `schema/messages.graphql`. */
import type { Resolvers } from '../../../schema/types/messages.js';
import { AccountExport } from './account-export.js';
import { Mail } from './mail.js';
import { Query } from './query.js';

export const resolvers: Resolvers = { Query, Mail, AccountExport };

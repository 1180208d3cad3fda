/** What resolvers and operations are given: the subgraph's services, the caller and cause of the operation, and its loaders. */
import type { Bus } from '../../platform/bus/bus.js';
import type { SettingsCopy } from '../../platform/copies/settings-copy.js';
import type { Cause } from '../../platform/events/envelope.js';
import type { TokenParties } from '../../platform/identity/access-token.js';
import type { Identity } from '../../platform/identity/identity.js';
import type { SigningKey } from '../../platform/identity/keys.js';
import type { LinkTokens } from '../../platform/identity/link-token.js';
import type { Origin } from '../../platform/identity/origin.js';
import type { Sealing } from '../../platform/identity/sealing.js';
import { type LoaderById, loaderById } from '../../platform/kit/loaders.js';
import type { PollLoop } from '../../platform/kit/poll-loop.js';
import type { Language } from '../../platform/language/language.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';
import type { CustomerView } from './domain/customer.js';
import type { AttemptBounds } from './settings.js';
import type { CustomerDatabase, OwnCustomerDatabase } from './store/database.js';
import { createLoaders, type Loaders } from './store/loaders.js';
import { findSecondFactorStates, type SecondFactorState } from './store/second-factors.js';

/** What lives as long as the subgraph. */
export interface Services {
  readonly database: OwnCustomerDatabase;
  readonly bus: Bus;
  readonly signingKey: SigningKey;
  readonly tokenParties: TokenParties;
  /** For which access tokens are valid. */
  readonly accessTokenSeconds: number;
  readonly linkTokens: LinkTokens;
  /** Of the secrets of second factors. */
  readonly factorSealing: Sealing;
  readonly settings: Pick<SettingsCopy, 'valueOf'>;
  /** Handles requests for password resets. */
  readonly passwordResets: Pick<PollLoop, 'wake'>;
  /** Undefined: passwords may be tried without end, as in load tests. */
  readonly attemptBounds: AttemptBounds | undefined;
  /** Whether the demo accounts, whose password is public, may sign in. */
  readonly hasDemo: boolean;
}

/** The database as one person may see it. */
export interface Reader {
  readonly database: CustomerDatabase;
  readonly loaders: Loaders;
}

export interface Context extends Omit<Services, 'database'>, Reader {
  readonly identity: Identity;
  /** Where a mutation came from, for the audit trail. */
  readonly origin?: Origin | undefined;
  readonly cause: Cause;
  /** That the client prefers; undefined where it does not say. */
  readonly language: Language | undefined;
  /**
   * For the operations by which people prove who they are: nobody's caller role reaches passwords, sessions and tokens. Their
   * statements name one account by its e-mail address, or one session by its token.
   */
  readonly ownDatabase: OwnCustomerDatabase;
  /** By customer: for persons themselves and head office alone. */
  readonly secondFactors: LoaderById<SecondFactorState>;
  /** For what belongs to an account. Who signs in by this operation is not its caller, and reads as the person. */
  readerOf(customer: CustomerView): Reader;
}

export function createContext(
  { database: ownDatabase, ...services }: Services,
  { identity, origin, cause, language }: OperationCall,
): Context {
  const caller = readerAs(ownDatabase, identity);
  const signedIn = new Map<string, Reader>();
  return {
    ...{ ...services, ...caller, ownDatabase, identity, origin, cause, language },
    secondFactors: loaderById((ids) => findSecondFactorStates(ownDatabase, ids)),
    readerOf({ id, access }) {
      if (access !== 'own' || id === identity.customerId) return caller;
      const person = signedIn.get(id) ?? readerAs(ownDatabase, { customerId: id, roles: [] });
      signedIn.set(id, person);
      return person;
    },
  };
}

function readerAs(ownDatabase: OwnCustomerDatabase, identity: Identity): Reader {
  const database = ownDatabase.as(identity);
  return { database, loaders: createLoaders(database, identity) };
}

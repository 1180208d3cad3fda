/** The mutations that the pages behind links carry out, with the link's token and what the person typed. */
import type { Purpose } from './texts.js';

export const PAGE_OPERATIONS: Readonly<Record<Purpose, string>> = {
  reset:
    'mutation ResetPassword($token: String!, $password: String!) { result: resetPassword(input: { token: $token, newPassword: $password }) { userErrors { code message } } }',
  invitation:
    'mutation AcceptInvitation($token: String!, $name: String, $password: String) { result: acceptInvitation(token: $token, name: $name, password: $password) { userErrors { code field message } } }',
  verify:
    'mutation VerifyEmail($token: String!) { result: verifyEmail(token: $token) { userErrors { code message } } }',
  unsubscribe:
    'mutation Unsubscribe($token: String!) { result: unsubscribe(token: $token) { userErrors { code message } } }',
};

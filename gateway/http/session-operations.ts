/** The operations of Kedai's graph by which sessions of browsers are opened, read and ended, and what their answers hold. */
import { z } from 'zod';

export const SESSION_OPERATIONS = {
  signIn:
    'mutation SignIn($input: SignInInput!) { signIn(input: $input) { session { accessToken refreshToken } userErrors { code field message retryAt } } }',
  me: 'query Me { me { id name roles { role outletId franchiseId } } }',
  signOut: 'mutation SignOut { signOut { userErrors { code } } }',
} as const;

/** What `POST /session` takes. */
export const credentialsSchema = z.object({
  email: z.string(),
  password: z.string(),
  code: z.string().nullish(),
});

export const signInAnswer = z.object({
  signIn: z.object({
    session: z.object({ accessToken: z.string(), refreshToken: z.string() }).nullable(),
    userErrors: z.array(
      z.object({
        code: z.string(),
        field: z.array(z.string()).nullable(),
        message: z.string(),
        retryAt: z.string().nullable(),
      }),
    ),
  }),
});

export const meAnswer = z.object({
  me: z.object({
    id: z.string(),
    name: z.string(),
    roles: z.array(
      z.object({ role: z.string(), outletId: z.string().nullable(), franchiseId: z.string().nullable() }),
    ),
  }),
});

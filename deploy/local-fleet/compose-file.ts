/** The services of docker-compose.yml that its variables choose, with these filled in: the part of the format that the file uses. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';

const serviceSchema = z.object({
  image: z.string(),
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  command: z.array(z.string()).default([]),
  profiles: z.array(z.string()).default([]),
  restart: z.enum(['no', 'unless-stopped']).default('no'),
  environment: z.record(z.string(), z.coerce.string()).default({}),
  volumes: z.array(z.string()).default([]),
  depends_on: z
    .record(
      z.string(),
      z.object({ condition: z.enum(['service_healthy', 'service_completed_successfully']) }),
    )
    .default({}),
  healthcheck: z.object({ test: z.array(z.string()), retries: z.number() }).optional(),
});

export type Service = z.infer<typeof serviceSchema>;

/** The services that a checkout's file has, whatever their profiles. */
export async function serviceNames(project: string): Promise<ReadonlySet<string>> {
  const file: { services: object } = parse(await readFile(join(project, 'docker-compose.yml'), 'utf8'), {
    merge: true,
  });
  return new Set(Object.keys(file.services));
}

/** @param variables as `.env` defines them. @throws when a required one is missing. */
export async function readComposeFile(
  variables: Readonly<NodeJS.Dict<string>>,
): Promise<Map<string, Service>> {
  const text = await readFile(join(PROJECT_FOLDER, 'docker-compose.yml'), 'utf8');
  const filled = text.replace(
    /\$\{(\w+):([?-])([^}]*)\}/g,
    (_match, name: string, kind: string, rest: string) => {
      const value = variables[name] ?? (kind === '-' ? rest : undefined);
      if (value === undefined) throw new Error(`docker-compose.yml requires ${name}`);
      return value;
    },
  );
  const file: { services: unknown } = parse(filled, { merge: true });
  const chosen = (variables.COMPOSE_PROFILES ?? '').split(',');
  return new Map(
    Object.entries(z.record(z.string(), serviceSchema).parse(file.services)).filter(
      ([, { profiles }]) => profiles.length === 0 || profiles.some((profile) => chosen.includes(profile)),
    ),
  );
}

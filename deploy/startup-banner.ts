/** What a start prints for the person who typed it. */
export interface Addresses {
  readonly port: number;
  readonly mqttUrl: string;
}

/** The last line of start-up, which tools wait for. */
export function readyLine({ port, mqttUrl }: Addresses): string {
  return `Ready: http://localhost:${port}/graphql ws://localhost:${port}/graphql ${mqttUrl.replace('127.0.0.1', 'localhost')}`;
}

export interface Welcome extends Addresses {
  readonly isSeeded: boolean;
  /** Whether the explorers are served. */
  readonly hasExplorers: boolean;
}

export function welcome({ port, isSeeded, hasExplorers }: Welcome): string {
  const explorers = hasExplorers
    ? `
  Apollo Sandbox   http://localhost:${port}/
  GraphiQL         http://localhost:${port}/graphiql   (works offline)
`
    : '';
  return isSeeded ? explorers + DEMO : explorers;
}

const DEMO = `
  Demo accounts, password kedai-demo:
    rina@kedai.test   customer
    sari@kedai.test   barista at one outlet
    budi@kedai.test   manager of that outlet
    dewi@kedai.test   owner of that franchise
    hq@kedai.test     head office

  Try:
    { outlets(city: "Bandung") { nodes { id name city franchise { name } } } }
`;

/** What a start prints for the person who typed it. */
export interface Addresses {
  readonly port: number;
  readonly mqttUrl: string;
}

/** The line before the last: where a person begins. */
export function startPageLine({ port }: Pick<Addresses, 'port'>): string {
  return `Start page: http://localhost:${port}/`;
}

/** The last line of start-up, which tools wait for. */
export function readyLine({ port, mqttUrl }: Addresses): string {
  return `Ready: http://localhost:${port}/graphql ws://localhost:${port}/graphql ${mqttUrl.replace('127.0.0.1', 'localhost')}`;
}

export interface Welcome extends Addresses {
  /** Null where no broker serves TLS here. */
  readonly mqttTlsUrl: string | null;
  readonly isSeeded: boolean;
  /** Whether the explorers are served. */
  readonly hasExplorers: boolean;
  /** Whether mails are read at `/mail` instead of being sent. */
  readonly hasMailbox: boolean;
}

export function welcome({ port, mqttTlsUrl, isSeeded, hasExplorers, hasMailbox }: Welcome): string {
  const explorers = hasExplorers
    ? `
  Apollo Sandbox   http://localhost:${port}/sandbox
  GraphiQL         http://localhost:${port}/graphiql   (works offline)
`
    : '';
  const mailbox = hasMailbox ? `  Mail             http://localhost:${port}/mail\n` : '';
  const shelves = mqttTlsUrl === null ? '' : `  Shelves by TLS   ${mqttTlsUrl}\n`;
  return explorers + mailbox + shelves + (isSeeded ? DEMO : '');
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

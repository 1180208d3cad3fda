/**
 * TLS between shelves, brokers and Kedai, by settings: what the embedded broker serves with, and what Kedai shows and trusts at an outside
 * broker. Files that cannot be used are found at start, each by the name of its setting.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Config, ConfigurationError, type SettingProblem } from '../../../../platform/config.js';
import { stockSettings } from '../../settings.js';

/** In PEM, as `node:tls` and MQTT.js take them; what is not configured is left out. */
export interface TlsFiles {
  readonly cert?: Buffer;
  readonly key?: Buffer;
  /** Who signs the certificates of the other side. */
  readonly ca?: Buffer;
}

export interface BrokerAddress {
  readonly url: string;
  readonly tls: TlsFiles;
}

/** Undefined for the embedded broker. */
export function outsideBroker(config: Config): BrokerAddress | undefined {
  const { MQTT_URL: url } = config.settings(stockSettings);
  return url === undefined ? undefined : { url, tls: tlsFilesOf(config) };
}

export interface BrokerTls {
  readonly port: number;
  readonly files: TlsFiles;
  readonly clientCertificates: 'off' | 'optional' | 'required';
  /** The files as they are at present; null while they cannot be used, as when a certificate was renewed and its key was not yet. */
  renewedFiles(): TlsFiles | null;
  readonly checkEverySeconds: number;
}

/** How the embedded broker listens: at least one of the two. */
export interface Listeners {
  /** Null for no connections without TLS. */
  readonly port: number | null;
  readonly tls: BrokerTls | null;
}

/** @throws ConfigurationError where devices would get in by another way than the settings of TLS say. */
export function listenersOf(config: Config): Listeners {
  const settings = config.settings(stockSettings);
  const { MQTT_PORT, MQTT_TLS_PORT, MQTT_CERTIFICATE_FILE, MQTT_CLIENT_CERTIFICATES } = settings;
  const [problem] = tlsProblems(config);
  if (problem !== undefined) throw new ConfigurationError(`${problem.setting} ${problem.problem}.`);
  if (MQTT_CERTIFICATE_FILE === undefined) return { port: MQTT_PORT, tls: null };
  // Where a certificate is required, no way around it is open unless it is asked for.
  const isPlain = settings.MQTT_PLAIN ?? (MQTT_CLIENT_CERTIFICATES === 'required' ? 'off' : 'on');
  return {
    port: isPlain === 'on' ? MQTT_PORT : null,
    tls: {
      ...{ port: MQTT_TLS_PORT, files: tlsFilesOf(config), clientCertificates: MQTT_CLIENT_CERTIFICATES },
      renewedFiles: () => renewedFilesOf(config),
      checkEverySeconds: settings.MQTT_CERTIFICATE_CHECK_SECONDS,
    },
  };
}

function renewedFilesOf(config: Config): TlsFiles | null {
  if (tlsProblems(config).length > 0) return null;
  try {
    return tlsFilesOf(config);
  } catch {
    return null;
  }
}

export function isSameTls(one: TlsFiles, other: TlsFiles): boolean {
  return (['cert', 'key', 'ca'] as const).every((part) => {
    const [before, after] = [one[part], other[part]];
    return before === undefined || after === undefined ? before === after : before.equals(after);
  });
}

function tlsFilesOf(config: Config): TlsFiles {
  const settings = config.settings(stockSettings);
  const { MQTT_CERTIFICATE_FILE: cert, MQTT_KEY_FILE: key, MQTT_CA_FILE: ca } = settings;
  return {
    ...(cert !== undefined && { cert: readFileSync(cert) }),
    ...(key !== undefined && { key: readFileSync(key) }),
    ...(ca !== undefined && { ca: readFileSync(ca) }),
  };
}

/** Settings of TLS that do not go together, and files that hold something else. Files that cannot be read are not among them. */
export function tlsProblems(config: Config): SettingProblem[] {
  const {
    MQTT_URL: url,
    MQTT_CERTIFICATE_FILE: certificateFile,
    MQTT_KEY_FILE: keyFile,
    MQTT_CA_FILE: caFile,
    MQTT_CLIENT_CERTIFICATES: clientCertificates,
    MQTT_PLAIN: plain,
  } = config.settings(stockSettings);
  const problems: SettingProblem[] = [];
  const demand = (isMet: boolean, setting: string, problem: string) => {
    if (!isMet) problems.push({ setting, problem });
  };
  const hasFiles = [certificateFile, keyFile, caFile].some((file) => file !== undefined);
  demand(
    !hasFiles || url === undefined || new URL(url).protocol === 'mqtts:',
    'MQTT_URL',
    'must be a mqtts: URL where files for TLS are set',
  );
  demand(
    certificateFile === undefined || keyFile !== undefined,
    'MQTT_KEY_FILE',
    'is missing: the key of MQTT_CERTIFICATE_FILE',
  );
  demand(
    keyFile === undefined || certificateFile !== undefined,
    'MQTT_CERTIFICATE_FILE',
    'is missing: the certificate of MQTT_KEY_FILE',
  );
  if (url === undefined) {
    demand(
      certificateFile !== undefined || (clientCertificates === 'off' && plain !== 'off'),
      'MQTT_CERTIFICATE_FILE',
      'is missing: the embedded broker serves TLS with it',
    );
    demand(
      clientCertificates === 'off' || caFile !== undefined,
      'MQTT_CA_FILE',
      'is missing: who signs the certificates of devices',
    );
    demand(
      clientCertificates !== 'off' || caFile === undefined,
      'MQTT_CLIENT_CERTIFICATES',
      'must be optional or required: with off, MQTT_CA_FILE has no effect',
    );
  } else {
    const noEffect = 'is a setting of the embedded broker: it has no effect with MQTT_URL';
    demand(clientCertificates === 'off', 'MQTT_CLIENT_CERTIFICATES', noEffect);
    demand(plain === undefined, 'MQTT_PLAIN', noEffect);
  }
  const [certificate, key] = [read(certificateFile, certificateIn), read(keyFile, keyIn)];
  const noCertificate = 'must name a PEM file with a certificate';
  demand(certificate !== null, 'MQTT_CERTIFICATE_FILE', noCertificate);
  demand(read(caFile, certificateIn) !== null, 'MQTT_CA_FILE', noCertificate);
  demand(key !== null, 'MQTT_KEY_FILE', 'must name a PEM file with a private key that has no passphrase');
  demand(
    !certificate || !key || certificate.checkPrivateKey(key),
    'MQTT_KEY_FILE',
    'is of another certificate',
  );
  return problems;
}

/** Undefined without a file that can be read, null where it holds something else. */
function read<Part>(file: string | undefined, partIn: (pem: Buffer) => Part): Part | null | undefined {
  if (file === undefined) return undefined;
  let pem: Buffer;
  try {
    pem = readFileSync(file);
  } catch {
    return undefined;
  }
  try {
    return partIn(pem);
  } catch {
    return null;
  }
}

function certificateIn(pem: Buffer): X509Certificate {
  return new X509Certificate(pem);
}

function keyIn(pem: Buffer): KeyObject {
  return createPrivateKey(pem);
}

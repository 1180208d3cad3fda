/** Where ingest gets its messages from. */
export interface MessageSource {
  /** Where devices publish, without credentials. */
  readonly mqttUrl: string;
  /** With TLS, where the embedded broker serves it; null otherwise. */
  readonly mqttTlsUrl: string | null;
  /** Rejects while messages would be missed. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

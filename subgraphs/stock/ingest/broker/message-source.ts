/** Where ingest gets its messages from. */
export interface MessageSource {
  /** Where devices publish, without credentials. */
  readonly mqttUrl: string;
  /** Rejects while messages would be missed. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

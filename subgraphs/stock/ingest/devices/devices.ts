/** The MQTT broker's view of the shelves' devices: which may sign in, and where each may publish. */
export interface Device {
  readonly shelfId: string;
  readonly outletId: string;
  readonly token: string;
}

export interface Devices {
  /** Admits the device with this token and no other. Called before the token is stored: the broker may refuse. */
  admit(device: Device): Promise<void>;
  /** Ends sessions begun with a former token. Called once the new one is stored. */
  endSessions(shelfId: string): Promise<void>;
  /** Admits the device no longer. Called once its shelf is removed; while the broker is unreachable, takes effect later. */
  dismiss(shelfId: string): Promise<void>;
  stop(): Promise<void>;
}

/** Keeps the MQTT broker's view of the shelves' devices: who may sign in, and where each may publish. */
export interface Device {
  readonly shelfId: string;
  readonly outletId: string;
  readonly token: string;
}

export interface Devices {
  /** Lets the device in with this token and no other. Called before the token is kept: the broker may refuse. */
  admit(device: Device): Promise<void>;
  /** Ends what was begun with a former token. Called once the new one is kept. */
  endSessions(shelfId: string): Promise<void>;
  /** Lets the device in no more. Called once its shelf is removed: while the broker is away, it waits until that is there again. */
  dismiss(shelfId: string): Promise<void>;
  stop(): Promise<void>;
}

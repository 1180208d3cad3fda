/** Bounds on one client's connection. */
export interface SocketLimits {
  /** Largest message of a client. Default 256 KiB. */
  readonly messageBytes: number;
  /** Operations in progress on one socket. Default 100. */
  readonly operations: number;
  /** Bytes that may wait for a client that does not read. Default 4 MiB. */
  readonly bufferedBytes: number;
}

export const DEFAULT_SOCKET_LIMITS: SocketLimits = {
  messageBytes: 256 * 2 ** 10,
  operations: 100,
  bufferedBytes: 4 * 2 ** 20,
};

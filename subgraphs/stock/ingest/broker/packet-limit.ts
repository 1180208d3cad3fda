/**
 * Closes a connection that announces a packet larger than allowed, before its bytes are buffered: aedes alone would buffer up
 * to 256 MB. Parses only the fixed headers (MQTT 3.1.1, section 2.2) of the bytes that pass.
 */
import type { Socket } from 'node:net';

export function limitPackets(socket: Socket, maximumBytes: number, onTooLarge: () => void): void {
  let isInHeader = false;
  let remaining = 0;
  let multiplier = 1;

  socket.on('data', (chunk: Buffer) => {
    let position = 0;
    while (position < chunk.length) {
      if (!isInHeader) {
        if (remaining > 0) {
          const passing = Math.min(remaining, chunk.length - position);
          remaining -= passing;
          position += passing;
          continue;
        }
        // The packet's type and flags; its length follows in up to four bytes of seven bits.
        isInHeader = true;
        multiplier = 1;
        position += 1;
        continue;
      }
      const byte = chunk[position] ?? 0;
      position += 1;
      remaining += (byte & 0x7f) * multiplier;
      multiplier *= 128;
      if (remaining > maximumBytes) {
        onTooLarge();
        socket.destroy(new Error(`A packet of more than ${maximumBytes} bytes`));
        return;
      }
      if ((byte & 0x80) === 0) isInHeader = false;
    }
  });
}

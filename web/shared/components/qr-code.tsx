/**
 * A text as a QR code (ISO/IEC 18004, error correction level M), with its quiet zone, dark on white in both themes: that is what scanners
 * expect. Loaded when it is shown. Throws RangeError for more than 2,331 bytes.
 */
import { useMemo } from 'react';
import { encode } from 'uqr';
import styles from './qr-code.module.css';

const QUIET_ZONE = 4;

export interface QrCodeProps {
  readonly content: string;
  readonly label: string;
}

export default function QrCode({ content, label }: QrCodeProps) {
  const { size, path } = useMemo(() => {
    const { size, data } = encode(content, { ecc: 'M', border: QUIET_ZONE });
    const squares = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')));
    return { size, path: squares.join('') };
  }, [content]);
  return (
    <svg
      role="img"
      aria-label={label}
      className={styles.code}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

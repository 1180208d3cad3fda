/** A QR code that a guest's phone reads off the screen: dark on white in either theme, with the quiet zone around it. */
import { useMemo } from 'react';
import styles from './counter.module.css';
import { qrModules } from './qr-code.js';

const QUIET = 4;

export function QrPicture({ text, name }: { readonly text: string; readonly name: string }) {
  const { size, path } = useMemo(() => {
    const modules = qrModules(text);
    const squares = modules.flatMap((row, y) =>
      row.map((isDark, x) => (isDark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : '')),
    );
    return { size: modules.length + 2 * QUIET, path: squares.join('') };
  }, [text]);
  return (
    <svg
      role="img"
      aria-label={name}
      className={styles.qr}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

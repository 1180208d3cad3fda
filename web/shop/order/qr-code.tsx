/** A text as a QR code, with its quiet zone, dark on white in both themes: that is what scanners expect. */
import { qrModules } from './qr.js';

const QUIET_ZONE = 4;

export default function QrCode({ content, label }: { readonly content: string; readonly label: string }) {
  const modules = qrModules(content);
  const size = modules.length + 2 * QUIET_ZONE;
  const path = modules
    .flatMap((row, y) =>
      row.map((isDark, x) => (isDark ? `M${x + QUIET_ZONE} ${y + QUIET_ZONE}h1v1h-1z` : '')),
    )
    .join('');
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      width="240"
      height="240"
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

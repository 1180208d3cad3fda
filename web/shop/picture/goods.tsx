/** Drawings of what is no drink. */
import type { ReactNode } from 'react';
import type { Drawing, Vessel } from './drawing.js';

export function Goods({ vessel, colour, second }: Drawing) {
  return (
    <g>
      <ellipse cx="48" cy="80" rx="28" ry="3.5" fill="#1f1a15" opacity="0.08" />
      {shapeOf(vessel, colour, second)}
    </g>
  );
}

function shapeOf(vessel: Vessel, colour: string, second: string): ReactNode {
  switch (vessel) {
    case 'croissant':
      return (
        <g>
          <path
            d="M18 66c-3-18 10-38 30-38s33 20 30 38c-1 5-7 6-10 2-5-8-11-12-20-12s-15 4-20 12c-3 4-9 3-10-2z"
            fill="#dca25a"
          />
          <path
            d="M30 36c2 9 2 15-3 24M41 29c2 9 2 18-1 27M55 29c-2 9-2 18 1 27M66 36c-2 9-2 15 3 24"
            stroke="#a8672b"
            strokeWidth="2.5"
            strokeLinecap="round"
            fill="none"
          />
        </g>
      );
    case 'toast':
      return (
        <g>
          <path d="M24 40c-6-12 6-18 24-18s30 6 24 18v33a4 4 0 0 1-4 4H28a4 4 0 0 1-4-4z" fill="#c98a45" />
          <path d="M29 41c-4-9 5-13 19-13s23 4 19 13v28a3 3 0 0 1-3 3H32a3 3 0 0 1-3-3z" fill="#f3d9a8" />
          <path d="M34 44c6-6 22-6 28 0 3 4-1 8 0 14s-5 8-14 8-15-2-14-8-3-10 0-14z" fill={second} />
        </g>
      );
    case 'cookie':
      return (
        <g>
          <circle cx="48" cy="50" r="28" fill="#cf9a5c" />
          <circle cx="48" cy="49" r="25" fill="#dcae74" />
          <g fill="#4f2d1b">
            <circle cx="38" cy="40" r="4.5" />
            <circle cx="56" cy="38" r="3.5" />
            <circle cx="61" cy="53" r="4.5" />
            <circle cx="46" cy="54" r="4" />
            <circle cx="35" cy="58" r="3.5" />
            <circle cx="51" cy="66" r="4" />
          </g>
        </g>
      );
    case 'sticks':
      return (
        <g>
          <g fill="#e2b04f" stroke="#b67c2a" strokeWidth="1.5">
            <rect x="32" y="18" width="8" height="48" rx="4" transform="rotate(-10 36 42)" />
            <rect x="44" y="14" width="8" height="50" rx="4" />
            <rect x="56" y="18" width="8" height="48" rx="4" transform="rotate(10 60 42)" />
          </g>
          <path d="M26 48h44l-5 30a3 3 0 0 1-3 2.5H34a3 3 0 0 1-3-2.5z" fill="#0b6e4f" />
          <path d="M28 58h40" stroke="#fff" strokeOpacity="0.5" strokeWidth="3" />
        </g>
      );
    case 'tote':
      return (
        <g>
          <path d="M34 40V30a14 14 0 0 1 28 0v10" fill="none" stroke="#b89468" strokeWidth="4" />
          <path d="M24 38h48l4 40H20z" fill="#ecdcc0" />
          <path d="M48 50c8 0 11 6 11 12a11 11 0 0 1-22 0c0-6 3-12 11-12z" fill={colour} />
          <path d="M48 50v22" stroke="#ecdcc0" strokeWidth="2" />
        </g>
      );
    case 'pouch':
      return (
        <g>
          <path d="M30 26h36l4 50a4 4 0 0 1-4 4H30a4 4 0 0 1-4-4z" fill="#5b3a26" />
          <path d="M30 20h36v9H30z" fill="#7a5238" />
          <rect x="34" y="42" width="28" height="24" rx="4" fill="#f3e6d2" />
          <ellipse cx="48" cy="54" rx="6" ry="8.5" fill="#5b3a26" transform="rotate(24 48 54)" />
          <path d="M46 47c4 4-1 9 4 14" stroke="#f3e6d2" strokeWidth="1.8" fill="none" />
        </g>
      );
    case 'tumbler':
      return (
        <g>
          <rect x="36" y="14" width="24" height="8" rx="3" fill={second} />
          <path d="M32 22h32l-3 54a4 4 0 0 1-4 4H39a4 4 0 0 1-4-4z" fill={colour} />
          <path d="M33.5 46h29l-.7 12H34.2z" fill={second} />
          <path d="M38 24h5l2 54h-4z" fill="#fff" opacity="0.2" />
        </g>
      );
    default:
      return (
        <g>
          <path d="M16 52c0-14 12-22 32-22s32 8 32 22l-4 22a4 4 0 0 1-4 3H24a4 4 0 0 1-4-3z" fill="#b9793a" />
          <path d="M20 52c0-11 11-17 28-17s28 6 28 17-11 9-28 9-28 2-28-9z" fill="#d9a35f" />
          <path
            d="M36 42c2 5 2 8 0 13M48 40c2 5 2 10 0 15M60 42c2 5 2 8 0 13"
            stroke="#a8672b"
            strokeWidth="2.5"
            strokeLinecap="round"
            fill="none"
          />
        </g>
      );
  }
}

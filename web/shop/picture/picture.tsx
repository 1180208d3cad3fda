/** An item's picture: the uploaded one where this host serves it, else a drawing. Decoration: the item's name stands beside it. */
import { useId, useState } from 'react';
import type { Item } from '../menu/menu.js';
import { type Drawing, drawingOf } from './drawing.js';
import { Goods } from './goods.js';
import styles from './picture.module.css';

export function Picture({ item, chosen }: { readonly item: Item; readonly chosen?: readonly string[] }) {
  const [isBroken, setBroken] = useState(false);
  if (item.imageUrl !== null && !isBroken)
    return (
      <img
        className={styles.picture}
        src={item.imageUrl}
        alt=""
        loading="lazy"
        onError={() => setBroken(true)}
      />
    );
  const drawing = drawingOf(item, chosen);
  return (
    <svg className={styles.picture} viewBox="0 0 96 96" aria-hidden="true">
      <rect width="96" height="96" className={styles.ground} />
      <circle cx="48" cy="50" r="34" fill={drawing.colour} opacity="0.16" />
      {drawing.vessel === 'cup' ? (
        <Cup {...drawing} />
      ) : drawing.vessel === 'mug' ? (
        <Mug {...drawing} />
      ) : (
        <Goods {...drawing} />
      )}
    </svg>
  );
}

const CUP = 'M31 28h34l-4.4 49.2A5 5 0 0 1 55.6 82H40.4a5 5 0 0 1-5-4.8z';

function Cup({ colour, second, toppings, hasIce }: Drawing) {
  const clip = useId();
  const has = (topping: Drawing['toppings'][number]) => toppings.includes(topping);
  return (
    <g>
      <path d="M52 30 57.5 8" stroke="#0b6e4f" strokeWidth="3.5" strokeLinecap="round" />
      <clipPath id={clip}>
        <path d={CUP} />
      </clipPath>
      <g clipPath={`url(#${clip})`}>
        <path d={CUP} fill={colour} />
        <path d="M28 28h40v17c-7 5-12-3-20 1s-13 3-20-1z" fill={second} />
        {has('drizzle') && (
          <path
            d="M34 45c2 8-1 12 1 22M44 47c-1 8 2 10 0 19M54 44c2 9-1 12 1 20M61 42c1 7-2 11-1 18"
            stroke="#6b3f1d"
            strokeWidth="2.4"
            strokeLinecap="round"
            fill="none"
            opacity="0.55"
          />
        )}
        {has('fruit') && (
          <g>
            <circle cx="42" cy="56" r="7.5" fill={second} />
            <circle cx="42" cy="56" r="5.5" fill={colour} stroke="#fff" strokeWidth="1" strokeOpacity="0.7" />
            <path d="M42 51v10M37 56h10M38.5 52.5l7 7M45.5 52.5l-7 7" stroke="#fff" strokeOpacity="0.65" />
            <circle cx="55" cy="66" r="6" fill={second} opacity="0.9" />
          </g>
        )}
        {hasIce && (
          <g fill="#fff" opacity="0.42">
            <rect x="37" y="33" width="9" height="9" rx="2" transform="rotate(14 41 37)" />
            <rect x="50" y="36" width="9" height="9" rx="2" transform="rotate(-18 54 40)" />
          </g>
        )}
        {has('pudding') && <path d="M34 66h28v20H34z" fill="#f2c75c" />}
        {has('jelly') && (
          <g fill="#fff" opacity="0.75">
            <rect x="38" y="69" width="6" height="6" rx="1.5" transform="rotate(12 41 72)" />
            <rect x="47" y="72" width="6" height="6" rx="1.5" transform="rotate(-14 50 75)" />
            <rect x="53" y="66" width="6" height="6" rx="1.5" transform="rotate(20 56 69)" />
          </g>
        )}
        {has('grassJelly') && (
          <g fill="#2f2a24">
            <rect x="37" y="69" width="8" height="8" rx="1.5" transform="rotate(10 41 73)" />
            <rect x="47" y="71" width="8" height="8" rx="1.5" transform="rotate(-12 51 75)" />
            <rect x="52" y="62" width="7" height="7" rx="1.5" transform="rotate(24 55 65)" />
          </g>
        )}
        {has('boba') && (
          <g fill="#2c1c12">
            <circle cx="40.5" cy="77" r="3.6" />
            <circle cx="48" cy="78.5" r="3.6" />
            <circle cx="55.5" cy="77" r="3.6" />
            <circle cx="44" cy="71" r="3.6" />
            <circle cx="52" cy="71.5" r="3.6" />
          </g>
        )}
        <path d="M36 28h5l4 54h-5z" fill="#fff" opacity="0.22" />
      </g>
      {has('foam') && <path d="M31 33c3 5 7-1 11 2s6 3 10 0 7 4 12-2l.5-5h-34z" fill="#fffaf0" />}
      <path d={CUP} fill="none" stroke="#1f1a15" strokeOpacity="0.16" strokeWidth="1.5" />
      <rect
        x="28"
        y="23"
        width="40"
        height="6"
        rx="3"
        fill="#fff"
        stroke="#1f1a15"
        strokeOpacity="0.18"
        strokeWidth="1.5"
      />
    </g>
  );
}

function Mug({ colour, second, toppings }: Drawing) {
  return (
    <g>
      <g stroke="#a89f95" strokeWidth="2.5" strokeLinecap="round" fill="none" opacity="0.6">
        <path d="M38 26c-3-5 3-7 0-12M48 26c-3-5 3-7 0-12M58 26c-3-5 3-7 0-12" />
      </g>
      <path d="M66 44h4a9 9 0 0 1 0 18h-5" fill="none" stroke="#e9dfd2" strokeWidth="5" />
      <path
        d="M26 36h42v24a16 16 0 0 1-16 16H42a16 16 0 0 1-16-16z"
        fill="#fffdf9"
        stroke="#1f1a15"
        strokeOpacity="0.16"
        strokeWidth="1.5"
      />
      <ellipse cx="47" cy="37" rx="21" ry="6" fill={colour} stroke="#fffdf9" strokeWidth="2.5" />
      {toppings.includes('foam') && <ellipse cx="47" cy="37" rx="13" ry="3.4" fill={second} />}
      <rect x="36" y="54" width="22" height="5" rx="2.5" fill={colour} opacity="0.45" />
      <ellipse cx="47" cy="81" rx="27" ry="3.5" fill="#1f1a15" opacity="0.08" />
    </g>
  );
}

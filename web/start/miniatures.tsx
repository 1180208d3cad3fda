/** What is behind each door, drawn small: a menu, tickets, a curve. */
export function ShopMiniature() {
  return (
    <svg viewBox="0 0 160 96" aria-hidden="true">
      {[12, 38, 64].map((y, index) => (
        <g key={y}>
          <rect x="24" y={y} width="20" height="20" rx="5" fill="var(--tea-ground)" />
          <path
            d={`M29 ${y + 5}h10l-1.5 11h-7z`}
            fill={['var(--tea)', 'var(--action)', 'var(--warn)'][index] ?? 'var(--tea)'}
          />
          <rect
            x="52"
            y={y + 3}
            width={[52, 44, 58][index]}
            height="5"
            rx="2.5"
            fill="var(--ink)"
            opacity=".7"
          />
          <rect x="52" y={y + 12} width="30" height="4" rx="2" fill="var(--quiet)" opacity=".5" />
          <rect x="120" y={y + 3} width="16" height="14" rx="4" fill="var(--action)" />
          <path d={`M128 ${y + 7}v6M125 ${y + 10}h6`} stroke="var(--on-action)" strokeWidth="1.5" />
        </g>
      ))}
    </svg>
  );
}

export function KitchenMiniature() {
  return (
    <svg viewBox="0 0 160 96" aria-hidden="true">
      {[20, 62, 104].map((x, index) => {
        const tone = ['var(--bad)', 'var(--warn)', 'var(--action)'][index] ?? 'var(--action)';
        return (
          <g key={x}>
            <rect x={x} y="12" width="36" height="72" rx="5" fill="var(--paper)" stroke="var(--line)" />
            <rect x={x + 5} y="18" width="14" height="6" rx="2" fill="var(--ink)" opacity=".8" />
            <circle cx={x + 28} cy="21" r="4" fill="none" stroke={tone} strokeWidth="2" />
            {[32, 41, 50].map((y) => (
              <rect
                key={y}
                x={x + 5}
                y={y}
                width={y === 41 ? 20 : 26}
                height="4"
                rx="2"
                fill="var(--quiet)"
                opacity=".5"
              />
            ))}
            <rect x={x + 5} y="68" width="26" height="10" rx="3" fill={tone} />
          </g>
        );
      })}
    </svg>
  );
}

export function DashboardMiniature() {
  return (
    <svg viewBox="0 0 160 96" aria-hidden="true">
      <rect x="20" y="12" width="120" height="12" rx="3" fill="var(--warn-ground)" />
      <path d="M27 15.5 30 21h-6z" fill="var(--warn)" />
      <rect x="35" y="16" width="62" height="4" rx="2" fill="var(--ink)" opacity=".6" />
      <path
        d="M20 44c10 2 14 10 24 12s14-2 20 6 12 12 18 14V36c10 2 18 10 30 14s16 4 28 10"
        fill="none"
        stroke="var(--action)"
        strokeWidth="2"
      />
      <path d="M82 32 86 39h-8z" fill="var(--tea)" />
      <path d="M20 86h120" stroke="var(--line)" />
    </svg>
  );
}

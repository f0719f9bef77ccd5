import type { Mark, Marker } from '@/theme/channels';
import { useTheme } from '@/theme/theme';

const SHAPES: Record<Marker, string> = {
  circle: 'M12 7m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0',
  rect: 'M8.5 3.5h7v7h-7z',
  roundRect: 'M8.5 3.5h7v7h-7z',
  triangle: 'M12 2.5l4.5 8h-9z',
  diamond: 'M12 2l5 5l-5 5l-5 -5z',
  pin: 'M12 2l4 5l-4 5l-4 -5z',
  arrow: 'M12 2.5l4.5 8h-9z',
};

/** Line and marker of a series, as in the chart: for legends and rows. */
export function MarkGlyph({ mark, compared = false }: { mark: Mark; compared?: boolean }) {
  const colour = mark[useTheme()];
  const dash = compared ? '2 3' : mark.dash.join(' ');
  return (
    <svg width={24} height={14} aria-hidden="true">
      <line x1={0} x2={24} y1={7} y2={7} stroke={colour} strokeWidth={compared ? 1.4 : 2} strokeDasharray={dash} />
      {!compared && <path d={SHAPES[mark.marker]} fill={colour} />}
    </svg>
  );
}

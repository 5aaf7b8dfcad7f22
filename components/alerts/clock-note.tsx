/** That a device's clock is not believed, and how far off it is; nothing where it is. */
import { useTranslations } from 'use-intl';
import { skewOf } from './skew';

export function ClockNote({ skewMs }: { skewMs: number | null }) {
  const t = useTranslations('alerts');
  if (skewMs === null) return null;
  const { unit, count, isAhead } = skewOf(skewMs);
  const far = t(`skew.${unit}`, { count });
  return (
    <small className="clock-note" data-clock-skew={skewMs}>
      {t(isAhead ? 'clockAhead' : 'clockBehind', { far })}
    </small>
  );
}

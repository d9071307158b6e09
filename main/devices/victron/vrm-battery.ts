import type { Metric } from '../../../preload/contract/base.ts';
import type { Reading } from '../../reading.ts';
import { CHANNELS } from './channel-ids.ts';
import type { VrmWidgetValue } from './vrm-answers.ts';

/** Attributes of the battery widget: V, A (+ charging), %, °C. */
const VOLTAGE = 47;
const CURRENT = 49;
const SOC = 51;
const TEMPERATURE = 115;
/** Ages come in whole seconds and count from the answer: closer than this is the same row. */
const SAME_ROW_MS = 20_000;

/**
 * The battery widget says how old a value is, not when it was measured. The time that was worked out first is kept while
 * the same row is answered, so that one row is one measurement.
 */
export const createBatteryWidget = () => {
  const measuredAt = new Map<number, number>();
  return {
    /** Readings of the battery; power is voltage times current. */
    readings: (widget: ReadonlyMap<number, VrmWidgetValue>, receivedAt: number): readonly Reading[] => {
      const timeOf = (attribute: number, ageMs: number): number => {
        const now = receivedAt - ageMs;
        const before = measuredAt.get(attribute);
        const at = before !== undefined && Math.abs(now - before) < SAME_ROW_MS ? before : now;
        measuredAt.set(attribute, at);
        return at;
      };
      const reading = (metric: Metric, attribute: number): readonly Reading[] => {
        const found = widget.get(attribute);
        if (found === undefined) return [];
        const { value, ageMs } = found;
        return [
          {
            channelId: CHANNELS.battery,
            metric,
            value,
            measuredAt: timeOf(attribute, ageMs),
            receivedAt,
            quality: 'good',
          },
        ];
      };
      const [voltage] = reading('voltageV', VOLTAGE);
      const [current] = reading('currentA', CURRENT);
      const power =
        voltage === undefined || current === undefined
          ? []
          : [
              {
                ...voltage,
                metric: 'powerW' as const,
                value: Math.round(voltage.value * current.value),
                measuredAt: Math.min(voltage.measuredAt, current.measuredAt),
              },
            ];
      return [
        ...power,
        ...(voltage ? [voltage] : []),
        ...(current ? [current] : []),
        ...reading('socPct', SOC),
        ...reading('tempC', TEMPERATURE),
      ];
    },
  };
};

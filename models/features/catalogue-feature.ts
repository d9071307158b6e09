import type { FeatureDoc } from '../learners/types.ts';
import type { HourFrame } from './frame.ts';

export type FeatureGroup = 'calendar' | 'sun' | 'same hour' | 'span' | 'level' | 'temperature' | 'weather forecast';

export interface CatalogueFeature extends FeatureDoc {
  readonly group: FeatureGroup;
  /** Hours before the origin that must be known for it to be a number. */
  readonly historyHours: number;
  /** What the frame must hold besides. */
  readonly needs: 'nothing' | 'daily weather' | { readonly forecastColumn: string };
  /** One number; NaN where too little is known. `value` stands for "the unit of what is forecast" in units. */
  readonly of: (frame: HourFrame, origin: number, target: number) => number;
}

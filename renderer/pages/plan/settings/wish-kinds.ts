import type { PlannableLoad } from '../../../../preload/contract/plan.ts';
import type { LoadWish } from '../../../../preload/contract/plan-settings.ts';
import type { ChannelRef } from '../../../../preload/contract/safety.ts';

export type WishKind = LoadWish['kind'];
/** `none`: the load is left to people and rules. */
export type WishChoice = WishKind | 'none';

export const WISH_CHOICES: readonly { readonly value: WishChoice; readonly label: string }[] = [
  { value: 'none', label: 'Not planned' },
  { value: 'value', label: 'Runs where it earns' },
  { value: 'run', label: 'Runs for a time' },
  { value: 'energy', label: 'Takes an energy' },
  { value: 'tank', label: 'Keeps a tank warm' },
  { value: 'comfort', label: 'Keeps a zone warm or cool' },
];

const DEFAULT_KW = 2;

/** What a load of this kind begins with: what suits it where the home knows, else what is usual; null where it lacks a sensor. */
export const wishOf = (
  kind: WishKind,
  load: Pick<PlannableLoad, 'suggestion' | 'ratedKw'>,
  sensors: readonly ChannelRef[],
): LoadWish | null => {
  if (load.suggestion.kind === kind) return load.suggestion;
  const ratedKw = load.ratedKw ?? DEFAULT_KW;
  const [sensor] = sensors;
  switch (kind) {
    case 'value':
      return { kind, valuePerKwh: 0.1 };
    case 'run':
      return { kind, minutes: 120, from: '08:00', to: '20:00', days: [], inOnePiece: true };
    case 'energy':
      return { kind, energyKwh: 10, from: '18:00', to: '07:00', days: [], minKw: 0, maxKw: ratedKw };
    case 'tank':
      return { kind, litres: 200, minC: 45, maxC: 60, sensor: null, drawKwhPerDay: 5, heatPerKwh: 1 };
    case 'comfort':
      return sensor ? { kind, minC: 20, maxC: 22, sensor: refOf(sensor), direction: 'heat', heatPerKwh: 3 } : null;
  }
};

const refOf = ({ deviceId, channelId }: ChannelRef): ChannelRef => ({ deviceId, channelId });

import type { LoadWish } from '../../../preload/contract/plan-settings.ts';

const plain = (value: number): string => String(Number(value.toFixed(2)));

/** A wish in two to four words, for the line under a load's name. */
export const laneNote = (wish: LoadWish): string => {
  switch (wish.kind) {
    case 'value':
      return `earns ${plain(wish.valuePerKwh)} a kWh`;
    case 'run':
      return `${wish.minutes} min by ${wish.to}`;
    case 'energy':
      return `${plain(wish.energyKwh)} kWh by ${wish.to}`;
    case 'tank':
    case 'comfort':
      return `${plain(wish.minC)} to ${plain(wish.maxC)} °C`;
  }
};

import type { ChannelRole } from '../../preload/contract/devices.ts';
import type { IconName } from './icon-paths.ts';

/** One hue and one icon a thing, everywhere. */
export type Hue = 'solar' | 'wind' | 'battery' | 'grid' | 'home' | 'miners' | 'none';

const ROLES: Readonly<Record<ChannelRole, { readonly hue: Hue; readonly icon: IconName; readonly label: string }>> = {
  pv: { hue: 'solar', icon: 'sun', label: 'Solar' },
  battery: { hue: 'battery', icon: 'battery', label: 'Battery' },
  grid: { hue: 'grid', icon: 'utility-pole', label: 'Grid' },
  load: { hue: 'home', icon: 'house', label: 'Whole load' },
  miner: { hue: 'miners', icon: 'pickaxe', label: 'Miner' },
  'water-heater': { hue: 'home', icon: 'heater', label: 'Water heater' },
  ev: { hue: 'home', icon: 'car', label: 'Car' },
  'heat-pump': { hue: 'home', icon: 'thermometer', label: 'Heat pump' },
  climate: { hue: 'home', icon: 'thermometer', label: 'Heating zone' },
  'other-load': { hue: 'home', icon: 'plug', label: 'Other load' },
  none: { hue: 'none', icon: 'activity', label: 'Only watched' },
};

export const roleHue = (role: ChannelRole): Hue => ROLES[role].hue;
export const roleIcon = (role: ChannelRole): IconName => ROLES[role].icon;
export const roleLabel = (role: ChannelRole): string => ROLES[role].label;
export const ROLE_NAMES = Object.keys(ROLES) as readonly ChannelRole[];

/** What kind of device it is without the list of models: that list belongs into the form that adds one. */
export const shortKind = (driverLabel: string): string => driverLabel.replace(/\s*\(.*\)$/, '');

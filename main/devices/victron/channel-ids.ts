import { channelId } from '../../ids.ts';

/** One name for one thing, whichever door to the system is taken. */
export const CHANNELS = {
  battery: channelId('battery'),
  grid: channelId('grid'),
  gridL1: channelId('grid:l1'),
  gridL2: channelId('grid:l2'),
  gridL3: channelId('grid:l3'),
  pv: channelId('pv'),
  load: channelId('load'),
  loadL1: channelId('load:l1'),
  loadL2: channelId('load:l2'),
  loadL3: channelId('load:l3'),
  setpoint: channelId('grid-setpoint'),
  minimumSoc: channelId('minimum-soc'),
  chargeLimit: channelId('charge-current-limit'),
  dischargeLimit: channelId('discharge-power-limit'),
  relay1: channelId('relay:1'),
  relay2: channelId('relay:2'),
} as const;

export type GxChannel = keyof typeof CHANNELS;

export const GRID_PHASES = ['gridL1', 'gridL2', 'gridL3'] as const;
export const LOAD_PHASES = ['loadL1', 'loadL2', 'loadL3'] as const;

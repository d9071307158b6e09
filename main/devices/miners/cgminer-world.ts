import type { DeviceIdentity } from '../types.ts';
import { type LooseObject, textIn } from './loose-json.ts';
import { isMac, plainMac } from './mac.ts';

/** Whose firmware answers at the cgminer API, and so how it is paused; `stock` cannot be. */
export type CgminerWorld = 'luxos' | 'avalon' | 'braiins' | 'stock';

const first = (row: LooseObject, names: readonly string[]): string | null => {
  for (const name of names) {
    const text = textIn(row.get(name));
    if (text !== null) return text;
  }
  return null;
};

const PROGRAMS = ['LUXminer', 'BOSer', 'BOSminer+', 'BOSminer', 'BMMiner', 'CGMiner', 'CGminer', 'Miner'] as const;

/** Null where the row is not that of a miner. */
export const worldOf = (version: LooseObject): CgminerWorld | null => {
  if (!PROGRAMS.some((name) => version.has(name)) && !version.has('API')) return null;
  if (version.has('LUXminer')) return 'luxos';
  if (['BOSer', 'BOSminer', 'BOSminer+'].some((name) => version.has(name))) return 'braiins';
  const product = first(version, ['PROD']) ?? '';
  // The Nano has work modes but no soft off.
  return /^avalon/i.test(product) && !/nano/i.test(product) ? 'avalon' : 'stock';
};

/**
 * Who it is: MAC or serial number where the firmware says (LuxOS in `config`, Avalon in `version`), else the model at
 * this address, which is the best that a stock firmware allows.
 */
export const cgminerIdentity = (version: LooseObject, config: LooseObject | null, address: string): DeviceIdentity => {
  const model = (
    first(version, ['PROD', 'Type']) ??
    (config ? first(config, ['Model']) : null) ??
    first(version, ['MODEL', 'Description']) ??
    'Miner'
  ).trim();
  const own = config ? first(config, ['MACAddr', 'SerialNumber']) : first(version, ['MAC']);
  return {
    serial: own === null ? `${model} at ${address}` : isMac(own) ? plainMac(own) : own,
    model,
    firmware: first(version, ['SWTYPE', 'LUXminer', 'BOSer', 'BOSminer+', 'BOSminer', 'BMMiner', 'CGMiner', 'CGminer']),
  };
};

import { z } from 'zod';
import { isMac, plainMac } from './mac.ts';
import { type MinerReport, stateOf } from './report.ts';

const number = z.number().nullish().catch(null);
const text = z.string().nullish().catch(null);

/**
 * `GET /api/system/info` of AxeOS. Only what is named here is read: the answer may hold the Wi-Fi password and the pool's
 * user, which go no further than this schema.
 */
export const axeosInfoSchema = z
  .object({
    power: number,
    /** Millivolts and milliamperes. */
    voltage: number,
    current: number,
    temp: number,
    temp2: number,
    hashRate: number,
    overheat_mode: z.union([z.number(), z.boolean()]).nullish().catch(null),
    /** Firmware 2.14 and later; absent where it cannot pause. */
    miningPaused: z.union([z.boolean(), z.number()]).nullish().catch(null),
    ASICModel: text,
    boardVersion: text,
    deviceModel: text,
    version: text,
    hostname: text,
    macAddr: text,
  })
  .refine(({ ASICModel, hashRate }) => ASICModel != null || hashRate != null, { message: 'it names no ASIC' });
export type AxeosInfo = z.infer<typeof axeosInfoSchema>;

/** Null where the firmware cannot pause. */
export const isAxeosPaused = ({ miningPaused }: AxeosInfo): boolean | null =>
  miningPaused === null || miningPaused === undefined ? null : miningPaused === true || miningPaused === 1;

/** A chip that cannot be read shows 0, −1 or 255. */
const temperature = (value: number | null | undefined): readonly number[] =>
  value !== null && value !== undefined && value > 0 && value < 150 ? [value] : [];

export const axeosReport = (info: AxeosInfo): MinerReport => {
  const temperatures = [...temperature(info.temp), ...temperature(info.temp2)];
  const hashrateThs = info.hashRate === null || info.hashRate === undefined ? null : Math.max(0, info.hashRate) / 1000;
  return {
    powerW: info.power !== null && info.power !== undefined && info.power >= 0 ? info.power : null,
    hashrateThs,
    tempC: temperatures.length === 0 ? null : Math.max(...temperatures),
    state: stateOf({
      paused: isAxeosPaused(info) === true,
      hashrateThs,
      broken: info.overheat_mode === true || info.overheat_mode === 1,
    }),
  };
};

export const axeosSerial = ({ macAddr, hostname, ASICModel, boardVersion }: AxeosInfo): string =>
  macAddr && isMac(macAddr)
    ? plainMac(macAddr)
    : [hostname, ASICModel, boardVersion].filter((part) => part !== null && part !== undefined).join('-');

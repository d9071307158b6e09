import type { RegisterEntry } from '../modbus/register-map.ts';
import { i16, i32HighFirst, wordOfI16, wordsOfI32HighFirst } from '../modbus/words.ts';
import { scaled } from './modbus-registers.ts';
import type { SimulatedHouse } from './types.ts';

/** ESS mode 3 leaves the setpoint to somebody else. */
const EXTERNAL_CONTROL = 3;

/**
 * Unit 100, `com.victronenergy.settings` and `.hub4`. The house follows the volatile setpoint 2716 while it is not 0,
 * else the stored setpoint 2700, which 2703 shows in hundreds of watts.
 */
export const settingEntries = (
  house: SimulatedHouse,
  options: { readonly override: boolean; readonly minimumSocPct: number },
): readonly RegisterEntry[] => {
  const kept = new Map<number, number>([
    [2700, 50],
    [2705, -1],
    [2720, -1],
    [2708, 0],
    [2900, 10],
    [2902, 1],
    [5423, 0],
  ]);
  let overrideW = 0;
  let minimumSocTenths = Math.round(options.minimumSocPct * 10);
  const get = (address: number): number => kept.get(address) ?? 0;
  const apply = (): void => {
    const storedW = get(2902) === EXTERNAL_CONTROL ? 0 : get(2700);
    house.setGridSetpointW(overrideW === 0 ? storedW : overrideW);
  };
  const setting = (
    address: number,
    accepts: (value: number) => boolean,
    then: (value: number) => void = () => undefined,
  ): RegisterEntry => ({
    address,
    words: 1,
    read: () => [wordOfI16(get(address))],
    write: ([word = 0]) => {
      const value = i16(word);
      if (!accepts(value)) return false;
      kept.set(address, value);
      then(value);
      return true;
    },
  });
  const any = (): boolean => true;
  const within = (low: number, high: number) => (value: number) => value >= low && value <= high;

  const override: RegisterEntry = {
    address: 2716,
    words: 2,
    read: () => wordsOfI32HighFirst(overrideW),
    write: ([high = 0, low = 0]) => {
      overrideW = i32HighFirst(high, low);
      apply();
      return true;
    },
  };
  const limitDischarge = (valueW: number): void => {
    kept.set(2720, valueW);
    house.setDischargeLimitW(valueW);
  };
  const wideDischargeLimit: RegisterEntry = {
    address: 2720,
    words: 2,
    read: () => wordsOfI32HighFirst(get(2720)),
    write: ([high = 0, low = 0]) => {
      limitDischarge(i32HighFirst(high, low));
      return true;
    },
  };
  apply();
  house.setMinimumSocPct(minimumSocTenths / 10);
  return [
    setting(2700, any, apply),
    setting(2701, within(0, 100)),
    setting(2702, within(0, 100)),
    {
      address: 2703,
      words: 1,
      read: () => [wordOfI16(get(2700) / 100)],
      write: ([word = 0]) => {
        kept.set(2700, i16(word) * 100);
        apply();
        return true;
      },
    },
    // 2704 and 2720 are one setting: the narrow one counts in tens of watts.
    {
      address: 2704,
      words: 1,
      read: () => [wordOfI16(Math.trunc(get(2720) / 10))],
      write: ([word = 0]) => {
        limitDischarge(i16(word) * 10);
        return true;
      },
    },
    setting(2705, within(-1, 2_000), (value) => house.setChargeLimitA(value)),
    setting(2706, any),
    setting(2707, within(0, 1)),
    setting(2708, within(0, 1)),
    scaled(2709, 'u16', 1, () => 0),
    setting(2710, any),
    setting(2711, within(0, 3)),
    setting(2712, within(0, 3)),
    setting(2713, any),
    setting(2714, any),
    setting(2715, within(0, 1)),
    ...(options.override ? [override, wideDischargeLimit] : []),
    setting(2718, within(0, 1)),
    setting(2900, within(0, 12)),
    {
      address: 2901,
      words: 1,
      read: () => [minimumSocTenths],
      write: ([word = 0]) => {
        if (word > 1_000) return false;
        minimumSocTenths = word;
        house.setMinimumSocPct(word / 10);
        return true;
      },
    },
    setting(2902, within(1, 3), apply),
    { address: 2903, words: 1, read: () => [minimumSocTenths] },
    setting(5423, within(0, 4)),
  ];
};

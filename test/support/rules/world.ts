import type { RuleNames, RuleWorld } from '../../../main/automation/rules/types.ts';

/** Local noon of a day in June in Berlin. */
export const NOON = Date.UTC(2026, 5, 10, 10);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** Devices are called by their ids. */
export const plainNames: RuleNames = {
  channel: ({ deviceId }) => deviceId,
  device: (deviceId) => deviceId,
  workflow: (id) => id,
  setpoint: (_, value) => String(value),
  currency: 'EUR',
};

/** A house of which a test says what it wants; the charge is 50 % and all else unknown. */
export const worldOf = (changes: Partial<RuleWorld> & { readonly soc?: number | null } = {}): RuleWorld => {
  const { soc = 50, ...rest } = changes;
  const at = changes.at ?? NOON;
  return {
    at,
    zone: 'Europe/Berlin',
    latitude: 50.1,
    longitude: 8.6,
    mode: 'automate',
    names: plainNames,
    lookedAt: at - 5 * MINUTE_MS,
    quantity: (quantity) => (quantity.of === 'soc' ? soc : null),
    isOn: () => null,
    isHeld: () => false,
    isOnline: () => null,
    pricesOfDay: () => [],
    ...rest,
  };
};

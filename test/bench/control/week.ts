// node test/bench/control/week.ts: a week of commands on devices of which some fail, and what became of each command.
import type { Setpoint } from '../../../preload/contract/base.ts';
import type { Action } from '../../../preload/contract/control.ts';
import type { Behaviour } from '../../support/control/device.ts';
import { createHouse, type LoadOptions } from '../../support/control/house.ts';
import type { Bench } from '../types.ts';

const DAYS = 7;
const SLOT_MS = 900_000;
const SLOTS = (DAYS * 86_400_000) / SLOT_MS;
/** So many of a hundred commands meet a device that has just begun to fail. */
const FAULTS_PCT = 2;
const FAULTS: readonly Behaviour[] = ['deaf', 'lying', 'offline', 'hung', 'refusing', 'late', 'cached', 'limited'];
/** A fault lasts from a lost packet to a device without power for a while, each length as likely as its double. */
const SHORTEST_MS = 200;
const LONGEST_MS = 600_000;
const SEED = 20261121;

const RULES = { minOnMs: 300_000, minOffMs: 300_000, maxSwitchesPerHour: 6, writeBudgetPerDay: 200 };
const NUMBER = {
  control: { kind: 'number' as const, unit: 'W', minimum: 0, maximum: 3_000, step: 50 },
  defaultSafeState: 0,
};
const LOADS: readonly LoadOptions[] = [
  ...['miner-a', 'miner-b', 'miner-c', 'pump'].map((id) => ({
    id,
    powerW: 900,
    config: { rules: RULES, ratedPowerW: 900 },
  })),
  ...['boiler', 'heater'].map((id) => ({
    id,
    powerW: 800,
    spec: { deviceLease: true },
    config: { role: 'water-heater' as const, ratedPowerW: 800, rules: RULES },
  })),
  ...['charger', 'rod'].map((id) => ({
    id,
    value: 0,
    spec: { ...NUMBER, effect: { kind: 'none' as const, because: 'it follows the sun' } },
    config: { role: 'other-load' as const, ratedPowerW: 3_000, safeState: 0, rules: RULES },
  })),
];

/** A small generator with a seed (mulberry32), so that a week can be played again. */
const createRandom = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

export const benchWeek: Bench = async () => {
  const random = createRandom(SEED);
  const house = await createHouse(LOADS, { remembers: true, timings: { leaseTickMs: 30_000 } });
  Object.assign(house.meters.meters, { pvW: 9_000, householdW: 400, socPct: 85 });
  await house.start();
  const { clock } = house;
  const startedAt = clock.now();
  const outcomes = new Map<string, number>();
  const met = new Map<Behaviour | 'none', number>();
  const count = <Key>(counts: Map<Key, number>, key: Key): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
  let [sent, good, back, told, silent, notSent] = [0, 0, 0, 0, 0, 0];

  const wished = (id: string): Setpoint => {
    const now = house.device(id).value();
    if (typeof now !== 'number') return now !== true;
    return now > 0 ? 0 : 50 * (10 + Math.floor(random() * 40));
  };
  /** Whether a person can see what became of it: the row says so in a sentence, and the device shows its trouble. */
  const isTold = ({ id, deviceId, channelId }: Action): boolean =>
    (house.store().actions.get(id)?.sentence ?? '') !== '' &&
    house.commander().view(deviceId, channelId).trouble !== null;

  const judge = (action: Action): void => {
    count(outcomes, action.outcome);
    if (action.outcome === 'refused' || action.outcome === 'unchanged') {
      notSent += 1;
      return;
    }
    sent += 1;
    const device = house.device(action.deviceId);
    if (action.outcome === 'confirmed') {
      if (device.value() === action.allowed) good += 1;
      else silent += 1;
    } else if (action.outcome === 'rolled-back') {
      if (device.value() === action.before) back += 1;
      else silent += 1;
    } else if (isTold(action)) told += 1;
    else silent += 1;
  };

  for (let slot = 0; slot < SLOTS; slot += 1) {
    await house.pass(60_000);
    for (const { id } of LOADS) {
      const device = house.device(id);
      const fails = random() * 100 < FAULTS_PCT;
      const fault = FAULTS[Math.floor(random() * FAULTS.length)] ?? 'offline';
      if (fails) {
        device.behave(fault);
        const lastsMs = SHORTEST_MS * (LONGEST_MS / SHORTEST_MS) ** random();
        clock.after(lastsMs, () => device.behave('obedient'));
      }
      const submitted = house.wish(id, {
        setpoint: wished(id),
        origin: 'rule',
        who: 'Bench',
        holdMs: 0,
        leaseMs: 7_200_000,
      });
      if (!submitted.ok || !('done' in submitted.value)) throw new Error(`The wish for ${id} was not taken.`);
      const { done } = submitted.value;
      let ended: Action | null = null;
      void done.then((action) => {
        ended = action;
      });
      while (ended === null) {
        await clock.advance(1_000);
        house.meters.poll();
      }
      const action = await done;
      if (action.outcome !== 'refused' && action.outcome !== 'unchanged') count(met, fails ? fault : 'none');
      judge(action);
    }
    const restMs = SLOT_MS - ((clock.now() - startedAt) % SLOT_MS);
    await clock.advance(restMs);
    house.meters.poll();
  }
  house.close();
  const failed = sent - good;
  const faults = sent - (met.get('none') ?? 0);
  const kinds = FAULTS.map((fault) => `${met.get(fault) ?? 0} ${fault}`).join(', ');
  const list = [...outcomes].map(([outcome, times]) => `${times} ${outcome}`).join(', ');
  return [
    {
      name: 'Commands that came true in a week',
      value: (100 * good) / sent,
      unit: '%',
      note: `${good} of ${sent} commands sent to ${LOADS.length} devices; all ends: ${list}`,
    },
    { name: 'Commands that met a fault', value: (100 * faults) / sent, unit: '%', note: kinds },
    { name: 'Failures taken back', value: back, unit: '', note: `of ${failed}, and the device shows it` },
    { name: 'Failures told', value: told, unit: '', note: 'a sentence in the log and the trouble on the device' },
    { name: 'Failures neither taken back nor told', value: silent, unit: '', note: 'or confirmed and not so' },
    { name: 'Wishes not sent', value: notSent, unit: '', note: 'refused by the envelope, or so already' },
  ];
};

if (process.argv[1] === import.meta.filename) {
  for (const { name, value, unit, note } of await benchWeek(''))
    process.stdout.write(`${name.padEnd(40)} ${value.toFixed(2).padStart(8)} ${unit}  ${note}\n`);
  process.exit(0);
}

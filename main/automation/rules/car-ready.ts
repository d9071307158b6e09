import type { Preset, Rule, RuleAction, Test } from '../../../preload/contract/rules.ts';
import { lacks, type PresetChannel, type PresetHome, preset, ruleFrom } from './preset-parts.ts';
import { joined } from './sentences.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const READY_BY = '07:00';
const READY_HOUR = 7;
/** Cheap hours count from the evening on. */
const EVENING = '20:00';
const CHEAPEST_HOURS = 8;
/** What a night has to bring where nobody knows how full the car is: some 100 km. */
const NEEDED_KWH = 20;
/** Where nobody typed the power of a charger: a household socket at 10 A. */
const USUAL_CHARGER_W = 2_300;
/** A charger that is slower than its plate, and one that begins late. */
const SLACK = 1.25;
const MORE_SLACK_HOURS = 0.5;
/** It begins at 21:00 at the earliest, so that the morning before has had its rest. */
const LONGEST_HOURS = 10;
/** A car that is not full by then goes on until here. */
const GIVES_UP = '10:00';
const REST_MS = 9 * HOUR_MS;
/** Below it a charger only waits, W. */
const CHARGES_ABOVE_W = 300;
const MOST_CARS = 5;
/** A charger that is still off so long after it should have begun is told. */
const TOLD_AFTER_MINUTES = 30;

/** How this charger is told to charge with all that it can; null where it cannot. */
const chargeNow = ({ channel, control }: PresetChannel): RuleAction | null => {
  if (control?.kind === 'switch') return { do: 'switch', channel, on: true };
  const now = control?.kind === 'choice' ? control.options.find(({ value }) => value === 'now') : undefined;
  return now ? { do: 'set', channel, value: now.value } : null;
};

const clockTime = (minutesBefore: number): string => {
  const minute = (READY_HOUR * 60 - minutesBefore + 1_440) % 1_440;
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
};

const during = (from: string, to: string): Test => ({ is: 'time', window: { from, to, days: [] } });

/** One after the other: together they may be more than the house may draw. */
const hoursOf = (cars: readonly PresetChannel[]): number =>
  cars.reduce((sum, { ratedPowerW }) => sum + (NEEDED_KWH * 1_000) / Math.max(500, ratedPowerW ?? USUAL_CHARGER_W), 0);

/**
 * Ordinary rules that have the car ready in the morning: in cheap hours where prices are known, and from the latest safe
 * time on whatever they are. What is still charging at the deadline goes on, and a charger that does not begin is told early.
 */
export const carReady = (home: PresetHome): Preset => {
  const cars = home.channels
    .filter(({ role, controllable }) => role === 'ev' && controllable)
    .filter((car) => chargeNow(car) !== null)
    .slice(0, MOST_CARS);
  const charge = cars.flatMap((car) => chargeNow(car) ?? []);
  const hours = hoursOf(cars);
  const minutes = Math.ceil((Math.min(LONGEST_HOURS, hours * SLACK + MORE_SLACK_HOURS) * 60) / 15) * 15;
  const [latest, told] = [clockTime(minutes), clockTime(minutes - TOLD_AFTER_MINUTES)];
  const names = joined(cars.map(({ name }) => name));
  const short = hours > LONGEST_HOURS ? ' The night is too short for that at this power.' : '';
  const cheap: Rule[] = home.hasPrices
    ? [
        ruleFrom(home, {
          name: 'Charge the car in cheap hours',
          triggers: [{ test: { is: 'price-rank', rank: 'cheapest', hours: CHEAPEST_HOURS }, forMs: 0 }],
          actions: charge,
          activeWindow: { from: EVENING, to: READY_BY, days: [] },
        }),
      ]
    : [];
  return preset(
    'car-ready',
    'Car ready in the morning',
    `By ${READY_BY} there was time for ${NEEDED_KWH} kWh a car: in cheap hours, and from ${latest} on whatever the price.${short}`,
    lacks([cars.length === 0 && 'a charger that may be controlled']),
    () => [
      ...cheap,
      ruleFrom(home, {
        name: 'Car ready in the morning',
        priority: 2,
        triggers: [{ test: during(latest, GIVES_UP), forMs: 0 }],
        // A missed deadline is no reason to stop: whatever still charges goes on.
        condition: {
          any: [
            { test: during(latest, READY_BY) },
            ...cars.map(({ channel }) => ({
              test: {
                is: 'above' as const,
                quantity: { of: 'channel-power' as const, channel },
                value: CHARGES_ABOVE_W,
                hysteresis: 0,
              },
            })),
          ],
        },
        actions: charge,
        cooldownMs: REST_MS,
      }),
      ruleFrom(home, {
        name: 'The car may not be ready',
        triggers: cars.map(({ channel }) => ({
          test: { is: 'device', channel, state: 'off' },
          forMs: TOLD_AFTER_MINUTES * MINUTE_MS,
        })),
        condition: { test: during(told, READY_BY) },
        actions: [
          {
            do: 'notify',
            level: 'attention',
            text: `${names}: not every charger has begun, so the car may not be ready by ${READY_BY}. Look why on the page Devices.`,
          },
        ],
        cooldownMs: REST_MS,
      }),
    ],
  );
};

import type { ChannelRole } from '../../../preload/contract/devices.ts';
import type { Preset, Quantity, RuleAction } from '../../../preload/contract/rules.ts';
import { carReady } from './car-ready.ts';
import { lacks, type PresetChannel, type PresetHome, preset, ruleFrom } from './preset-parts.ts';

const MINUTE_MS = 60_000;
const MOST_ACTIONS = 10;
/** Near gale, Beaufort 7 begins at 13.9 m/s of mean wind: no source gives gusts. */
const STORM_MS = 14;
const STORM_RESERVE_PCT = 90;
const EVENING_RESERVE_PCT = 60;
const DEAREST_HOURS = 4;
/** Where nobody typed the power of a water heater. */
const USUAL_HEATER_W = 2_000;

const soc: Quantity = { of: 'soc' };
const switchOff = ({ channel }: PresetChannel): RuleAction => ({ do: 'switch', channel, on: false });

const switches = (home: PresetHome, roles: readonly ChannelRole[]): readonly PresetChannel[] =>
  home.channels
    .filter(({ role, controllable, control }) => roles.includes(role) && controllable && control?.kind === 'switch')
    .slice(0, MOST_ACTIONS);

/** The battery's own reserve: a number of per cent that it keeps. */
const reserveOf = (home: PresetHome): PresetChannel | undefined =>
  home.channels.find(
    ({ role, controllable, control }) =>
      role === 'battery' && controllable && control?.kind === 'number' && control.unit === '%',
  );

const pauseMiners = (home: PresetHome): Preset => {
  const { pauseBelowPct, resumeAbovePct } = home;
  const miners = switches(home, ['miner']);
  return preset(
    'pause-miners',
    'Pause miners on a low battery',
    `Miners pause below ${pauseBelowPct} % and go on above ${resumeAbovePct} %.`,
    lacks([!home.hasBattery && 'a battery', miners.length === 0 && 'a miner that may be switched']),
    () => [
      ruleFrom(home, {
        name: 'Pause miners on a low battery',
        priority: 3,
        triggers: [
          {
            test: { is: 'below', quantity: soc, value: pauseBelowPct, hysteresis: resumeAbovePct - pauseBelowPct },
            forMs: MINUTE_MS,
          },
        ],
        actions: miners.map(switchOff),
      }),
    ],
  );
};

const surplusToWater = (home: PresetHome): Preset => {
  const heaters = switches(home, ['water-heater']);
  return preset(
    'surplus-to-water',
    'Solar surplus to the water heater',
    'What the sun leaves over heats water before it goes to the grid.',
    lacks([!home.hasPv && 'solar panels', heaters.length === 0 && 'a water heater that may be switched']),
    () =>
      heaters.map((heater) => {
        const powerW = heater.ratedPowerW ?? USUAL_HEATER_W;
        return ruleFrom(home, {
          name: `Solar surplus to ${heater.name}`.slice(0, 80),
          triggers: [
            {
              // The surplus leaves out what the heater itself draws, so that it never ends because it has begun.
              test: {
                is: 'above',
                quantity: { of: 'surplus-power' },
                value: Math.round(powerW * 1.1),
                hysteresis: Math.round(powerW * 0.25),
              },
              forMs: 5 * MINUTE_MS,
            },
          ],
          actions: [{ do: 'switch', channel: heater.channel, on: true }],
          cooldownMs: 10 * MINUTE_MS,
        });
      }),
  );
};

const avoidPeak = (home: PresetHome): Preset => {
  const loads = switches(home, ['water-heater', 'heat-pump', 'ev', 'miner', 'other-load']);
  return preset(
    'avoid-peak',
    'Avoid the dearest hours',
    `Loads that can wait are off in the ${DEAREST_HOURS} dearest hours of the day.`,
    lacks([!home.hasPrices && 'prices by the hour', loads.length === 0 && 'a load that may be switched']),
    () => [
      ruleFrom(home, {
        name: 'Avoid the dearest hours',
        triggers: [{ test: { is: 'price-rank', rank: 'dearest', hours: DEAREST_HOURS }, forMs: 0 }],
        actions: loads.map(switchOff),
      }),
    ],
  );
};

const beforeStorm = (home: PresetHome): Preset => {
  const reserve = reserveOf(home);
  return preset(
    'before-storm',
    'Charge before a storm',
    `When a wind of more than ${STORM_MS} m/s is expected within 24 h, the battery keeps ${STORM_RESERVE_PCT} %.`,
    lacks([!home.hasWeather && 'a weather forecast', !reserve && 'a battery whose reserve may be set']),
    () =>
      reserve
        ? [
            ruleFrom(home, {
              name: 'Charge before a storm',
              priority: 2,
              triggers: [
                {
                  test: {
                    is: 'above',
                    quantity: { of: 'weather', what: 'windMs', hours: 24 },
                    value: STORM_MS,
                    hysteresis: 3,
                  },
                  forMs: 0,
                },
              ],
              actions: [
                { do: 'set', channel: reserve.channel, value: STORM_RESERVE_PCT },
                {
                  do: 'notify',
                  level: 'attention',
                  text: `A storm is expected: the battery keeps ${STORM_RESERVE_PCT} %.`,
                },
              ],
            }),
          ]
        : [],
  );
};

const reserveForTonight = (home: PresetHome): Preset => {
  const reserve = reserveOf(home);
  const keepPct = Math.max(EVENING_RESERVE_PCT, home.minimumSocPct);
  const loads = switches(home, ['miner', 'water-heater', 'other-load']);
  /** From six hours after sunrise until sunset: the afternoon, long or short. */
  const afternoon = { is: 'sun', since: 'sunrise', offsetMinutes: 360 } as const;
  const name = 'Keep a reserve for tonight';
  return preset(
    'reserve-tonight',
    name,
    `In the afternoon the battery is kept at ${keepPct} % for the evening.`,
    lacks([
      !home.hasBattery && 'a battery',
      !reserve && loads.length === 0 && 'a battery whose reserve may be set, or a load that may be switched',
    ]),
    () => [
      reserve
        ? ruleFrom(home, {
            name,
            triggers: [{ test: afternoon, forMs: 0 }],
            actions: [{ do: 'set', channel: reserve.channel, value: keepPct }],
          })
        : ruleFrom(home, {
            name,
            triggers: [{ test: afternoon, forMs: 0 }],
            condition: { test: { is: 'below', quantity: soc, value: keepPct, hysteresis: 10 } },
            actions: loads.map(switchOff),
            cooldownMs: 10 * MINUTE_MS,
          }),
    ],
  );
};

/** The common wishes, each built for this home, or with what the home lacks for it. */
export const presetsOf = (home: PresetHome): readonly Preset[] => [
  pauseMiners(home),
  surplusToWater(home),
  avoidPeak(home),
  beforeStorm(home),
  reserveForTonight(home),
  carReady(home),
];

import { consumes } from '../../control/stage.ts';
import { findChannel } from '../check/types.ts';
import { joined } from '../rules/sentences.ts';
import type { Refusal } from './loads.ts';
import { type Course, MOST_FIRINGS } from './simulate.ts';
import { channelKey, type ReplayData, type ReplayHome, type ReplayRule } from './types.ts';

const REFUSALS: Readonly<Record<Refusal, string>> = {
  dwell: 'the least time on or off',
  switches: 'the switches an hour',
  budget: 'the writes a day',
  charge: 'the minimum charge of the battery',
  import: 'the most import of the home',
};

const battery = ({ battery: habits }: ReplayData): string =>
  habits === null
    ? 'The capacity of the battery is not entered, so its power is taken as it was measured.'
    : `The battery stores surplus and gives what is lacking: ${habits.capacityKwh} kWh, ${Math.round(habits.minimumSocPct)} to ${Math.round(habits.maximumSocPct)} %, at most ${(habits.maxChargeW / 1000).toFixed(1)} kW in and ${(habits.maxDischargeW / 1000).toFixed(1)} kW out, as it was seen before.`;

/** How far the model is from the meter where no rule runs along: so far the two sides may be trusted. */
const modelError = ({ simulatedKwh, measuredKwh }: Course['compared']): string =>
  measuredKwh + simulatedKwh === 0
    ? 'The grid meter was not read in this time, so the model could not be compared with it.'
    : `Without the rules the model imports ${simulatedKwh.toFixed(1)} kWh where the meter read ${measuredKwh.toFixed(1)} kWh; both sides share this error.`;

const wholeHours = ({ hourlyShare }: ReplayData): readonly string[] =>
  hourlyShare < 0.005
    ? []
    : [
        `${Math.round(hourlyShare * 100)} % of the time is kept as means of an hour only: shorter peaks are not seen, and a value speaks for its whole hour.`,
      ];

/** Channels that rules command, but of which nobody knows what they draw, and settings that the model does not follow. */
const notModelled = (data: ReplayData, home: ReplayHome, rules: readonly ReplayRule[]): readonly string[] => {
  const actions = rules.flatMap(({ rule }) => [...rule.actions, ...rule.otherwise]);
  const commanded = actions.flatMap((action) => {
    const channel = 'channel' in action ? findChannel(home.channels, action.channel) : undefined;
    return channel === undefined ? [] : [channel];
  });
  const unique = [...new Set(commanded)];
  const noPower = unique.filter(
    ({ deviceId, config, control }) =>
      consumes(config.role) && control?.kind !== 'number' && !data.usualW.has(channelKey(deviceId, config.channelId)),
  );
  const notFollowed = unique.filter(
    ({ config, control }) =>
      !consumes(config.role) && !(config.role === 'battery' && control?.kind === 'number' && control.unit === '%'),
  );
  const say = (list: readonly { readonly config: { readonly name: string } }[]): string =>
    joined(list.map(({ config }) => config.name));
  return [
    ...(noPower.length > 0 ? [`Nobody knows what ${say(noPower)} draws, so it counts as nothing.`] : []),
    ...(notFollowed.length > 0 ? [`What ${say(notFollowed)} would have changed is not worked out.`] : []),
    ...(actions.some((action) => action.do === 'mode')
      ? ['The house stays in Automate, whatever a rule asks for.']
      : []),
    ...(actions.some((action) => action.do === 'workflow') ? ['Workflows are not run.'] : []),
  ];
};

const refused = ({ refusals }: Course): readonly string[] => {
  const names = (Object.keys(REFUSALS) as Refusal[]).filter((name) => refusals[name] > 0);
  return names.length === 0
    ? []
    : [`Some wishes waited or were left out because of ${joined(names.map((name) => REFUSALS[name]))}.`];
};

/** What a replay takes for granted, one sentence each. */
export const assumptionsOf = (
  data: ReplayData,
  home: ReplayHome,
  rules: readonly ReplayRule[],
  courses: { readonly withRules: Course; readonly withoutRules: Course },
): readonly string[] => [
  modelError(courses.withoutRules.compared),
  battery(data),
  'The sun and the rest of the house are as they were measured; a load draws what it was measured to draw, or what it usually draws.',
  'The house is in Automate and nobody holds a device. Of the safety limits only the least times on and off, the switches and writes, the minimum charge and the most import are looked at.',
  'A load that no rule stands behind goes as it was measured.',
  ...wholeHours(data),
  ...notModelled(data, home, rules),
  ...refused(courses.withRules),
  ...(courses.withRules.firings.length >= MOST_FIRINGS ? [`Only the first ${MOST_FIRINGS} firings are listed.`] : []),
];

import type { SiteSettings } from '../../preload/contract/house.ts';
import type { ChannelRef, Safety } from '../../preload/contract/safety.ts';
import { batteryRatingProblems, type RatedChannel } from './safety-ratings.ts';
import { consumes } from './stage.ts';
import { sayPower } from './words.ts';

/** A field of the form by its path, such as `interlocks.0.second`, and what is wrong with it. */
type FieldProblems = Readonly<Record<string, string>>;

interface Check {
  readonly safety: Safety;
  readonly settings: SiteSettings;
  /** Undefined for a channel that this home does not have. */
  find(ref: ChannelRef): RatedChannel | undefined;
  /** The first sentence about a field stays. */
  say(field: string, sentence: string): void;
}

const keyOf = ({ deviceId, channelId }: ChannelRef): string => `${deviceId}/${channelId}`;

/** What the fuses of all phases carry together, W; null while nobody typed them. */
const fuseW = ({ fuseA, voltageV, phases }: Pick<Safety, 'fuseA' | 'voltageV' | 'phases'>): number | null =>
  fuseA === null ? null : fuseA * voltageV * phases;

/** Said where the import limit lies above what the fuses carry; null where it does not. */
export const importAboveFuse = (
  { maxGridImportW }: Pick<SiteSettings, 'maxGridImportW'>,
  safety: Safety,
): string | null => {
  const carriesW = fuseW(safety);
  return carriesW === null || maxGridImportW <= carriesW
    ? null
    : `The fuse carries ${sayPower(carriesW)}, less than the import limit of ${sayPower(maxGridImportW)}.`;
};

const known = (check: Check, field: string, ref: ChannelRef): RatedChannel | undefined => {
  const channel = check.find(ref);
  if (!channel) check.say(field, 'This home has no such channel any more. Choose another one or take it out.');
  return channel;
};

/** Says it of every item after the first of its kind. */
const once = (check: Check, keys: readonly string[], fieldOf: (index: number) => string, sentence: string): void => {
  for (const [index, key] of keys.entries()) if (keys.indexOf(key) < index) check.say(fieldOf(index), sentence);
};

const site = (check: Check): void => {
  const { safety, settings, say } = check;
  const above = importAboveFuse(settings, safety);
  if (above) say('fuseA', `${above} Lower the import limit first.`);
  if (safety.safeImportW > settings.maxGridImportW)
    say('safeImportW', `It must not lie above the import limit of ${sayPower(settings.maxGridImportW)}.`);
  const { batteryMinimumC: minimum, batteryMaximumC: maximum } = safety;
  if (minimum !== null && maximum !== null && minimum >= maximum)
    say('batteryMaximumC', `It must lie above the ${minimum} °C below which the battery rests.`);
};

const phases = (check: Check): void => {
  const { safety, say } = check;
  const fieldOf = (index: number): string => `channelPhases.${index}`;
  once(
    check,
    safety.channelPhases.map(({ channel }) => keyOf(channel)),
    fieldOf,
    'This channel has a phase already.',
  );
  for (const [index, { channel, phase }] of safety.channelPhases.entries()) {
    const found = known(check, fieldOf(index), channel);
    if (phase > safety.phases) say(fieldOf(index), 'A home with one phase has phase 1 only.');
    const bearsW = safety.fuseA === null ? null : safety.fuseA * safety.voltageV;
    if (found?.ratedPowerW && bearsW !== null && consumes(found.role) && found.ratedPowerW > bearsW)
      say(
        fieldOf(index),
        `${found.name} draws ${sayPower(found.ratedPowerW)}, more than the ${sayPower(bearsW)} of one phase.`,
      );
  }
};

const interlocks = (check: Check): void => {
  const { safety, say } = check;
  const list = safety.interlocks;
  once(
    check,
    list.map(({ id }) => id),
    (index) => `interlocks.${index}`,
    'Two interlocks have the same id.',
  );
  once(
    check,
    list.map((one) =>
      one.kind === 'never-together' ? [keyOf(one.first), keyOf(one.second)].toSorted().join(' ') : keyOf(one.load),
    ),
    (index) => `interlocks.${index}`,
    'This interlock is there already.',
  );
  for (const [index, one] of list.entries()) {
    if (one.kind === 'not-from-battery') {
      const load = known(check, `interlocks.${index}.load`, one.load);
      if (load && !consumes(load.role)) say(`interlocks.${index}.load`, `${load.name} is no load.`);
      continue;
    }
    if (keyOf(one.first) === keyOf(one.second)) say(`interlocks.${index}.second`, 'Choose two different channels.');
    for (const end of ['first', 'second'] as const) {
      const field = `interlocks.${index}.${end}`;
      const found = known(check, field, one[end]);
      if (found && !consumes(found.role)) say(field, `${found.name} is no load.`);
    }
  }
};

const channelList = (check: Check, field: string, channels: readonly ChannelRef[], when: string): void => {
  once(check, channels.map(keyOf), (index) => `${field}.${index}`, 'This channel is there already.');
  for (const [index, ref] of channels.entries()) {
    const found = known(check, `${field}.${index}`, ref);
    if (found && !found.control)
      check.say(`${field}.${index}`, `${found.name} cannot be switched, so ${when} changes nothing.`);
  }
};

const quietWindows = (check: Check): void => {
  const { safety, say } = check;
  once(
    check,
    safety.quietWindows.map(({ id }) => id),
    (index) => `quietWindows.${index}`,
    'Two windows have the same id.',
  );
  for (const [index, { window, channels }] of safety.quietWindows.entries()) {
    if (window.from === window.to)
      say(`quietWindows.${index}.window`, 'The window ends when it begins. Choose another end.');
    if (new Set(window.days).size < window.days.length) say(`quietWindows.${index}.window`, 'A day is named twice.');
    channelList(check, `quietWindows.${index}.channels`, channels, 'a quiet window');
  }
};

const temperatures = (check: Check): void => {
  const { safety, say } = check;
  const list = safety.temperatureLimits;
  once(
    check,
    list.map(({ id }) => id),
    (index) => `temperatureLimits.${index}`,
    'Two limits have the same id.',
  );
  for (const [index, { sensor, minimumC, maximumC, channels }] of list.entries()) {
    const field = `temperatureLimits.${index}`;
    const found = known(check, `${field}.sensor`, sensor);
    if (found?.metrics && !found.metrics.includes('tempC'))
      say(`${field}.sensor`, `${found.name} measures no temperature.`);
    if (minimumC === null && maximumC === null) say(`${field}.maximumC`, 'Type a highest or a lowest temperature.');
    if (minimumC !== null && maximumC !== null && minimumC >= maximumC)
      say(`${field}.maximumC`, `It must lie above the lowest temperature of ${minimumC} °C.`);
    channelList(check, `${field}.channels`, channels, 'a temperature');
  }
};

const ramps = (check: Check): void => {
  const { safety, say } = check;
  once(
    check,
    safety.ramps.map(({ id }) => id),
    (index) => `ramps.${index}`,
    'Two ramps have the same id.',
  );
  once(
    check,
    safety.ramps.map(({ channel }) => keyOf(channel)),
    (index) => `ramps.${index}.channel`,
    'This channel has a ramp already.',
  );
  for (const [index, { channel, perMinute }] of safety.ramps.entries()) {
    const found = known(check, `ramps.${index}.channel`, channel);
    if (!found) continue;
    const { control, name } = found;
    if (control?.kind !== 'number' || control.unit === '%') {
      say(`ramps.${index}.channel`, `${name} takes no number that could go up slowly.`);
      continue;
    }
    if (perMinute < control.step)
      say(
        `ramps.${index}.perMinute`,
        `${name} moves in steps of ${control.step} ${control.unit}: a smaller ramp would hold it for ever.`,
      );
    else if (perMinute > control.maximum - control.minimum)
      say(
        `ramps.${index}.perMinute`,
        `${name} only goes from ${control.minimum} to ${control.maximum} ${control.unit}.`,
      );
  }
};

const approvals = (check: Check): void => {
  const { safety, say } = check;
  once(
    check,
    safety.approvals.map(({ channel }) => keyOf(channel)),
    (index) => `approvals.${index}.channel`,
    'This channel has a rule already.',
  );
  for (const [index, { channel, ask, firstTime, abovePowerW }] of safety.approvals.entries()) {
    const found = known(check, `approvals.${index}.channel`, channel);
    if (found && !found.control) say(`approvals.${index}.channel`, `${found.name} cannot be commanded.`);
    if (ask === 'sometimes' && !firstTime && abovePowerW === null)
      say(`approvals.${index}.abovePowerW`, 'Say when to ask: the first time, or above a power.');
  }
};

const stopInputs = (check: Check): void => {
  const { safety, say } = check;
  once(
    check,
    safety.stopInputs.map(({ id }) => id),
    (index) => `stopInputs.${index}`,
    'Two inputs have the same id.',
  );
  once(
    check,
    safety.stopInputs.map(({ channel }) => keyOf(channel)),
    (index) => `stopInputs.${index}.channel`,
    'This input stops the house already.',
  );
  for (const [index, { channel }] of safety.stopInputs.entries()) {
    const found = known(check, `stopInputs.${index}.channel`, channel);
    if (found?.controllable)
      say(
        `stopInputs.${index}.channel`,
        `CommandCenter itself switches ${found.name}, so it cannot be what stops the house.`,
      );
    else if (found?.metrics && !found.metrics.includes('on'))
      say(`stopInputs.${index}.channel`, `${found.name} is no input that is on or off.`);
  }
};

/**
 * What is unsafe or contradictory in an envelope, a sentence a field; empty where it may be kept. Pure: channels as the
 * home has them now, with what their devices say that they can.
 */
export const safetyProblems = (
  safety: Safety,
  channels: readonly RatedChannel[],
  settings: SiteSettings,
): FieldProblems => {
  const problems = new Map<string, string>();
  const byKey = new Map(channels.map((channel) => [keyOf(channel), channel]));
  const check: Check = {
    safety,
    settings,
    find: (ref) => byKey.get(keyOf(ref)),
    say: (field, sentence) => void (problems.has(field) || problems.set(field, sentence)),
  };
  site(check);
  for (const [field, sentence] of batteryRatingProblems(safety, channels)) check.say(field, sentence);
  for (const part of [phases, interlocks, quietWindows, temperatures, ramps, approvals, stopInputs]) part(check);
  return Object.fromEntries(problems);
};

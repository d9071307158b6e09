import type { ChannelRef, DailyWindow, Safety } from '../../preload/contract/safety.ts';

/** The name of a channel for the audit, as it was called at the time. */
type NameOf = (channel: ChannelRef) => string;

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

const windowText = ({ from, to, days }: DailyWindow): string =>
  `${from} to ${to}${days.length === 0 ? '' : ` on ${days.map((day) => DAYS[day - 1] ?? '').join(', ')}`}`;

const names = (channels: readonly ChannelRef[], nameOf: NameOf): string => channels.map(nameOf).join(', ');

const listText = (parts: readonly string[]): string => (parts.length === 0 ? 'none' : parts.join('; '));

type Words = { readonly [Part in keyof Safety]?: (value: Safety[Part], nameOf: NameOf) => string };

const LISTS: Words = {
  channelPhases: (list, nameOf) => listText(list.map(({ channel, phase }) => `${nameOf(channel)} on phase ${phase}`)),
  interlocks: (list, nameOf) =>
    listText(
      list.map((one) =>
        one.kind === 'never-together'
          ? `${nameOf(one.first)} never with ${nameOf(one.second)}`
          : `${nameOf(one.load)} not from the battery`,
      ),
    ),
  quietWindows: (list, nameOf) =>
    listText(list.map(({ name, window, channels }) => `${name} ${windowText(window)}: ${names(channels, nameOf)}`)),
  temperatureLimits: (list, nameOf) =>
    listText(
      list.map(
        ({ sensor, minimumC, maximumC, channels }) =>
          `${names(channels, nameOf)} while ${nameOf(sensor)} is ${minimumC === null ? '' : `above ${minimumC} °C`}${minimumC !== null && maximumC !== null ? ' and ' : ''}${maximumC === null ? '' : `below ${maximumC} °C`}`,
      ),
    ),
  ramps: (list, nameOf) =>
    listText(list.map(({ channel, perMinute }) => `${nameOf(channel)} by ${perMinute} a minute`)),
  approvals: (list, nameOf) =>
    listText(
      list.map(({ channel, ask, firstTime, abovePowerW }) => {
        if (ask !== 'sometimes') return `${nameOf(channel)} ${ask}`;
        const when = [
          ...(firstTime ? ['the first time'] : []),
          ...(abovePowerW === null ? [] : [`above ${abovePowerW} W`]),
        ];
        return `${nameOf(channel)} ${when.join(' and ')}`;
      }),
    ),
  stopInputs: (list, nameOf) => listText(list.map(({ channel, stopsWhen }) => `${nameOf(channel)} when ${stopsWhen}`)),
};

/** How one part of the envelope reads in the audit: one line for a person. */
export const safetyText = <Part extends keyof Safety>(part: Part, value: Safety[Part], nameOf: NameOf): string => {
  const words: ((value: Safety[Part], nameOf: NameOf) => string) | undefined = LISTS[part];
  if (words) return words(value, nameOf);
  return value === null ? 'none' : value === true ? 'yes' : value === false ? 'no' : String(value);
};

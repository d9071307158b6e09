import { type ChannelView, type DeviceView, isFlexible } from '../../../preload/contract/devices.ts';

/** One controllable channel with its device, as a card shows it. */
export interface ChannelCard {
  readonly key: string;
  readonly device: DeviceView;
  readonly channel: ChannelView;
}

export type CardState = 'stopped' | 'gone' | 'busy' | 'on' | 'off' | 'unknown';

export const cardsOf = (devices: readonly DeviceView[]): ChannelCard[] =>
  devices
    .flatMap((device) =>
      device.channels
        .filter((channel) => channel.controllable && channel.control !== null)
        .map((channel) => ({ key: `${device.id}/${channel.channelId}`, device, channel })),
    )
    .sort((a, b) => a.channel.priority - b.channel.priority || a.channel.name.localeCompare(b.channel.name));

/** Devices with channels that are only measured; controllable ones have cards of their own. */
export const measuredOf = (devices: readonly DeviceView[]): DeviceView[] =>
  devices.filter((device) => device.channels.some((channel) => !channel.controllable || channel.control === null));

export const stateOf = ({ device, channel }: ChannelCard, stopped: boolean): CardState => {
  if (device.state === 'offline') return 'gone';
  if (stopped) return 'stopped';
  if (channel.pending) return 'busy';
  if (channel.setpoint === null) return 'unknown';
  const { setpoint } = channel;
  return setpoint === false || setpoint === 0 || setpoint === 'off' ? 'off' : 'on';
};

export const FILTERS = ['all', 'on', 'held', 'attention'] as const;
export type Filter = (typeof FILTERS)[number];

export const needsPerson = ({ device, channel }: ChannelCard): boolean =>
  channel.trouble !== null || device.state === 'offline';

export const passes = (card: ChannelCard, filter: Filter, now: number): boolean => {
  if (filter === 'on') return stateOf(card, false) === 'on';
  if (filter === 'held') return card.channel.hold !== null && card.channel.hold.until > now;
  return filter === 'all' || needsPerson(card);
};

/** What all flexible loads draw now, W; stale and absent values are left out and counted. */
/** A load draws power of its own; a setting, such as a charge current, does not. */
export const isLoad = (channel: ChannelCard['channel']): boolean =>
  (channel.control?.kind === 'switch' && isFlexible(channel.role)) || channel.measures.powerW !== undefined;

export const flexibleNow = (cards: readonly ChannelCard[]): { readonly powerW: number; readonly leftOut: number } => {
  let powerW = 0;
  let leftOut = 0;
  for (const { channel } of cards) {
    if (!isLoad(channel)) continue;
    const measure = channel.measures.powerW;
    if (!measure || measure.value === null || measure.freshness === 'stale') leftOut += 1;
    else powerW += measure.value;
  }
  return { powerW, leftOut };
};

import type { ControlKind } from '../../../preload/contract/devices.ts';
import type { ChannelSnapshot } from '../../control/types.ts';
import type { Does } from './intent.ts';

type NumberControl = Extract<ControlKind, { kind: 'number' }>;
export type NumberChannel = ChannelSnapshot & { readonly control: NumberControl };

/**
 * How the battery of this home can be steered. `follows`: a setpoint that goes with the house, at the meter (`grid`), which the
 * inverter holds by itself, or of the battery's own signed power. The others are set when what is intended changes: a mode by name, a table
 * of the day, or limits of charge and discharge. `none`: the plan is shown and the battery does as it does.
 */
export type BatteryWay =
  | {
      readonly kind: 'follows';
      readonly what: 'grid' | 'power';
      readonly channel: NumberChannel;
      readonly wattsEach: number;
    }
  | { readonly kind: 'choice'; readonly channel: ChannelSnapshot }
  | { readonly kind: 'table'; readonly channel: ChannelSnapshot }
  | { readonly kind: 'limits'; readonly charge: NumberChannel | null; readonly discharge: NumberChannel | null }
  | { readonly kind: 'none' };

const WATTS: ReadonlyMap<string, number> = new Map([
  ['W', 1],
  ['kW', 1000],
]);

const isNumber = (channel: ChannelSnapshot): channel is NumberChannel => channel.control.kind === 'number';
const isTwoWay = ({ control }: NumberChannel): boolean => control.minimum < 0 && control.maximum > 0;
/** Limits are named so by their drivers, and below zero they mean that there is none. */
const limits = ({ config }: ChannelSnapshot): 'charge' | 'discharge' | null =>
  /discharge/i.test(config.channelId) ? 'discharge' : /charge/i.test(config.channelId) ? 'charge' : null;

const modes = (channel: ChannelSnapshot): boolean => {
  const { control } = channel;
  if (channel.config.role !== 'battery' || control.kind !== 'choice') return false;
  const names = new Set(control.options.map(({ value }) => value));
  return names.has('normal') && (names.has('hold') || names.has('charge'));
};

export type Following = Extract<BatteryWay, { readonly kind: 'follows' }>;

/** The best way that a person has allowed: what follows the house comes before what is set now and then. */
export const wayOf = (all: readonly ChannelSnapshot[]): BatteryWay => {
  const channels = all.filter(({ config }) => config.controllable);
  const numbers = channels.filter(isNumber);
  const powers = numbers.filter((channel) => WATTS.has(channel.control.unit) && isTwoWay(channel));
  const following = (what: 'grid' | 'power', channel: NumberChannel | undefined): BatteryWay | null =>
    channel ? { kind: 'follows', what, channel, wattsEach: WATTS.get(channel.control.unit) ?? 1 } : null;
  const choice = channels.find(modes);
  const table = channels.find(({ control }) => control.kind === 'time-table');
  const battery = numbers.filter(({ config, control }) => config.role === 'battery' && control.unit !== '%');
  const charge = battery.find((channel) => limits(channel) === 'charge') ?? null;
  const discharge = battery.find((channel) => limits(channel) === 'discharge') ?? null;
  return (
    following(
      'grid',
      powers.find(({ config }) => config.role === 'grid'),
    ) ??
    following(
      'power',
      powers.find((channel) => channel.config.role === 'battery' && limits(channel) === null),
    ) ??
    (choice ? { kind: 'choice', channel: choice } : null) ??
    (table ? { kind: 'table', channel: table } : null) ??
    (charge || discharge ? { kind: 'limits', charge, discharge } : { kind: 'none' })
  );
};

/** The channels of a way. */
export const channelsOf = (way: BatteryWay): readonly ChannelSnapshot[] => {
  if (way.kind === 'none') return [];
  if (way.kind === 'limits') return [way.charge, way.discharge].filter((channel) => channel !== null);
  return [way.channel];
};

/** The mode of a battery that knows only names; where it has no such mode it does as it does by itself. */
export const modeFor = (does: Does, { control }: ChannelSnapshot): string => {
  const wanted = does === 'charge' ? 'charge' : does === 'hold' || does === 'surplus' ? 'hold' : 'normal';
  return control.kind === 'choice' && control.options.some(({ value }) => value === wanted) ? wanted : 'normal';
};

/** What the two limits have to be: the safe state is what stands there when nobody limits anything. */
export const limitsFor = (does: Does): { readonly charge: 'shut' | 'open'; readonly discharge: 'shut' | 'open' } => ({
  charge: does === 'house' || does === 'hold' || does === 'discharge' ? 'shut' : 'open',
  discharge: does === 'surplus' || does === 'hold' || does === 'charge' ? 'shut' : 'open',
});

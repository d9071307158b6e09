import type { Metric } from '../../../preload/contract/base.ts';
import { type Connection, connectionSchema } from '../../../preload/contract/devices.ts';
import { channelId } from '../../ids.ts';
import { HOME_BOUNDS } from '../measured-unit.ts';
import type { ChannelSpec, ControlSpec } from '../types.ts';
import { metricOf, parseTopicLines, type TopicLine } from './topic-line.ts';

export const TOPICS = 'topics';

export const linesOf = (connection: Connection): readonly TopicLine[] =>
  parseTopicLines(connection.options?.[TOPICS] ?? '').lines;

/** Every problem of the document is told, each with its line. */
export const mqttConnectionSchema = connectionSchema.superRefine(({ options }, context) => {
  const { problems } = parseTopicLines(options?.[TOPICS] ?? '');
  if (problems.length === 0) return;
  const message = problems.map((problem) => `line ${problem.number}: ${problem.message}`).join('; ');
  context.addIssue({ code: 'custom', path: ['options', TOPICS], message });
});

const OPTION_OFF = 'off';

const controlOf = (line: TopicLine, metrics: readonly Metric[]): ControlSpec | null => {
  const { command, value } = line;
  if (command === null) return null;
  const shared = {
    // Unknown gear may hold a compressor or a contactor: gentle until the person knows better.
    defaultRules: { minOnMs: 300_000, minOffMs: 300_000, maxSwitchesPerHour: 6, writeBudgetPerDay: 300 },
    readBackAfterMs: 250,
    readBackWithinMs: 15_000,
    deviceLease: false,
  };
  const unseen = { kind: 'none', because: 'what it does to power is not declared' } as const;
  switch (value.kind) {
    case 'switch':
      return {
        ...shared,
        control: { kind: 'switch' },
        defaultSafeState: command.safe === 'on',
        effect: metrics.includes('powerW')
          ? { kind: 'power-follows-switch', onAboveW: 10, offBelowW: 8, withinMs: 60_000 }
          : unseen,
      };
    case 'choice':
      return {
        ...shared,
        control: { kind: 'choice', options: value.options.map((option) => ({ value: option, label: option })) },
        defaultSafeState:
          command.safe ?? value.options.find((option) => option === OPTION_OFF) ?? value.options[0] ?? OPTION_OFF,
        effect: unseen,
      };
    case 'number': {
      if (command.range === null) return null;
      const { minimum, maximum } = command.range;
      const nearestToZero = Math.min(maximum, Math.max(minimum, 0));
      return {
        ...shared,
        control: { kind: 'number', ...command.range },
        defaultSafeState: command.safe === null ? nearestToZero : Number(command.safe),
        effect: unseen,
      };
    }
  }
};

/** One channel for each name in the document, with the values of all its lines. */
export const mqttChannels = (connection: Connection): readonly ChannelSpec[] => {
  const lines = linesOf(connection);
  return [...new Set(lines.map(({ channel }) => channel))].map((name) => {
    const own = lines.filter(({ channel }) => channel === name);
    const metrics = own.flatMap((line) => metricOf(line) ?? []);
    const control = own.map((line) => controlOf(line, metrics)).find((spec) => spec !== null) ?? null;
    return {
      channelId: channelId(name),
      label: own.find(({ label }) => label !== null)?.label ?? name,
      suggestedRole: own.find(({ role }) => role !== null)?.role ?? (control === null ? 'none' : 'other-load'),
      metrics,
      bounds: Object.fromEntries(metrics.map((metric) => [metric, HOME_BOUNDS[metric]])),
      control,
    };
  });
};

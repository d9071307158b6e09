import type { Setpoint } from '../../../preload/contract/base.ts';
import type { Clock } from '../../clock.ts';
import { channelId } from '../../ids.ts';
import type { Reading } from '../../reading.ts';
import type { MqttMessage } from './mqtt-link.ts';
import { findIn, meant, measured, timeOf } from './payload.ts';
import { metricOf, type TopicLine } from './topic-line.ts';

/** A clock of a device that is further off than this is not believed. */
const TRUSTED_CLOCK_DIFFERENCE_MS = 5_000;

interface Held {
  readonly said: Setpoint;
  /** When it was measured, as far as anybody can know. */
  readonly measuredAt: number;
  readonly receivedAt: number;
}

/** The newest values of every line, and whether they still hold. */
export const createHeldValues = (options: {
  readonly lines: readonly TopicLine[];
  readonly clock: Clock;
  readonly onRejected: () => void;
}) => {
  const { clock, lines, onRejected } = options;
  const held = new Map<TopicLine, Held>();
  const present = new Map<TopicLine, boolean>();
  const writtenAt = new Map<string, number>();

  /** Null: nobody knows how old it is. */
  const measuredAtOf = (text: string, line: TopicLine, { receivedAt, retained }: MqttMessage): number | null => {
    const at = line.timePath === null ? null : timeOf(text, line.timePath);
    if (at === null || at > receivedAt + TRUSTED_CLOCK_DIFFERENCE_MS) return retained ? null : receivedAt;
    return Math.min(at, receivedAt);
  };

  const holds = (line: TopicLine): boolean => {
    const value = held.get(line);
    if (value === undefined || (line.availability !== null && present.get(line) !== true)) return false;
    return line.expireMs === null || clock.now() - value.measuredAt <= line.expireMs;
  };

  /** A state that holds until it changes is true now, unless we have commanded since it was said. */
  const knownAt = (line: TopicLine, value: Held): number =>
    line.expireMs === null && value.receivedAt >= (writtenAt.get(line.channel) ?? 0) ? clock.now() : value.measuredAt;

  const readingOf = (line: TopicLine): readonly Reading[] => {
    const value = held.get(line);
    const metric = metricOf(line);
    if (value === undefined || metric === null || !holds(line)) return [];
    const number = measured(value.said, line.value);
    if (number === null) return [];
    const at = knownAt(line, value);
    return [
      {
        channelId: channelId(line.channel),
        metric,
        value: number,
        measuredAt: at,
        receivedAt: Math.max(at, value.receivedAt),
        quality: 'good',
      },
    ];
  };

  return {
    /** True where the line has a new value. */
    hear: (line: TopicLine, message: MqttMessage): boolean => {
      const text = message.payload.toString('utf8');
      const found = findIn(text, line.path);
      const said = found.kind === 'value' ? meant(found.value, line.value) : null;
      if (found.kind === 'malformed' || (found.kind === 'value' && said === null)) {
        // What came last cannot be read: what came before it is not the state any more.
        held.delete(line);
        onRejected();
        return false;
      }
      if (said === null) {
        // A text that is "unavailable" ends the value; a JSON without it may be about something else.
        if (line.path.length === 0) held.delete(line);
        return false;
      }
      const measuredAt = measuredAtOf(text, line, message);
      if (measuredAt === null) return false;
      held.set(line, { said, measuredAt, receivedAt: message.receivedAt });
      return true;
    },
    hearAvailability: (line: TopicLine, message: MqttMessage): void => {
      const found = findIn(message.payload.toString('utf8'), []);
      // Zigbee2MQTT wraps the word: {"state":"online"}.
      const wrapped = findIn(message.payload.toString('utf8'), ['state']);
      const word = wrapped.kind === 'value' ? wrapped.value : found.kind === 'value' ? found.value : '';
      const { availability } = line;
      if (availability === null) return;
      const isThere = String(word) === availability.online;
      present.set(line, isThere);
      // What it said before it went is not known to hold when it is back.
      if (!isThere) held.delete(line);
    },
    holds,
    isAway: (line: TopicLine): boolean => line.availability !== null && present.get(line) !== true,
    readingOf,
    readings: (): readonly Reading[] => lines.flatMap(readingOf),
    /** What is set, with the time from which on that is known. */
    said: (
      line: TopicLine,
    ): { readonly value: Setpoint; readonly measuredAt: number; readonly receivedAt: number } | null => {
      const value = held.get(line);
      return value !== undefined && holds(line)
        ? { value: value.said, measuredAt: knownAt(line, value), receivedAt: value.receivedAt }
        : null;
    },
    wrote: (channel: string): void => void writtenAt.set(channel, clock.now()),
    /** The connection is gone: nothing is known any more. */
    forget: (): void => {
      held.clear();
      present.clear();
    },
  };
};

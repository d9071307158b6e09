import { createHash } from 'node:crypto';
import type { Setpoint } from '../../../preload/contract/base.ts';
import type { ChannelId } from '../../ids.ts';
import type { Reading } from '../../reading.ts';
import { ok, permanent, type Result } from '../../result.ts';
import type {
  ChannelActuator,
  ControlSpec,
  DeviceIdentity,
  Driver,
  DriverDeps,
  OpenDevice,
  OpenOptions,
} from '../types.ts';
import { channelOf, ENTITIES, entitiesOf, hubChannels, hubConnectionSchema, modeChannelOf } from './channels.ts';
import type { EntityLine } from './entity-line.ts';
import { createHubFailures } from './failures.ts';
import { createHub, saidAt } from './hub.ts';
import type { EntityState, HubConfig } from './messages.ts';
import { companionReadings, entityReadings, type HubUnits, isAvailable, serviceOf, setpointOf } from './readings.ts';
import { type SuggestedLine, suggestedLines } from './suggest.ts';

/** A measured value that was said longer ago is asked for anew: only so the server tells that it was said again. */
const ASK_ANEW_MS = 45_000;
const MOST_ASKED_ANEW = 25;
/** Older than this is history, not a reading. */
const OLDEST_MS = 3_600_000;

/** What is remembered of the last command of a channel. */
interface Written {
  readonly value: Setpoint;
  readonly atMs: number;
  readonly at: number;
  readonly saidBefore: number | null;
  readonly contextId: string | null;
}

const identityOf = ({ latitude = 0, location_name, longitude = 0, time_zone, version }: HubConfig): DeviceIdentity => ({
  // The server tells no serial number: home and place stay when its address moves.
  serial: `home-${createHash('sha256')
    .update(`${location_name}|${time_zone}|${latitude.toFixed(2)}|${longitude.toFixed(2)}`)
    .digest('hex')
    .slice(0, 16)}`,
  model: 'Home Assistant',
  firmware: version,
});

const sameValue = (one: Setpoint, other: Setpoint, { control }: ControlSpec): boolean =>
  control.kind === 'number' ? Math.abs(Number(one) - Number(other)) <= control.step / 2 : one === other;

const open = ({ connection, secret }: OpenOptions, deps: DriverDeps): OpenDevice => {
  const { clock } = deps;
  const lines = entitiesOf(connection);
  const specs = hubChannels(connection);
  const ids = [
    ...new Set(
      lines.flatMap(({ entityId, energyId, powerId }) => [entityId, ...[powerId, energyId].flatMap((id) => id ?? [])]),
    ),
  ];
  const failures = createHubFailures(`${connection.host}:${connection.port}`);
  const listeners = new Set<(readings: readonly Reading[]) => void>();
  const written = new Map<ChannelId, Written>();
  let config: HubConfig | null = null;

  const units = (): HubUnits => ({ temperature: config?.unit_system?.temperature ?? '°C' });
  const measuredAtOf = (state: EntityState, receivedAt: number): number => {
    const at = saidAt(state);
    return at === null ? receivedAt : Math.min(hub.toOurTime(at), receivedAt);
  };

  /** `isAsked`: the server was asked just now; what is set, not measured, then holds now. */
  const readingsOf = (state: EntityState, isAsked: boolean): readonly Reading[] => {
    const receivedAt = clock.now();
    const said = { measuredAt: measuredAtOf(state, receivedAt), receivedAt };
    const readings = lines.flatMap((line) => {
      const isMeasured = line.kind === 'sensor' || line.kind === 'climate';
      const times = isAsked && !isMeasured ? { measuredAt: receivedAt, receivedAt } : said;
      return [
        ...(line.entityId === state.entity_id ? entityReadings(line, state, units(), times) : []),
        ...(line.powerId === state.entity_id ? companionReadings(line, 'powerW', state, said) : []),
        ...(line.energyId === state.entity_id ? companionReadings(line, 'energyKwh', state, said) : []),
      ];
    });
    return readings.filter(({ measuredAt }) => receivedAt - measuredAt <= OLDEST_MS);
  };

  const hub = createHub({
    connection,
    secret,
    deps,
    onChange: ({ state }) => {
      if (state === null || !ids.includes(state.entity_id)) return;
      const readings = readingsOf(state, false);
      if (readings.length > 0) for (const listener of listeners) listener(readings);
    },
  });

  const settings = async (signal: AbortSignal): Promise<Result<HubConfig>> => {
    if (config !== null) return ok(config);
    const found = await hub.config(signal);
    if (found.ok) config = found.value;
    return found;
  };

  const isMeasuredBy = (id: string): boolean =>
    lines.some(
      ({ energyId, entityId, kind, powerId }) =>
        powerId === id || energyId === id || (entityId === id && (kind === 'sensor' || kind === 'climate')),
    );

  const read = async (signal: AbortSignal): Promise<Result<readonly Reading[]>> => {
    const known = await settings(signal);
    if (!known.ok) return known;
    const answer = await hub.states(ids, signal);
    if (!answer.ok) return answer;
    const states = new Map(answer.value);
    if (states.size === 0) return failures.noneThere(ids);
    const now = clock.now();
    const old = [...states.values()].filter(
      (state) => isAvailable(state) && isMeasuredBy(state.entity_id) && now - measuredAtOf(state, now) > ASK_ANEW_MS,
    );
    for (const { entity_id } of old.slice(0, MOST_ASKED_ANEW)) {
      const anew = await hub.state(entity_id, signal);
      if (!anew.ok) return anew;
      if (anew.value === null) states.delete(entity_id);
      else states.set(entity_id, anew.value);
    }
    const readings = [...states.values()].flatMap((state) => readingsOf(state, true));
    // Choices say nothing that is measured: there the answer alone is the sign of life.
    const isChoiceOnly = lines.every(({ kind }) => kind === 'choice') && [...states.values()].some(isAvailable);
    return readings.length > 0 || isChoiceOnly ? ok(readings) : failures.unavailable(ids);
  };

  const current = async (line: EntityLine, signal: AbortSignal): Promise<Result<EntityState>> => {
    const found = await hub.state(line.entityId, signal);
    if (!found.ok) return found;
    if (found.value === null) return failures.noneThere([line.entityId]);
    return isAvailable(found.value) ? ok(found.value) : failures.unavailable([line.entityId]);
  };

  /**
   * Home Assistant goes on showing the state from before while a device is slow, and for ever where it did not obey. So
   * for as long as a command may take, only what was said since counts as newer than it.
   */
  const knownAt = (
    channel: ChannelId,
    state: EntityState,
    value: Setpoint,
    spec: ControlSpec,
    askedAt: number,
  ): number => {
    const last = written.get(channel);
    if (last === undefined || clock.monotonicMs() - last.atMs > spec.readBackWithinMs) return askedAt;
    const isOurs =
      last.contextId !== null && (state.context?.id === last.contextId || state.context?.parent_id === last.contextId);
    const isNewer = saidAt(state) !== last.saidBefore;
    if (isOurs || isNewer || sameValue(value, last.value, spec)) return askedAt;
    return Math.min(measuredAtOf(state, askedAt), last.at - 1);
  };

  const actuatorOf = (line: EntityLine, channel: ChannelId): readonly ChannelActuator[] => {
    const spec = specs.find(({ channelId }) => channelId === channel)?.control ?? null;
    if (spec === null) return [];
    return [
      {
        channelId: channel,
        spec,
        write: async (value, { signal }) => {
          const known = await settings(signal);
          if (!known.ok) return known;
          const call = serviceOf(line, channel, value, units());
          if (call === null)
            return permanent(
              'device.wrong-setpoint',
              `${line.entityId} does not take this value.`,
              'Ask for a value within what its line in the entities allows.',
            );
          const before = await current(line, signal);
          if (!before.ok) return before;
          const wish = { value, atMs: clock.monotonicMs(), at: clock.now(), saidBefore: saidAt(before.value) };
          const called = await hub.callService(call, line.entityId, signal);
          if (!called.ok) return called;
          written.set(channel, { ...wish, contextId: called.value });
          return ok(undefined);
        },
        readBack: async (signal) => {
          const known = await settings(signal);
          if (!known.ok) return known;
          const askedAt = clock.now();
          const state = await current(line, signal);
          if (!state.ok) return state;
          const value = setpointOf(line, channel, state.value, units());
          if (value === null) return failures.unavailable([line.entityId]);
          return ok({ value, leaseEndsAt: null, measuredAt: knownAt(channel, state.value, value, spec, askedAt) });
        },
      },
    ];
  };

  return {
    reader: {
      identify: async (signal) => {
        const found = await hub.config(signal);
        if (!found.ok) return found;
        config = found.value;
        return ok(identityOf(found.value));
      },
      read,
      listen: (onReadings) => {
        listeners.add(onReadings);
        return () => void listeners.delete(onReadings);
      },
      diagnostics: hub.diagnostics,
    },
    actuators: lines.flatMap((line) => [
      ...actuatorOf(line, channelOf(line)),
      ...(line.kind === 'climate' ? actuatorOf(line, modeChannelOf(line)) : []),
    ]),
    close: async () => {
      listeners.clear();
      hub.close();
    },
  };
};

const suggestOptions = async (
  { connection, secret }: OpenOptions,
  deps: DriverDeps,
  signal: AbortSignal,
): Promise<Result<readonly SuggestedLine[]>> => {
  const hub = createHub({ connection, secret, deps, onChange: () => undefined });
  const config = await hub.config(signal);
  const states = config.ok ? await hub.everything(signal) : config;
  hub.close();
  if (!config.ok) return config;
  return states.ok ? ok(suggestedLines(states.value, config.value.unit_system?.temperature === '°F')) : states;
};

/** Whatever Home Assistant knows: the person chooses entities and says what they are for the house. */
export const homeAssistant: Driver = {
  id: 'home-assistant',
  label: 'Home Assistant',
  vendor: 'Home Assistant',
  products: ['Home Assistant 2024.1 and later: sensors, switches, lights, numbers, selects, climates, water heaters'],
  deviceClass: 'hub',
  reach: 'local',
  connectionSchema: hubConnectionSchema,
  defaultPort: 8123,
  needsUnitId: false,
  takesPassword: true,
  secret: {
    label: 'Long-lived access token',
    help: 'In Home Assistant: your profile (bottom left), Security, Long-lived access tokens, Create token. It is shown once.',
  },
  encryption: 'off',
  options: [
    {
      name: ENTITIES,
      label: 'Entities',
      help: 'One a line: entity = role, such as "sensor.grid_power = grid" or "switch.boiler = water-heater power=sensor.boiler_power".',
      kind: 'lines',
      required: true,
    },
  ],
  discovery: { services: ['_home-assistant._tcp'] },
  pollPeriodMs: 15_000,
  freshnessLimitMs: 120_000,
  parallelRequests: 2,
  channels: [],
  channelsFor: hubChannels,
  busKey: ({ host, port }) => `home-assistant:${host}:${port}`,
  open,
  suggestOptions,
};

import { connectionSchema } from '../../../preload/contract/devices.ts';
import type { Reading } from '../../reading.ts';
import { ok, type Result, temporary } from '../../result.ts';
import { eitherSignal } from '../any-signal.ts';
import type { ChannelActuator, Driver, DriverDeps, OpenDevice, OpenOptions, Sighting } from '../types.ts';
import { createBatteryMode } from './battery-mode.ts';
import { EVCC_CHANNELS } from './channels.ts';
import { createEvccPush } from './push.ts';
import { BATTERY, evccReadings, presentIn } from './readings.ts';
import { createEvccRest, type EvccRest, notThere, wrongSetpoint } from './rest.ts';
import { changesOf, type EvccState, merged, stateOf } from './state.ts';

const PORT = 7070;

/** evcc has no serial number: the name of its site stands for it. */
const serialOf = (state: EvccState): string => {
  const title = state.get('siteTitle');
  const name = typeof title === 'string' && title.trim() !== '' ? title.trim() : 'untitled';
  return `evcc_${name.replaceAll(/[^\p{L}\p{N}]+/gu, '_').slice(0, 60)}`;
};

const textAt = (state: EvccState, key: string): string | null => {
  const value = state.get(key);
  return typeof value === 'string' && value !== '' ? value : null;
};

/** Where a setting of a charger is written, and where it is read; both start from the channel's own name. */
const SETTINGS: Readonly<Record<string, { readonly path: string; readonly key: string; readonly what: string }>> = {
  mode: { path: 'mode', key: 'mode', what: 'a charging mode' },
  'limit-soc': { path: 'limitsoc', key: 'limitSoc', what: 'a limit in %' },
  'min-current': { path: 'mincurrent', key: 'minCurrent', what: 'a current in A' },
  'max-current': { path: 'maxcurrent', key: 'maxCurrent', what: 'a current in A' },
};

const loadpointActuators = (rest: EvccRest, { clock }: DriverDeps, life: AbortSignal): readonly ChannelActuator[] =>
  EVCC_CHANNELS.flatMap(({ channelId, control: spec }): ChannelActuator[] => {
    const found = /^loadpoint:(\d+)(?::(.+))?$/.exec(channelId);
    const setting = SETTINGS[found?.[2] ?? 'mode'];
    if (!spec || !found || !setting) return [];
    const number = Number(found[1]);
    return [
      {
        channelId,
        spec,
        write: async (value, { signal: asked }) => {
          const { control } = spec;
          const fits =
            control.kind === 'choice'
              ? control.options.some((option) => option.value === value)
              : control.kind === 'number' &&
                typeof value === 'number' &&
                value >= control.minimum &&
                value <= control.maximum;
          if (!fits) return wrongSetpoint(setting.what);
          const { signal, end } = eitherSignal(asked, life);
          // Addresses count from 1, the state from 0.
          const path = `loadpoints/${number}/${setting.path}/${String(value)}`;
          return rest.set(path, `${setting.what} for charger ${number}`, signal).finally(end);
        },
        readBack: async (signal) => {
          const measuredAt = clock.now();
          const state = await rest.state(signal);
          if (!state.ok) return state;
          const value = state.value.get(`loadpoints.${number - 1}.${setting.key}`);
          const isThere =
            spec.control.kind === 'choice' ? typeof value === 'string' && value !== '' : typeof value === 'number';
          if (!isThere || value === null || value === undefined) return notThere(rest.name, `charger ${number}`);
          return ok({ value, leaseEndsAt: null, measuredAt });
        },
      },
    ];
  });

const open = ({ connection, secret }: OpenOptions, deps: DriverDeps): OpenDevice => {
  const { clock, http } = deps;
  const rest = createEvccRest({ connection, secret, http, clock });
  const life = new AbortController();
  const listeners = new Set<(readings: readonly Reading[]) => void>();
  let state: EvccState | null = null;
  let pushed: EvccState | null = null;

  const tell = (named?: readonly string[]): void => {
    const receivedAt = clock.now();
    const readings = pushed ? evccReadings(pushed, { measuredAt: receivedAt, receivedAt }, named) : [];
    if (readings.length > 0) for (const listener of listeners) listener(readings);
  };

  const push = createEvccPush({
    connection,
    secret,
    clock,
    onMalformed: rest.countRejected,
    onMessage: (message, isFirst) => {
      if (isFirst) {
        pushed = stateOf(message);
        if (pushed === null) throw new SyntaxError('no state of evcc');
        return tell();
      }
      const changes = changesOf(message);
      if (changes === null || pushed === null) throw new SyntaxError('no changes of a state');
      pushed = merged(pushed, changes);
      tell([...changes.keys, ...changes.values.keys()]);
    },
  });

  const ask = async (asked: AbortSignal): Promise<Result<EvccState>> => {
    const { signal, end } = eitherSignal(asked, life.signal);
    return rest.state(signal).finally(end);
  };

  const battery = EVCC_CHANNELS.flatMap(({ channelId, control }) =>
    channelId === BATTERY && control ? [createBatteryMode(rest, control, clock)] : [],
  );

  return {
    reader: {
      identify: async (signal) => {
        const answer = await ask(signal);
        if (!answer.ok) return answer;
        const version = textAt(answer.value, 'version');
        return ok({ serial: serialOf(answer.value), model: 'evcc', firmware: version });
      },
      read: async (signal) => {
        const measuredAt = clock.now();
        const answer = await ask(signal);
        if (!answer.ok) return answer;
        state = answer.value;
        if (listeners.size > 0) push.ensureOpen();
        const readings = evccReadings(state, { measuredAt, receivedAt: clock.now() });
        if (readings.length > 0) return ok(readings);
        return temporary(
          'device.nothing-measured',
          `${rest.name} measures nothing yet.`,
          'It may be starting; look at its own page when this goes on.',
        );
      },
      listen: (onReadings) => {
        listeners.add(onReadings);
        push.ensureOpen();
        return () => void listeners.delete(onReadings);
      },
      diagnostics: rest.diagnostics,
    },
    actuators: [...battery, ...loadpointActuators(rest, deps, life.signal)],
    present: () => (state === null ? EVCC_CHANNELS.map(({ channelId }) => channelId) : presentIn(state)),
    close: async () => {
      life.abort();
      listeners.clear();
      for (const { end } of battery) end();
      push.close();
    },
  };
};

/** evcc as a guest: we set modes and limits, and leave the currents to it. */
export const evcc: Driver = {
  id: 'evcc',
  label: 'evcc (charging with surplus)',
  vendor: 'evcc',
  products: ['evcc 0.130 and later, up to four chargers'],
  deviceClass: 'hub',
  reach: 'local',
  connectionSchema,
  defaultPort: PORT,
  needsUnitId: false,
  takesPassword: true,
  secret: {
    label: 'API key',
    help: 'Only where evcc asks for one: Configuration, Security. Leave it empty otherwise.',
  },
  encryption: 'off',
  discovery: {
    services: ['_http._tcp'],
    claims: ({ name }: Sighting) => /^evcc\b/i.test(name),
    scanPort: PORT,
    recognise: async ({ host, port }, { http, clock }, signal) => {
      const state = await createEvccRest({ connection: { host, port }, secret: null, http, clock }).state(signal);
      if (!state.ok) return null;
      const version = textAt(state.value, 'version');
      return { identity: serialOf(state.value), model: version === null ? 'evcc' : `evcc ${version}` };
    },
  },
  pollPeriodMs: 10_000,
  freshnessLimitMs: 35_000,
  parallelRequests: 2,
  channels: EVCC_CHANNELS,
  busKey: ({ host, port }) => `evcc:${host}:${port}`,
  open,
};

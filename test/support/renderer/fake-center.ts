import type { ChannelId, DeviceId, Mode } from '../../../preload/contract/base.ts';
import type { DriverView } from '../../../preload/contract/devices.ts';
import { DEFAULT_SETTINGS, type SiteSettings } from '../../../preload/contract/house.ts';
import type { LiveState, StopState } from '../../../preload/contract/site.ts';
import type {
  CommandName,
  EventName,
  EventPayload,
  QueryInput,
  QueryName,
  QueryOutput,
  Reply,
  Request,
} from '../../../preload/contract.ts';
import { fakeActions, fakeStop } from './fake-actions.ts';
import { fakeAutomation } from './fake-automation.ts';
import { band, type FakeDay, measured, priceOf, STEP_MS, socPct } from './fake-day.ts';
import { fakeFeedConfig, fakeFeedProviders, fakeFeedStatus } from './fake-feeds.ts';
import { fakeBackups, fakeFlows, fakeHealth, fakeRuns } from './fake-health.ts';
import { fakeDevices, measure, SITE_ID, site } from './fake-house.ts';
import { fakeForecast, fakeHistory } from './fake-insight.ts';
import { fakeModelAnswers } from './fake-models.ts';
import { fakeOverview } from './fake-overview.ts';
import { type FakePlanState, fakePlanAnswers } from './fake-plan.ts';
import { fakePresence } from './fake-presence.ts';

export type SceneName =
  | 'day'
  | 'evening'
  | 'night'
  | 'stopped'
  | 'stale'
  | 'absent'
  | 'unbalanced'
  | 'suggest'
  | 'demo'
  | 'loading'
  | 'failing'
  | 'empty';

export interface FakeCenter {
  /** Null: no answer at all, to see how waiting looks. */
  answer(request: Request): Reply<unknown> | null;
  now(): number;
  live(): LiveState;
  onEvent(listener: <Name extends EventName>(name: Name, payload: EventPayload<Name>) => void): void;
}

const HOUR = 3_600_000;

const POWERS: Readonly<Record<string, readonly [solar: number, battery: number, grid: number]>> = {
  evening: [1340, -2600, 1460],
  night: [0, 0, 2820],
  stopped: [9120, 3520, -4760],
};

/** A driver as the form to add a device sees it. */
const driverView = (id: string, label: string, deviceClass: DriverView['deviceClass'], port: number): DriverView => ({
  id,
  label,
  vendor: label.split(' ')[0] ?? label,
  deviceClass,
  reach: 'local',
  products: [label],
  defaultHost: null,
  defaultPort: port,
  needsUnitId: port === 502,
  takesPassword: port === 80,
  secretLabel: 'Password',
  secretHelp: 'Only where the device asks for one.',
  options: [],
  discoverable: true,
  encryption: null,
  suggests: false,
  pollPeriodMs: 10_000,
});

/** Stands in for a center while parts of the page are looked at. Never part of the product. */
export const createFakeCenter = (scene: SceneName, startAt: number, midnight: number): FakeCenter => {
  const began = Date.now();
  const now = (): number => startAt + (Date.now() - began);
  const listeners: ((name: EventName, payload: never) => void)[] = [];
  let mode: Mode = scene === 'suggest' ? 'suggest' : 'automate';
  let stop: StopState | null = scene === 'stopped' ? fakeStop(startAt, 'Mara', startAt - 252_000) : null;
  let settings: SiteSettings = { ...DEFAULT_SETTINGS, batteryCapacityKwh: 20, pvPeakW: 14_600 };
  const day = (): FakeDay => ({ midnight, now: now() });
  const emit = <Name extends EventName>(name: Name, payload: EventPayload<Name>): void => {
    for (const listener of listeners) listener(name, payload as never);
  };

  const live = (): LiveState => {
    const at = now();
    const [solar, battery, grid] = POWERS[stop ? 'stopped' : scene] ?? [9180, 2460, -180];
    const wobble = 1 + 0.01 * Math.sin(at / 7000);
    const pv = solar * wobble;
    const gridNow = grid - (pv - solar);
    const loadW = pv + gridNow - battery;
    const stale = scene === 'stale' ? 380_000 : 3000;
    const running = !stop && scene !== 'night' && scene !== 'evening';
    const loads: LiveState['loads'] = fakeDevices(at)
      .filter((device) => device.channels.some((channel) => channel.controllable))
      .slice(0, 6)
      .flatMap((device) =>
        device.channels.map((channel) => {
          const powerW = running
            ? (channel.measures.powerW?.value ?? 0)
            : device.id === 'heat-pump' && !stop
              ? 1100
              : 0;
          const notes: Record<string, string> = {
            'miner-a': 'on until 17:30',
            'miner-b': 'waits for 80 % SOC',
            water: '52 of 60 °C',
          };
          return {
            deviceId: device.id,
            channelId: channel.channelId,
            name: channel.name,
            role: channel.role,
            priority: channel.priority,
            power: measure(powerW, 'W', at, scene === 'stale' && device.id === 'water' ? stale : 3000),
            on: powerW > 20,
            note: stop ? 'off' : (notes[device.id] ?? (powerW > 20 ? 'running' : 'off')),
          };
        }),
      );
    const flexible = loads.reduce((sum, load) => sum + (load.power.value ?? 0), 0);
    const missing = scene === 'unbalanced' ? 900 : 0;
    return {
      siteId: SITE_ID,
      at,
      pvW: measure(pv, 'W', at, scene === 'stale' ? stale : 3000),
      gridW: measure(scene === 'absent' ? null : gridNow, 'W', at),
      batteryW: measure(battery, 'W', at),
      loadW: measure(loadW - missing, 'W', at),
      householdW: measure(Math.max(300, loadW - flexible - missing), 'W', at),
      socPct: measure(scene === 'evening' ? 88 : scene === 'night' ? 56 : 71, '%', at),
      batteryTempC: measure(24.6, '°C', at),
      batteryVoltageV: measure(52.9, 'V', at),
      unmeasuredW: missing,
      balanced: missing === 0,
      loads,
    };
  };

  const PLANS: Partial<Record<SceneName, FakePlanState>> = {
    empty: 'waiting',
    stale: 'stale',
    evening: 'simple',
    night: 'off',
    suggest: 'kept',
    demo: 'planning',
    unbalanced: 'running',
  };

  const answers: { [Name in QueryName]: (input: QueryInput<Name>) => QueryOutput<Name> } = {
    ...fakeModelAnswers(now, scene === 'empty'),
    ...fakeAutomation(now, scene === 'empty'),
    ...fakePlanAnswers(day, PLANS[scene] ?? 'ready'),
    'center.status': () => ({
      version: '0.1.0',
      host: 'test',
      now: now(),
      startedAt: startAt - HOUR,
      activeSiteId: SITE_ID,
      sites: [site(scene === 'demo')],
      mode,
      testMode: false,
      stop,
      pendingProposals: mode === 'suggest' ? 2 : 0,
    }),
    'center.link': () => ({ address: null }),
    'site.live': live,
    'site.overview': () => fakeOverview(now()),
    'devices.list': () =>
      fakeDevices(now()).map((one) =>
        stop
          ? {
              ...one,
              channels: one.channels.map((channel) => ({
                ...channel,
                pending: null,
                hold: null,
                setpoint: channel.controllable ? false : channel.setpoint,
                measures: channel.controllable ? { powerW: measure(0, 'W', now()) } : channel.measures,
              })),
            }
          : one,
      ),
    'devices.drivers': () => [
      driverView('victron-gx', 'Victron GX (Modbus)', 'inverter', 502),
      driverView('solark', 'Sol-Ark inverter (Modbus)', 'inverter', 502),
      driverView('shelly-gen2', 'Shelly plug or relay', 'plug', 80),
    ],
    'devices.exportCsv': () => ({ csv: '' }),
    'devices.checkBalance': () => ({
      outcome: 'right',
      sentence: 'Signs and units are right.',
      findings: [],
      samples: 12,
      residualNowW: 40,
      residualFoundW: 40,
    }),
    'feeds.status': () => fakeFeedStatus(SITE_ID, now()),
    'feeds.config': () => fakeFeedConfig(SITE_ID),
    'feeds.providers': fakeFeedProviders,
    'weather.get': () => ({ siteId: SITE_ID, rows: [], attributions: [] }),
    'carbon.get': () => ({ siteId: SITE_ID, rows: [], attributions: [] }),
    'tariff.get': () => ({ siteId: SITE_ID, tariff: null, changes: [] }),
    'tariff.preview': () => ({ siteId: SITE_ID, currency: 'EUR', rates: [], problems: [] }),
    'control.actions': () => (scene === 'empty' ? [] : fakeActions(now())),
    'control.proposals': () =>
      mode !== 'suggest'
        ? []
        : [
            {
              id: 'p-1',
              siteId: SITE_ID,
              deviceId: 'miner-b' as DeviceId,
              channelId: 'switch:0' as ChannelId,
              deviceName: 'Miner B',
              setpoint: true,
              origin: 'plan',
              reason: 'The sun carries it until 16:00, and the battery is full by 17:00.',
              reasonCode: 'SURPLUS',
              ifIgnored: 'Nothing happens; the surplus goes to the grid at 0.08 €.',
              askedBecause: 'suggest',
              powerW: null,
              stages: [{ stage: 'envelope', outcome: 'passed', code: 'OK', sentence: 'Inside the envelope.' }],
              createdAt: startAt - 78_000,
              expiresAt: startAt + 222_000,
            },
          ],
    'forecast.get': (input) => fakeForecast(input, day(), scene === 'empty'),
    'forecast.battery': () => {
      const d = day();
      return {
        siteId: SITE_ID,
        issuedAt: d.now,
        stepMs: STEP_MS,
        capacityKwh: 20,
        minimumPct: 30,
        soc: band(d, socPct, d.now, d.now + 24 * HOUR, 0.1).map((point) => ({
          ...point,
          p90: Math.min(100, point.p90),
        })),
        measured: measured(d, socPct, midnight, d.now),
      };
    },
    'history.get': (input) => fakeHistory(input, day(), scene === 'demo'),
    'prices.get': (input) => ({
      siteId: SITE_ID,
      currency: 'EUR',
      source: 'Day-ahead market',
      prices: Array.from({ length: 48 }, (_, hour) => ({
        at: input.from + hour * HOUR,
        stepMs: HOUR,
        importPerKwh: priceOf(hour),
        exportPerKwh: 0.08,
      })),
    }),
    'flows.list': () => fakeFlows(now()),
    'flows.runs': () => fakeRuns(now()),
    'health.get': () => fakeHealth(now()),
    'settings.get': () => settings,
    'settings.audit': () => [
      { name: 'minimumSocPct', before: '25', after: '30', who: 'Mara', at: startAt - 86_400_000 },
      { name: 'maxGridImportW', before: null, after: '11000', who: 'Jonas', at: startAt - 186_400_000 },
    ],
    'backups.list': () => fakeBackups(now()),
    'presence.get': () => fakePresence(scene === 'empty' ? 'off' : scene === 'stale' ? 'untrusted' : 'shown'),
    'notices.list': () => [
      {
        id: 'n-1',
        at: startAt - 840_000,
        level: 'attention',
        title: 'Workshop plug is silent',
        text: 'It has not answered for 10 min.',
      },
      { id: 'n-2', at: startAt - 5_000_000, level: 'info', title: 'Backup written', text: 'Checked, 8.2 MB.' },
    ],
  };

  const command = (name: CommandName, input: Record<string, unknown>): Reply<unknown> => {
    const ok = (value: unknown): Reply<unknown> => ({ ok: true, value });
    if (name === 'stop.activate') {
      stop = { ...fakeStop(now(), String(input['who']), now()), why: null, whyAt: null };
      emit('stop', stop);
      return ok(stop);
    }
    if (name === 'stop.explain' && stop) {
      stop = { ...stop, why: String(input['why']), whyAt: now() };
      emit('stop', stop);
      return ok(stop);
    }
    if (name === 'stop.release') {
      stop = null;
      mode = 'watch';
      emit('stop', null);
      return ok({});
    }
    if (name === 'mode.set') {
      mode = input['mode'] as Mode;
      emit('mode', { siteId: SITE_ID, mode });
      return ok({});
    }
    if (name === 'settings.set') {
      const next = { ...settings, ...(input['changes'] as Partial<SiteSettings>) };
      if (next.minimumSocPct < next.criticalSocPct)
        return {
          ok: false,
          problem: {
            code: 'invalid',
            kind: 'permanent',
            message: 'One field is wrong.',
            advice: 'Mend it and save again.',
            fields: { minimumSocPct: `The minimum must not lie below the critical ${next.criticalSocPct} %.` },
          },
        };
      settings = next;
      return ok(settings);
    }
    if (name === 'devices.probe')
      return ok({
        identity: 'shellyplusplugs-a8032ab1',
        model: 'Plus Plug S',
        channels: [
          {
            channelId: 'switch:0',
            suggestedName: 'Plug',
            suggestedRole: 'other-load',
            control: { kind: 'switch' },
            readings: [
              { metric: 'powerW', value: 142.2, unit: 'W' },
              { metric: 'voltageV', value: 231.2, unit: 'V' },
              { metric: 'on', value: 1, unit: '' },
            ],
          },
        ],
      });
    if (name === 'control.set' || name === 'control.retry' || name === 'control.approve')
      return ok({ actionId: 'a-9' });
    if (name === 'backups.create') return ok(fakeBackups(now())[0]);
    if (name === 'plan.setSettings') return ok(input['settings']);
    if (name === 'plan.recommend') return ok({ found: 2 });
    if (name === 'flows.run') return ok({ runId: 'r-9' });
    return ok({});
  };

  return {
    now,
    live,
    onEvent: (listener) => void listeners.push(listener as (name: EventName, payload: never) => void),
    answer: (request) => {
      if (request.kind === 'command')
        return command(request.name as CommandName, (request.input ?? {}) as Record<string, unknown>);
      if (scene === 'loading' && request.name !== 'center.status') return null;
      if (scene === 'failing' && request.name !== 'center.status')
        return {
          ok: false,
          problem: {
            code: 'store-busy',
            kind: 'temporary',
            message: 'The database did not answer.',
            advice: 'It is asked again; the last good values are used meanwhile.',
          },
        };
      const answer = answers[request.name as QueryName] as ((input: unknown) => unknown) | undefined;
      return answer
        ? { ok: true, value: answer(request.input) }
        : { ok: false, problem: { code: 'unknown', kind: 'permanent', message: request.name, advice: '' } };
    },
  };
};

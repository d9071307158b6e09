import type { Metric } from '../../../preload/contract/base.ts';
import type { Clock } from '../../clock.ts';
import type { ChannelId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import type { Reading } from '../../reading.ts';
import { ok, permanent, type Result } from '../../result.ts';
import { checkedNumber } from '../modbus/setting.ts';
import type { ChannelActuator, ControlSpec } from '../types.ts';
import { CHANNELS } from './channel-ids.ts';
import {
  CHARGE_LIMIT_CONTROL,
  DISCHARGE_LIMIT_CONTROL,
  MINIMUM_SOC_CONTROL,
  RELAY_CONTROL,
  SETPOINT_CONTROL,
} from './controls.ts';
import { dynamicEssSteers } from './failures.ts';
import type { GxMqttSession } from './gx-mqtt-session.ts';
import type { GxTree } from './gx-mqtt-tree.ts';
import type { GxMqttFailures } from './mqtt-failures.ts';
import type { GxNotice } from './mqtt-topics.ts';
import type { VenusValue } from './venus-readings.ts';

/** A path that can be read and written. */
interface Setting {
  readonly channelId: ChannelId;
  readonly spec: ControlSpec;
  readonly metric: Metric;
  readonly service: 'settings' | 'hub4' | 'system';
  readonly path: string;
  readonly what: string;
  /** What "no value" stands for; left out where it stands for nothing. */
  readonly whenInvalid?: number;
  /** Values below are "no limit": set, but nothing to show. */
  readonly showsFrom?: number;
  /** Kept in flash for ever. */
  readonly isStored: boolean;
}

const CGWACS = 'Settings/CGwacs';
const DYNAMIC_ESS = { service: 'settings', path: 'Settings/DynamicEss/Mode' } as const;

/** The same settings as over Modbus TCP, by the paths of the bus and in real units. */
const GX_SETTINGS: readonly Setting[] = [
  {
    // Volatile; the stored one (AcPowerSetPoint) is never touched. Without an override there is no value: 0 as well.
    channelId: CHANNELS.setpoint,
    spec: SETPOINT_CONTROL,
    metric: 'setpointW',
    service: 'hub4',
    path: 'Overrides/Setpoint',
    what: 'grid setpoint',
    whenInvalid: 0,
    isStored: false,
  },
  {
    channelId: CHANNELS.minimumSoc,
    spec: MINIMUM_SOC_CONTROL,
    metric: 'minSocPct',
    service: 'settings',
    path: `${CGWACS}/BatteryLife/MinimumSocLimit`,
    what: 'minimum state of charge',
    isStored: true,
  },
  {
    channelId: CHANNELS.chargeLimit,
    spec: CHARGE_LIMIT_CONTROL,
    metric: 'chargeLimitA',
    service: 'settings',
    path: 'Settings/SystemSetup/MaxChargeCurrent',
    what: 'charge current limit',
    showsFrom: 0,
    isStored: true,
  },
  {
    channelId: CHANNELS.dischargeLimit,
    spec: DISCHARGE_LIMIT_CONTROL,
    metric: 'powerLimitW',
    service: 'settings',
    path: `${CGWACS}/MaxDischargePower`,
    what: 'discharge power limit',
    showsFrom: 0,
    isStored: true,
  },
  ...[CHANNELS.relay1, CHANNELS.relay2].map(
    (channelId, at): Setting => ({
      channelId,
      spec: RELAY_CONTROL,
      metric: 'on',
      service: 'system',
      path: `Relay/${at}/State`,
      what: `relay ${at + 1}`,
      isStored: false,
    }),
  ),
];

const numberOf = ({ whenInvalid }: Setting, notice: GxNotice): number | null =>
  notice.kind === 'value' && typeof notice.value === 'number'
    ? notice.value
    : notice.kind === 'invalid'
      ? (whenInvalid ?? null)
      : null;

/** What can be shown of the settings; `at` of those that have no value of their own. */
export const settingReadings = (tree: GxTree, receivedAt: number): readonly Reading[] =>
  GX_SETTINGS.flatMap(({ channelId, metric, service, path, whenInvalid, showsFrom }) => {
    const shown = (measured: VenusValue | undefined): readonly Reading[] => {
      if (typeof measured?.value !== 'number') return [];
      const value = metric === 'on' ? Number(measured.value !== 0) : measured.value;
      if (showsFrom !== undefined && value < showsFrom) return [];
      const measuredAt = Math.min(measured.at, receivedAt);
      return [{ channelId, metric, value, measuredAt, receivedAt, quality: 'good' }];
    };
    const known = tree.of(service, 0, path);
    if (known !== undefined || whenInvalid === undefined || !tree.knows(service, 0, path)) return shown(known);
    return shown({ value: whenInvalid, at: tree.confirmedAt(service, 0) ?? receivedAt });
  });

/** The channels of the settings that this GX has. */
export const settableChannels = (tree: GxTree): readonly ChannelId[] =>
  GX_SETTINGS.flatMap(({ channelId, service, path, whenInvalid }) =>
    (whenInvalid === undefined ? tree.of(service, 0, path) !== undefined : tree.knows(service, 0, path))
      ? [channelId]
      : [],
  );

interface Deps {
  readonly session: GxMqttSession;
  readonly clock: Clock;
  readonly log: Log;
  readonly failures: GxMqttFailures;
}

const actuatorOf = ({ session, clock, log, failures }: Deps, setting: Setting): ChannelActuator => {
  const { channelId, spec, service, path, what } = setting;
  let originalKnown = !setting.isStored;

  const number = (value: Parameters<ChannelActuator['write']>[0]): Result<number> => {
    if (spec.control.kind === 'number') return checkedNumber(spec.control, value);
    return typeof value === 'boolean'
      ? ok(Number(value))
      : permanent('device.wrong-setpoint', 'A relay takes on or off.', 'Ask for on or off.');
  };

  /** Two masters are refused, and what stands in flash is written to the log before it is changed. */
  const before = async (wanted: number, signal: AbortSignal): Promise<Result<void>> => {
    const gx = await session.awake(signal);
    if (!gx.ok) return gx;
    const { tree } = gx.value;
    if (!tree.knows(service, 0, path)) return failures.noSuchSetting(what);
    const isSetpoint = channelId === CHANNELS.setpoint && wanted !== 0;
    if (isSetpoint && tree.knows(DYNAMIC_ESS.service, 0, DYNAMIC_ESS.path)) {
      const mode = await session.ask(DYNAMIC_ESS.service, 0, DYNAMIC_ESS.path, signal);
      if (!mode.ok) return mode;
      if (mode.value.kind === 'value' && mode.value.value !== 0) return dynamicEssSteers();
    }
    if (originalKnown) return ok(undefined);
    const original = await session.ask(service, 0, path, signal);
    if (!original.ok) return original;
    originalKnown = true;
    log.info(`The ${what} before the first change`, { original: numberOf(setting, original.value), wanted });
    return ok(undefined);
  };

  return {
    channelId,
    spec,
    write: async (value, { signal }) => {
      const wanted = number(value);
      if (!wanted.ok) return wanted;
      const allowed = await before(wanted.value, signal);
      return allowed.ok ? session.write(service, 0, path, wanted.value) : allowed;
    },
    readBack: async (signal) => {
      const gx = await session.awake(signal);
      if (!gx.ok) return gx;
      if (!gx.value.tree.knows(service, 0, path)) return failures.noSuchSetting(what);
      const askedAt = clock.now();
      const answer = await session.ask(service, 0, path, signal);
      if (!answer.ok) return answer;
      const value = numberOf(setting, answer.value);
      if (value === null) return failures.noValue(what);
      return ok({
        value: spec.control.kind === 'switch' ? value !== 0 : value,
        leaseEndsAt: null,
        measuredAt: askedAt,
      });
    },
  };
};

export const gxMqttActuators = (deps: Deps): readonly ChannelActuator[] =>
  GX_SETTINGS.map((setting) => actuatorOf(deps, setting));

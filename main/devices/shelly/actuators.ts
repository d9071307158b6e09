import { z } from 'zod';
import { channelId } from '../../ids.ts';
import { ok, type Result } from '../../result.ts';
import type { ChannelActuator, ControlSpec } from '../types.ts';
import { bluTrvSchema, switchStatusSchema, thermostatSchema } from './components.ts';
import { noSuchPart, wrongSetpoint } from './failures.ts';
import { switchSetResultSchema } from './frames.ts';
import type { ShellyLink } from './link.ts';

/** What an actuator needs of its device. */
export interface ActuatorGround {
  readonly link: ShellyLink;
  readonly now: () => number;
  /** The device's clock less ours, ms. */
  readonly clockDifferenceMs: () => number;
}

/** `switch:N`, with the auto-off timer on the device itself. */
export const relayActuator = ({ link, now, clockDifferenceMs }: ActuatorGround, id: number, spec: ControlSpec) => {
  const actuator: ChannelActuator = {
    channelId: channelId(`switch:${id}`),
    spec,
    write: async (value, { leaseMs, signal }) => {
      if (typeof value !== 'boolean') return wrongSetpoint('on or off');
      const params = { id, on: value, ...(leaseMs === null ? {} : { toggle_after: leaseMs / 1000 }) };
      // `was_on` is the state before the call: the answer says that it was accepted, nothing more.
      const answer = await link.call('Switch.Set', params, switchSetResultSchema, signal);
      return answer.ok ? ok(undefined) : answer;
    },
    readBack: async (signal) => {
      const askedAt = now();
      const answer = await link.call('Switch.GetStatus', { id }, switchStatusSchema, signal);
      if (!answer.ok) return answer;
      const { output, timer_started_at: startedS, timer_duration: durationS } = answer.value;
      if (output === undefined || output === null) return noSuchPart(link.address, `relay ${id}`);
      const leaseEndsAt =
        startedS && durationS ? Math.round((startedS + durationS) * 1000 - clockDifferenceMs()) : null;
      return ok({ value: output, leaseEndsAt, measuredAt: askedAt });
    },
  };
  return actuator;
};

/** The thermostat of a wall display: its target is a setting. */
export const thermostatActuator = ({ link, now }: ActuatorGround, spec: ControlSpec): ChannelActuator => ({
  channelId: channelId('thermostat:0'),
  spec,
  write: async (value, { signal }) => {
    if (typeof value !== 'number') return wrongSetpoint('a temperature in °C');
    const answer = await link.call(
      'Thermostat.SetConfig',
      { config: { id: 0, target_C: value } },
      z.looseObject({}).nullable(),
      signal,
    );
    return answer.ok ? ok(undefined) : answer;
  },
  readBack: async (signal) => {
    const askedAt = now();
    const answer = await link.call('Thermostat.GetStatus', { id: 0 }, thermostatSchema, signal);
    return answer.ok ? target(answer.value.target_C, askedAt, link.address, 'thermostat') : answer;
  },
});

/** A radiator valve by radio: what it shows is as old as its last word to the gateway. */
export const valveActuator = ({ link, now, clockDifferenceMs }: ActuatorGround, id: number, spec: ControlSpec) => {
  const actuator: ChannelActuator = {
    channelId: channelId(`blutrv:${id}`),
    spec,
    write: async (value, { signal }) => {
      if (typeof value !== 'number') return wrongSetpoint('a temperature in °C');
      const params = { id, method: 'Trv.SetTarget', params: { id: 0, target_C: value } };
      const answer = await link.callAside('BluTrv.Call', params, z.unknown(), signal);
      return answer.ok ? ok(undefined) : answer;
    },
    readBack: async (signal) => {
      const askedAt = now();
      const answer = await link.call('BluTrv.GetStatus', { id }, bluTrvSchema, signal);
      if (!answer.ok) return answer;
      const { target_C, last_updated_ts: updatedS } = answer.value;
      const measuredAt = updatedS ? Math.min(askedAt, updatedS * 1000 - clockDifferenceMs()) : askedAt;
      return target(target_C, measuredAt, link.address, `radiator valve ${id}`);
    },
  };
  return actuator;
};

const target = (
  value: number | null | undefined,
  measuredAt: number,
  address: string,
  part: string,
): Result<{ readonly value: number; readonly leaseEndsAt: null; readonly measuredAt: number }> =>
  value === null || value === undefined ? noSuchPart(address, part) : ok({ value, leaseEndsAt: null, measuredAt });

import { z } from 'zod';
import type { Setpoint } from '../../../preload/contract/base.ts';
import type { Connection } from '../../../preload/contract/devices.ts';
import type { Reading } from '../../reading.ts';
import { fail, ok, type Result, temporary } from '../../result.ts';
import { eitherSignal } from '../any-signal.ts';
import type { ChannelActuator, Driver, DriverDeps, OpenDevice, OpenOptions } from '../types.ts';
import { attachCharger } from './central-system.ts';
import { CHARGING, CURRENT_LIMIT, chargerChannels, chargerReadings } from './channels.ts';
import { createCharging, type Shown } from './charging.ts';
import { notDialledIn, wrongSetpoint } from './failures.ts';
import { CHARGER_OPTIONS, chargerConnectionSchema, settingsOf } from './settings.ts';

/** What maintained central systems of homes use. */
const PORT = 8887;
/** A charger tries again every few seconds up to half a minute. */
const PATIENCE_MS = 25_000;
/** The first questions, at ten seconds each at worst, are waited for no longer than this. */
const SETUP_MS = 10_000;
const METER_MS = 8_000;

const open = ({ connection, secret }: OpenOptions, { clock }: DriverDeps): OpenDevice => {
  const { host, port } = connection;
  const settings = settingsOf(connection);
  const { chargePointId: id, connectorId } = settings;
  const attachment = attachCharger({ clock, host, port, id, secret });
  const { charger } = attachment;
  const charging = createCharging(charger, settings, clock);
  const life = new AbortController();
  const patientUntilMs = clock.monotonicMs() + PATIENCE_MS;
  let hasCalled = false;
  const listeners = new Set<(readings: readonly Reading[]) => void>();

  const readings = (): readonly Reading[] => chargerReadings(charger.connector(connectorId), clock.now());
  const unsubscribe = charger.onChange((changed) => {
    if (changed !== connectorId || listeners.size === 0) return;
    const found = readings();
    if (found.length > 0) for (const listener of listeners) listener(found);
  });

  /** Makes sure that the charger is here and has been asked what it can do; waits for it only right after opening. */
  const ready = async (signal: AbortSignal): Promise<Result<void>> => {
    const listening = await attachment.listening();
    if (!listening.ok) return listening;
    const waitMs = Math.max(0, patientUntilMs - clock.monotonicMs());
    if (!charger.isConnected() && !hasCalled && waitMs > 0)
      await charger.until(() => charger.isConnected() || attachment.refusal() !== null, waitMs, signal);
    const refusal = attachment.refusal();
    if (refusal) return fail(refusal);
    if (signal.aborted) return temporary('device.cancelled', 'It was ended.', 'Nothing needs to be done.');
    if (!charger.isConnected()) return notDialledIn(id, port);
    hasCalled = true;
    await charger.until(() => charger.features() !== null || !charger.isConnected(), SETUP_MS, signal);
    return ok(undefined);
  };

  const within = async <Value>(
    asked: AbortSignal,
    work: (signal: AbortSignal) => Promise<Result<Value>>,
  ): Promise<Result<Value>> => {
    const { signal, end } = eitherSignal(asked, life.signal);
    try {
      const isReady = await ready(signal);
      return isReady.ok ? await work(signal) : isReady;
    } finally {
      end();
    }
  };

  /** Asks for the meter. The answer proves that the charger lives, whether it then measures or not. */
  const askMeter = async (signal: AbortSignal): Promise<Result<void>> => {
    const seen = charger.connector(connectorId).meterMessages;
    const request = { requestedMessage: 'MeterValues', connectorId };
    const answer = await charger.call('TriggerMessage', request, z.object({ status: z.string() }), signal);
    if (!answer.ok && answer.error.code !== 'device.not-supported') return answer;
    if (answer.ok && answer.value.status === 'Accepted')
      await charger.until(() => charger.connector(connectorId).meterMessages > seen, METER_MS, signal);
    return ok(undefined);
  };

  const actuator = (
    channel: ChannelActuator['channelId'],
    set: (value: Setpoint, leaseMs: number | null, signal: AbortSignal) => Promise<Result<void>>,
    part: (shown: Shown) => { readonly value: Setpoint; readonly leaseEndsAt: number | null },
  ): readonly ChannelActuator[] =>
    chargerChannels(settings).flatMap(({ channelId, control: spec }) =>
      channelId !== channel || spec === null
        ? []
        : [
            {
              channelId,
              spec,
              write: (value, { leaseMs, signal: asked }) => within(asked, (signal) => set(value, leaseMs, signal)),
              readBack: (asked) =>
                within(asked, async (signal) => {
                  const measuredAt = clock.now();
                  const found = await charging.shown(signal);
                  if (!found.ok) return found;
                  return ok({ ...part(found.value), measuredAt });
                }),
            },
          ],
    );

  return {
    reader: {
      identify: (asked) =>
        within(asked, async (signal) => {
          await charger.until(() => charger.boot() !== null || !charger.isConnected(), SETUP_MS, signal);
          const boot = charger.boot();
          return ok({
            // The name by which it dials is the charger's own; a second plug is a device of its own.
            serial: connectorId === 1 ? id : `${id}#${connectorId}`,
            model: boot ? `${boot.chargePointVendor} ${boot.chargePointModel}` : 'OCPP 1.6 charger',
            firmware: boot?.firmwareVersion ?? null,
          });
        }),
      read: (asked) =>
        within(asked, async (signal) => {
          const alive = await askMeter(signal);
          if (!alive.ok) return alive;
          const found = readings();
          if (found.length > 0) return ok(found);
          return temporary(
            'device.nothing-measured',
            `The charger ${id} has told neither its status nor its meter yet.`,
            'Look whether the plug number is right; the charger tells its status after a restart at the latest.',
          );
        }),
      listen: (onReadings) => {
        listeners.add(onReadings);
        return () => void listeners.delete(onReadings);
      },
      diagnostics: charger.counts,
    },
    actuators: [
      ...actuator(
        CHARGING,
        async (value, leaseMs, signal) =>
          typeof value === 'boolean'
            ? charging.set({ charging: value }, leaseMs, signal)
            : wrongSetpoint('Charging is on or off.', 'Ask for on or off.'),
        ({ charging: value, chargingEndsAt: leaseEndsAt }) => ({ value, leaseEndsAt }),
      ),
      ...actuator(
        CURRENT_LIMIT,
        async (value, leaseMs, signal) =>
          typeof value === 'number'
            ? charging.set({ limitA: value }, leaseMs, signal)
            : wrongSetpoint('A current limit is a number in A.', 'Ask for a number.'),
        ({ limitA: value, limitEndsAt: leaseEndsAt }) => ({ value, leaseEndsAt }),
      ),
    ],
    present: () => (charger.features()?.smartCharging === false ? [CHARGING] : [CHARGING, CURRENT_LIMIT]),
    close: async () => {
      life.abort();
      unsubscribe();
      listeners.clear();
      await attachment.release();
    },
  };
};

/** A charger of any maker that speaks OCPP 1.6 over a WebSocket; it calls us, and we are its central system. */
export const ocpp16: Driver = {
  id: 'ocpp16',
  label: 'EV charger (OCPP 1.6)',
  vendor: 'Open Charge Alliance',
  products: ['Chargers with OCPP 1.6-J and smart charging'],
  deviceClass: 'car',
  reach: 'incoming',
  connectionSchema: chargerConnectionSchema,
  defaultHost: '0.0.0.0',
  defaultPort: PORT,
  needsUnitId: false,
  takesPassword: true,
  secret: { label: 'Password', help: 'Only where one is set in the OCPP settings of the charger; the same one here.' },
  options: CHARGER_OPTIONS,
  pollPeriodMs: 10_000,
  freshnessLimitMs: 45_000,
  parallelRequests: 1,
  channels: chargerChannels(settingsOf({ host: '0.0.0.0', port: PORT })),
  channelsFor: (connection: Connection) => chargerChannels(settingsOf(connection)),
  busKey: ({ port, options }) => `ocpp:${port}:${options?.['chargePointId'] ?? ''}`,
  open,
};

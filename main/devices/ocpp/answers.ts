import type { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { Frame } from './frames.ts';
import { type ChargePointMemory, type Connector, EMPTY_CONNECTOR } from './memory.ts';
import { bootSchema, meterValuesSchema, startSchema, statusSchema, stopSchema } from './messages.ts';
import { withMeterValues } from './samples.ts';

/** How often a charger shows that it lives, s. */
const HEARTBEAT_S = 300;
/** Statuses in which no transaction runs. */
const NO_TRANSACTION: ReadonlySet<string> = new Set(['Available', 'Preparing']);
/** Messages that need nothing but an answer. */
const NOTED: ReadonlySet<string> = new Set([
  'DiagnosticsStatusNotification',
  'FirmwareStatusNotification',
  'LogStatusNotification',
  'SecurityEventNotification',
  'SignedFirmwareStatusNotification',
]);

/** `changed`: the plug of which something new is known; null for the charger as a whole. */
type Answer =
  | { readonly kind: 'result'; readonly payload: object; readonly changed?: number | null }
  | { readonly kind: 'error'; readonly code: 'NotImplemented' | 'FormationViolation'; readonly description: string };

const result = (payload: object, changed?: number | null): Answer =>
  changed === undefined ? { kind: 'result', payload } : { kind: 'result', payload, changed };

/** Remembers what a charger says and answers it. Every card is accepted: this is a home, and its plug is its own. */
export const answerCall = (
  { action, payload }: Extract<Frame, { kind: 'call' }>,
  memory: ChargePointMemory,
  clock: Clock,
): Answer => {
  const now = clock.now();
  const currentTime = new Date(now).toISOString();
  const change = (number: number, values: Partial<Connector>): void =>
    void memory.connectors.set(number, { ...(memory.connectors.get(number) ?? EMPTY_CONNECTOR), ...values });
  const read = <Shape>(schema: z.ZodType<Shape>, use: (message: Shape) => Answer): Answer => {
    const parsed = schema.safeParse(payload);
    if (parsed.success) return use(parsed.data);
    const where = parsed.error.issues[0]?.path.join('.') ?? '';
    return { kind: 'error', code: 'FormationViolation', description: `${action}: ${where} is not as specified` };
  };

  switch (action) {
    case 'BootNotification':
      return read(bootSchema, (boot) => {
        memory.boot = boot;
        return result({ currentTime, interval: HEARTBEAT_S, status: 'Accepted' }, null);
      });
    case 'Heartbeat':
      return result({ currentTime });
    case 'Authorize':
      return result({ idTagInfo: { status: 'Accepted' } });
    case 'StatusNotification':
      return read(statusSchema, ({ connectorId, status, errorCode }) => {
        change(connectorId, { status, errorCode, ...(NO_TRANSACTION.has(status) ? { transactionId: null } : {}) });
        return result({}, connectorId);
      });
    case 'MeterValues':
      return read(meterValuesSchema, (message) => {
        const { connectorId, transactionId } = message;
        const { samples, meterMessages } = memory.connectors.get(connectorId) ?? EMPTY_CONNECTOR;
        change(connectorId, {
          samples: withMeterValues(samples, message, now),
          meterMessages: meterMessages + 1,
          // After our own restart this is the first that we hear of a transaction.
          ...(transactionId !== undefined && transactionId > 0 ? { transactionId } : {}),
        });
        return result({}, connectorId);
      });
    case 'StartTransaction':
      return read(startSchema, ({ connectorId }) => {
        // Unlike every earlier one, also after a restart: the seconds since 1970, and never the same twice.
        memory.lastTransactionId = Math.max(memory.lastTransactionId + 1, Math.floor(now / 1_000) % 0x7fff_ffff);
        const transactionId = memory.lastTransactionId;
        change(connectorId, { transactionId });
        return result({ transactionId, idTagInfo: { status: 'Accepted' } }, connectorId);
      });
    case 'StopTransaction':
      return read(stopSchema, ({ transactionId }) => {
        const [connectorId] =
          [...memory.connectors].find(([, connector]) => connector.transactionId === transactionId) ?? [];
        if (connectorId !== undefined) change(connectorId, { transactionId: null });
        return result({ idTagInfo: { status: 'Accepted' } }, connectorId ?? null);
      });
    case 'DataTransfer':
      return result({ status: 'UnknownVendorId' });
    default:
      return NOTED.has(action)
        ? result({})
        : { kind: 'error', code: 'NotImplemented', description: `${action} is not known here` };
  }
};

import type { Clock } from '../../clock.ts';
import type { Plug } from './ocpp-plug.ts';

const membersOf = (value: unknown): ReadonlyMap<string, unknown> =>
  new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);

/** A charger's side of the central system's calls. */
export const createChargerCalls = (deps: {
  readonly clock: Clock;
  readonly plug: Plug;
  /** False: accepts as always and does nothing. */
  acts(): boolean;
  /** After the answer has left. */
  after(work: () => void): void;
  tellBoot(): void;
  tellStatus(always?: boolean): void;
  tellMeter(): void;
  startTransaction(idTag: string): void;
  stopTransaction(reason: string): void;
}): { answer(id: string, action: string, payload: unknown): string } => {
  const { clock, plug } = deps;
  const configuration = new Map<string, { value: string; readonly: boolean }>([
    ['ChargeProfileMaxStackLevel', { value: '10', readonly: true }],
    ['ChargingScheduleAllowedChargingRateUnit', { value: 'Current', readonly: true }],
    ['MeterValueSampleInterval', { value: '60', readonly: false }],
    ['MeterValuesSampledData', { value: 'Energy.Active.Import.Register', readonly: false }],
    ['NumberOfConnectors', { value: '1', readonly: true }],
    ['SupportedFeatureProfiles', { value: 'Core,SmartCharging,RemoteTrigger', readonly: true }],
  ]);

  const triggered: ReadonlyMap<string, () => void> = new Map([
    ['BootNotification', deps.tellBoot],
    ['StatusNotification', () => deps.tellStatus(true)],
    ['MeterValues', deps.tellMeter],
  ]);

  const statusOf = (action: string, payload: ReadonlyMap<string, unknown>): object | null => {
    const now = clock.now();
    const acts = deps.acts();
    switch (action) {
      case 'GetConfiguration': {
        const asked = payload.get('key');
        const keys = Array.isArray(asked) ? asked.map(String) : [...configuration.keys()];
        return {
          configurationKey: keys.flatMap((key) => {
            const entry = configuration.get(key);
            return entry ? [{ key, readonly: entry.readonly, value: entry.value }] : [];
          }),
          unknownKey: keys.filter((key) => !configuration.has(key)),
        };
      }
      case 'ChangeConfiguration': {
        const entry = configuration.get(String(payload.get('key')));
        if (!entry) return { status: 'NotSupported' };
        if (entry.readonly) return { status: 'Rejected' };
        if (acts) entry.value = String(payload.get('value'));
        return { status: 'Accepted' };
      }
      case 'SetChargingProfile': {
        const status = acts ? plug.shelf.set(payload, now) : 'Accepted';
        deps.after(() => deps.tellStatus());
        return { status };
      }
      case 'ClearChargingProfile':
        return { status: acts ? plug.shelf.clear(payload) : 'Accepted' };
      case 'GetCompositeSchedule': {
        const connectorId = Number(payload.get('connectorId'));
        return {
          status: 'Accepted',
          connectorId,
          scheduleStart: new Date(now).toISOString(),
          chargingSchedule: {
            duration: Number(payload.get('duration')),
            chargingRateUnit: 'A',
            chargingSchedulePeriod: [{ startPeriod: 0, limit: plug.shelf.limitA(connectorId, now) }],
          },
        };
      }
      case 'TriggerMessage': {
        const work = triggered.get(String(payload.get('requestedMessage')));
        if (!work) return { status: 'NotImplemented' };
        deps.after(work);
        return { status: 'Accepted' };
      }
      case 'RemoteStartTransaction':
        if (!plug.isConnected || plug.transactionId !== null) return { status: 'Rejected' };
        if (acts) deps.after(() => deps.startTransaction(String(payload.get('idTag'))));
        return { status: 'Accepted' };
      case 'RemoteStopTransaction':
        if (payload.get('transactionId') !== plug.transactionId) return { status: 'Rejected' };
        if (acts) deps.after(() => deps.stopTransaction('Remote'));
        return { status: 'Accepted' };
      default:
        return null;
    }
  };

  return {
    answer: (id, action, payload) => {
      const result = statusOf(action, membersOf(payload));
      return JSON.stringify(
        result === null ? [4, id, 'NotImplemented', `${action} is not known here`, {}] : [3, id, result],
      );
    },
  };
};

import type { CheckedCall, Features } from './memory.ts';
import { configurationSchema, statusAnswerSchema } from './messages.ts';

const KEYS = [
  'ChargeProfileMaxStackLevel',
  'ChargingScheduleAllowedChargingRateUnit',
  'MeterValueSampleInterval',
  'MeterValuesSampledData',
  'SupportedFeatureProfiles',
] as const;
/** In the order of their worth: a charger that bears only some of them keeps the first. */
const MEASURANDS = [
  'Power.Active.Import',
  'Energy.Active.Import.Register',
  'Current.Import',
  'Current.Offered',
  'Voltage',
  'SoC',
];
const SAMPLE_INTERVAL_S = 10;
/** Where a charger does not say, it is taken to have what most have: what it then refuses is told to the person. */
const UNKNOWN: Features = { smartCharging: true, remoteTrigger: true, rateUnit: 'A', maxStackLevel: 0 };

const words = (text: string): readonly string[] => text.split(',').map((part) => part.trim());

/**
 * The first questions over each connection: what it can do; then its meter is set to tell what is needed every 10 s, but
 * only where it differs; and who it is, since after a break no boot message need come (OCPP 1.6, 4.2).
 */
export const askForSetup = async (call: CheckedCall, withBoot: boolean): Promise<Features> => {
  // Ends with the connection: every call then fails by itself.
  const { signal } = new AbortController();
  const configuration = await call('GetConfiguration', { key: KEYS }, configurationSchema, signal);
  const said = new Map(
    configuration.ok ? configuration.value.configurationKey.map((entry) => [entry.key, entry] as const) : [],
  );
  const textOf = (key: (typeof KEYS)[number]): string | null => said.get(key)?.value?.trim() || null;

  const change = async (key: (typeof KEYS)[number], value: string): Promise<boolean> => {
    const answer = await call('ChangeConfiguration', { key, value }, statusAnswerSchema, signal);
    return answer.ok && ['Accepted', 'RebootRequired'].includes(answer.value.status);
  };
  const mayChange = (key: (typeof KEYS)[number]): boolean => said.has(key) && said.get(key)?.readonly !== true;

  const profiles = textOf('SupportedFeatureProfiles');
  const units = textOf('ChargingScheduleAllowedChargingRateUnit');
  const level = Number(textOf('ChargeProfileMaxStackLevel') ?? Number.NaN);
  const features: Features = {
    smartCharging: profiles === null ? UNKNOWN.smartCharging : words(profiles).includes('SmartCharging'),
    remoteTrigger: profiles === null ? UNKNOWN.remoteTrigger : words(profiles).includes('RemoteTrigger'),
    // "Current" and "Power" by the specification; some say A and W.
    rateUnit: units !== null && words(units).every((unit) => unit === 'Power' || unit === 'W') ? 'W' : 'A',
    maxStackLevel: Number.isInteger(level) && level >= 0 ? level : UNKNOWN.maxStackLevel,
  };

  const measured = words(textOf('MeterValuesSampledData') ?? '');
  if (mayChange('MeterValuesSampledData') && !MEASURANDS.every((name) => measured.includes(name))) {
    if (!(await change('MeterValuesSampledData', MEASURANDS.join(',')))) {
      let taken: readonly string[] = [];
      for (const name of MEASURANDS)
        if (await change('MeterValuesSampledData', [...taken, name].join(','))) taken = [...taken, name];
    }
  }
  if (mayChange('MeterValueSampleInterval') && textOf('MeterValueSampleInterval') !== String(SAMPLE_INTERVAL_S))
    await change('MeterValueSampleInterval', String(SAMPLE_INTERVAL_S));

  if (features.remoteTrigger)
    for (const requestedMessage of [...(withBoot ? ['BootNotification'] : []), 'StatusNotification'])
      await call('TriggerMessage', { requestedMessage }, statusAnswerSchema, signal);
  return features;
};

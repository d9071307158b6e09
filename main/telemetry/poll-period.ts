import type { SiteSettings } from '../../preload/contract/house.ts';
import type { Driver } from '../devices/types.ts';
import type { DeviceRecord } from '../store/types.ts';

/** Nothing on the local network is asked more often than this. */
const FASTEST_LOCAL_MS = 1_000;

type PollSettings = Pick<
  SiteSettings,
  | 'pollBatteryLocalMs'
  | 'pollBatteryCloudMs'
  | 'pollInverterLocalMs'
  | 'pollInverterCloudMs'
  | 'pollOthersLocalMs'
  | 'pollOthersCloudMs'
>;
type Paced = Pick<Driver, 'deviceClass' | 'reach' | 'pollPeriodMs' | 'fastestPollMs'>;

/** What a device is to its home, by what is read of it: a battery where it is read for nothing else. */
const kindOf = ({ deviceClass }: Paced, { channels }: Pick<DeviceRecord, 'channels'>) => {
  const roles = new Set(channels.map(({ role }) => role).filter((role) => role !== 'none'));
  if (roles.size === 1 && roles.has('battery')) return 'Battery';
  return deviceClass === 'inverter' ? 'Inverter' : 'Others';
};

/**
 * How often a device is asked, ms: as the home's settings wish, else as its driver does by itself, and never faster than it
 * bears. A cloud is never asked faster than its driver's own period: vendors lock out who asks too often.
 */
export const pollPeriodOf = (driver: Paced, record: Pick<DeviceRecord, 'channels'>, settings: PollSettings): number => {
  const isCloud = driver.reach === 'cloud';
  const wished = settings[`poll${kindOf(driver, record)}${isCloud ? 'Cloud' : 'Local'}Ms`];
  const fastest = driver.fastestPollMs ?? (isCloud ? driver.pollPeriodMs : FASTEST_LOCAL_MS);
  return wished === null ? driver.pollPeriodMs : Math.max(fastest, wished);
};

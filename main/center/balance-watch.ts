import type { BalanceCheck, ChannelRole } from '../../preload/contract/devices.ts';
import type { Clock } from '../clock.ts';
import { type BalanceChannel, type BalanceRole, type BalanceSample, checkBalance } from '../devices/balance-check.ts';
import type { SiteId } from '../ids.ts';
import { ok, type Result } from '../result.ts';
import type { Telemetry } from '../telemetry/types.ts';

const SAMPLE_EVERY_MS = 5_000;
/** Meters behind a cloud speak every few minutes: long enough for twenty of their samples. */
const KEPT_MS = 7_200_000;
const MOST_KEPT = 240;

const BALANCE_ROLES: ReadonlySet<ChannelRole> = new Set<BalanceRole>(['pv', 'grid', 'battery', 'load']);
const isBalanceRole = (role: ChannelRole): role is BalanceRole => BALANCE_ROLES.has(role);

interface Meter extends BalanceChannel {
  readonly deviceId: BalanceCheck['findings'][number]['deviceId'];
  readonly channelId: BalanceCheck['findings'][number]['channelId'];
}

/**
 * Remembers what the meters of a home showed together during the last quarter of an hour, before any factor is applied, so
 * that signs and units can be checked at once when a person asks. Meters that were set up anew begin anew.
 */
export const createBalanceWatch = (deps: {
  readonly telemetry: Pick<Telemetry, 'channels' | 'latest'>;
  readonly clock: Clock;
  siteIds(): readonly SiteId[];
}) => {
  const { telemetry, clock } = deps;
  const kept = new Map<SiteId, { readonly names: string; samples: BalanceSample[]; measuredAt: readonly number[] }>();
  let cancel: (() => void) | null = null;

  const metersOf = (siteId: SiteId): readonly Meter[] =>
    telemetry.channels(siteId).flatMap(({ deviceId, config }): Meter[] => {
      const { channelId, name, role, use, powerScale } = config;
      if (use !== 'primary' || !isBalanceRole(role)) return [];
      if (telemetry.latest(deviceId, channelId, 'powerW') === undefined) return [];
      return [{ key: `${deviceId} ${channelId}`, name, role, scaleNow: powerScale ?? 1, deviceId, channelId }];
    });

  const sample = (siteId: SiteId): void => {
    const meters = metersOf(siteId);
    const names = meters.map(({ key, role }) => `${key} ${role}`).join();
    const known = kept.get(siteId);
    const entry = known?.names === names ? known : { names, samples: [], measuredAt: [] };
    kept.set(siteId, entry);
    const at = clock.now();
    const readings = meters.map(({ deviceId, channelId }) => telemetry.latest(deviceId, channelId, 'powerW'));
    const measuredAt = readings.map((reading) => reading?.measuredAt ?? 0);
    // A meter that has not spoken again says nothing new: repeated, its old value would look like evidence.
    if (measuredAt.some((time, index) => time <= (entry.measuredAt[index] ?? 0))) return;
    entry.measuredAt = measuredAt;
    const values = readings.map((reading, index) =>
      reading && at - reading.measuredAt <= reading.limitMs ? reading.value / (meters[index]?.scaleNow ?? 1) : null,
    );
    entry.samples = [...entry.samples, { at, values }]
      .filter((one) => one.at > at - KEPT_MS && one.at <= at)
      .slice(-MOST_KEPT);
  };

  const tick = (): void => {
    cancel = clock.after(SAMPLE_EVERY_MS, tick);
    for (const siteId of deps.siteIds()) sample(siteId);
  };

  return {
    start: (): void => {
      if (cancel === null) tick();
    },
    stop: (): void => {
      cancel?.();
      cancel = null;
    },
    check: async (siteId: SiteId): Promise<Result<BalanceCheck>> => {
      const meters = metersOf(siteId);
      const verdict = checkBalance(meters, kept.get(siteId)?.samples ?? []);
      return ok({
        outcome: verdict.outcome,
        sentence: verdict.sentence,
        findings: meters.flatMap(({ key, deviceId, channelId, name, role }) => {
          const found = verdict.findings.find((one) => one.key === key);
          if (!found || found.scaleNow === found.scaleFound) return [];
          return [{ deviceId, channelId, name, role, scaleNow: found.scaleNow, scaleFound: found.scaleFound }];
        }),
        samples: verdict.samples,
        residualNowW: verdict.residualNowW,
        residualFoundW: verdict.residualFoundW,
      });
    },
  };
};

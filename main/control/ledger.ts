import type { Setpoint } from '../../preload/contract/base.ts';
import type { ControlKind } from '../../preload/contract/devices.ts';
import type { ChannelId, DeviceId, SiteId } from '../ids.ts';
import type { ChannelControlRecord } from '../store/types.ts';
import { type ChannelKey, type Ground, keyOf } from './deps.ts';
import { coveredBy, uncovered } from './holds.ts';
import { sameSetpoint } from './stage.ts';

/** A state that only grew older is not worth a disk write each time. */
const PERSIST_AGE_MS = 300_000;

export interface Ledger {
  get(siteId: SiteId, deviceId: DeviceId, channelId: ChannelId): ChannelControlRecord;
  peek(deviceId: DeviceId, channelId: ChannelId): ChannelControlRecord | undefined;
  /** Changes parts of a record; kept in memory first, so that a failing disk never blinds the commander. */
  change(
    record: ChannelControlRecord,
    parts: Partial<Omit<ChannelControlRecord, 'siteId' | 'deviceId' | 'channelId' | 'under'>>,
  ): ChannelControlRecord;
  /** What was read back becomes what we hold; a different value is a change, from which dwell counts. */
  observe(
    record: ChannelControlRecord,
    value: Setpoint,
    control: ControlKind,
    readAt: number,
  ): { readonly record: ChannelControlRecord; readonly changed: boolean };
  /** The value may have changed just now, which nobody saw: rests count from here. */
  restFrom(record: ChannelControlRecord, at: number): void;
  /**
   * Time since the value last changed, ms; null when no change was ever seen. The smaller of wall and monotonic time,
   * so that neither a clock that jumps nor a machine that sleeps shortens a rest.
   */
  sinceChangeMs(record: ChannelControlRecord): number | null;
  all(siteId: SiteId): readonly ChannelControlRecord[];
}

/** What we hold of each channel, by what was read back, with holds and leases: memory in front of the database. */
export const createLedger = ({ clock, store, bestEffort }: Ground): Ledger => {
  const records = new Map<ChannelKey, ChannelControlRecord>();
  const changedMs = new Map<ChannelKey, number>();
  const persistedAt = new Map<ChannelKey, number>();
  const peek = (deviceId: DeviceId, channelId: ChannelId): ChannelControlRecord | undefined => {
    const key = keyOf(deviceId, channelId);
    const held = records.get(key);
    if (held) return uncovered(held, clock.now());
    const stored = bestEffort.run('read a channel record', () => store.channelControl.get(deviceId, channelId));
    if (stored) records.set(key, stored);
    return stored && uncovered(stored, clock.now());
  };
  const put = (record: ChannelControlRecord, persist: boolean): ChannelControlRecord => {
    const key = keyOf(record.deviceId, record.channelId);
    records.set(key, record);
    if (persist) {
      bestEffort.run('write a channel record', () => store.channelControl.put(record));
      persistedAt.set(key, record.owned?.readAt ?? 0);
    }
    return record;
  };
  const change: Ledger['change'] = (record, parts) =>
    put({ ...record, ...parts, ...(parts.hold === undefined ? {} : coveredBy(record, parts.hold, clock.now())) }, true);
  return {
    peek,
    change,
    get: (siteId, deviceId, channelId) =>
      peek(deviceId, channelId) ?? {
        siteId,
        deviceId,
        channelId,
        owned: null,
        changedAt: null,
        hold: null,
        original: null,
        lease: null,
      },
    observe: (record, value, control, readAt) => {
      const known = record.owned;
      const changed = known !== null && !sameSetpoint(known.value, value, control);
      const aged = readAt - (persistedAt.get(keyOf(record.deviceId, record.channelId)) ?? 0) > PERSIST_AGE_MS;
      if (changed) changedMs.set(keyOf(record.deviceId, record.channelId), clock.monotonicMs());
      // A read-back never grows older, except that one from before the clock was set back counts no more.
      const newest = known && known.readAt <= clock.now() ? Math.max(readAt, known.readAt) : readAt;
      const owned = { value, readAt: newest };
      const next = { ...record, owned, changedAt: changed ? readAt : record.changedAt };
      return { record: put(next, known === null || changed || aged), changed };
    },
    restFrom: (record, at) => {
      changedMs.set(keyOf(record.deviceId, record.channelId), clock.monotonicMs());
      change(record, { changedAt: at });
    },
    sinceChangeMs: (record) => {
      if (record.changedAt === null) return null;
      const wallMs = clock.now() - record.changedAt;
      const since = changedMs.get(keyOf(record.deviceId, record.channelId));
      if (since === undefined) return Math.max(0, wallMs);
      const passedMs = clock.monotonicMs() - since;
      // A clock that was set back knows less than the monotonic one.
      return wallMs < 0 ? passedMs : Math.min(wallMs, passedMs);
    },
    all: (siteId) => {
      const stored = bestEffort.run('read the channel records', () => store.channelControl.all(siteId)) ?? [];
      for (const record of stored) {
        const key = keyOf(record.deviceId, record.channelId);
        if (!records.has(key)) records.set(key, record);
      }
      return [...records.values()]
        .filter((record) => record.siteId === siteId)
        .map((record) => uncovered(record, clock.now()));
    },
  };
};

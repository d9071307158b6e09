import type { PollerState } from '../../main/telemetry/types.ts';
import { deviceIdSchema } from '../../preload/contract/base.ts';

/** A poller that answers, unless told otherwise. */
export const poller = (name: string, more: Partial<PollerState> = {}): PollerState => ({
  deviceId: deviceIdSchema.parse(`device-${name}`),
  name,
  state: 'online',
  identity: null,
  periodMs: 10_000,
  lastOkAt: Date.UTC(2026, 5, 17, 12),
  problem: null,
  consecutiveFailures: 0,
  nextAt: null,
  polls24h: 100,
  errors24h: 0,
  rejected24h: 0,
  medianMs: 12,
  ...more,
});

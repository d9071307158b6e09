import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../main/clock.ts';
import { createEventBus } from '../../../main/events.ts';
import { channelId, type DeviceId, type SiteId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { openStore } from '../../../main/store/store.ts';
import { createTelemetry } from '../../../main/telemetry/telemetry.ts';
import type { Metric } from '../../../preload/contract/base.ts';
import { plainSite } from '../plain-site.ts';
import { SITE } from './scripted-device.ts';

/** A real store in a folder of its own, a bus, a log in memory, and telemetry over them. */
export const openHouse = async (clock: Clock, options: { readonly random?: () => number } = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'telemetry-'));
  const sink = memorySink();
  const log = createLog(sink, clock);
  const opened = await openStore({ folder, clock, log });
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  const site = plainSite(SITE);
  store.sites.add(site, clock.now());
  const bus = createEventBus((name, thrown) => {
    throw new Error(`a listener of ${name} threw: ${String(thrown)}`);
  });
  const random = options.random ?? (() => 0.5);
  const start = () => {
    const telemetry = createTelemetry({ store, clock, log, bus, random });
    telemetry.start(new AbortController().signal);
    return telemetry;
  };
  const rows = (id: string, metric: Metric, deviceId: DeviceId | '' = '', siteId: SiteId = SITE) => {
    const series = store.series.find({ siteId, deviceId, channelId: channelId(id), metric });
    return series === undefined ? [] : store.readings.range(series, 0, 8e15);
  };
  return {
    store,
    bus,
    log,
    sink,
    start,
    rows,
    end: () => {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

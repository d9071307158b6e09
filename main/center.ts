import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { FORECAST_MODELS } from '../models/forecast/models.ts';
import { createAutomation } from './automation/automation.ts';
import { createAutomationRooms } from './center/automation-rooms.ts';
import { createBalanceWatch } from './center/balance-watch.ts';
import { DEMO_SITE, demoDeviceId } from './center/demo-site.ts';
import { createDeviceSearch } from './center/device-search.ts';
import { createDeviceService, secretNameOf } from './center/device-service.ts';
import { FEED_PROVIDERS, homesToAskFor } from './center/feed-providers.ts';
import { giveFirstLessons } from './center/first-lessons.ts';
import { flowsOf } from './center/flows.ts';
import { layGround } from './center/ground.ts';
import { createHealthRooms } from './center/health-rooms.ts';
import { createOpenDevices } from './center/open-devices.ts';
import { createPlanningRooms } from './center/planning-rooms.ts';
import { createSiteService } from './center/site-service.ts';
import type { Center, CenterOptions } from './center/types.ts';
import { createRemoteApprovals } from './control/approvals/remote.ts';
import { createCommander } from './control/commander.ts';
import { createGuardian } from './control/guardian/guardian.ts';
import { createSafetyService } from './control/safety-service.ts';
import { createActuatorVault } from './devices/actuator-vault.ts';
import { createDeviceHost } from './devices/device-host.ts';
import { createDiscovery } from './devices/discovery/discovery.ts';
import { createDriverDeps } from './devices/driver-deps.ts';
import { DRIVERS, driverOf } from './devices/registry.ts';
import { channelsOf } from './devices/types.ts';
import { createFeeds } from './feeds/feeds.ts';
import { createTariffs } from './feeds/tariff/tariffs.ts';
import { createFlowRunner } from './flows/flow-runner.ts';
import { startControlSocket } from './gateway/control-socket.ts';
import { createDoor } from './gateway/door.ts';
import { createHomePresence } from './gateway/home-presence/home-presence.ts';
import type { Rooms } from './gateway/rooms.ts';
import { createStopDoor } from './gateway/stop-door.ts';
import { createStopTokens } from './gateway/stop-tokens.ts';
import { createViews } from './gateway/views/create-views.ts';
import { createHttpClient } from './http/http-client.ts';
import { createLearning } from './learning/learning.ts';
import { createMessengers } from './messengers/desk.ts';
import { messageOf, ok, type Result } from './result.ts';
import { createReadClient } from './store/read-client.ts';
import { createTelemetry } from './telemetry/telemetry.ts';

/**
 * Builds every room and hands each what it needs; the only file that knows them all. Answers once the devices are
 * open, the real state was read and an earlier stop was taken up again. `stop` ends every timer, socket and worker.
 */
export const createCenter = async (options: CenterOptions): Promise<Result<Center>> => {
  const { clock, dataFolder, secrets, log } = options;
  const startedAt = clock.now();
  const laid = await layGround(options, startedAt);
  if (!laid.ok) return laid;
  const { control, store, bus, demo, siteIds } = laid.value;
  const life = new AbortController();

  const telemetry = createTelemetry({
    store,
    clock,
    log,
    bus,
    qualityOf: (id) => (store.sites.get(id)?.demo ? 'demo' : 'good'),
  });
  const vault = createActuatorVault();
  const host = createDeviceHost({
    clock,
    log,
    vault,
    secretOf: async (id) => {
      const secret = await secrets.get(secretNameOf(id));
      if (!secret.ok) throw new Error(secret.error.message);
      return secret.value;
    },
  });
  const { commander, stop: emergencyStop } = createCommander({
    store,
    telemetry,
    vault,
    clock,
    log,
    bus,
    stillOwner: control.stillOwner,
  });
  // Nothing real hangs on the demo, so it shows at once what the house does; a real home begins by watching.
  if (demo.fresh) commander.setMode(DEMO_SITE.id, 'automate', 'Demo home');
  const learning = createLearning({
    store,
    clock,
    log,
    bus,
    workerUrl: options.workers.learning,
    dataFolder,
    version: options.version,
    models: FORECAST_MODELS,
    siteOf: (id) => store.sites.get(id),
    settingsOf: (id) => store.settings.get(id),
  });
  const automation = createAutomation({
    ...{ store, clock, log, bus, commander, telemetry, siteIds },
    coveredByPlan: (id, deviceId, channelId) => planned.planner.covers(id, deviceId, channelId),
  });
  const guardian = createGuardian({
    store,
    clock,
    log,
    bus,
    telemetry,
    commander,
    emergencyStop,
    siteIds,
    safetyOf: (id) => store.safety.get(id),
    unreadableOf: (id) => store.safety.read(id).unreadable,
    lastAutomationRunAt: (id) => automation.lastRunAt(id),
  });
  const http = createHttpClient({ clock });
  const messengers = createMessengers({ store, secrets, http, clock, log, bus, siteIds });
  const remoteApprovals = createRemoteApprovals({
    messengers,
    approvals: commander,
    store,
    clock,
    log,
    bus,
    siteIds,
    settingsOf: messengers.settings,
  });
  const feeds = createFeeds({
    store,
    bus,
    clock,
    log,
    secrets,
    http,
    userAgent: `CommandCenter/${options.version} (home energy application)`,
    providers: FEED_PROVIDERS,
    sites: () => siteIds().flatMap((id) => homesToAskFor(store.sites.get(id))),
    random: Math.random,
  });
  const tariffs = createTariffs({
    store,
    feeds,
    bus,
    clock,
    log,
    // A demo's prices are part of its measured data.
    sites: () => store.sites.list().filter((site) => !site.demo),
  });
  const planned = createPlanningRooms({
    ...{ store, clock, log, bus, commander, telemetry, learning, feeds, tariffs, siteIds, dataFolder },
    version: options.version,
    workers: options.workers,
  });
  const { advice, backtests, learntPolicy } = planned;
  const flows = createFlowRunner({
    store,
    clock,
    log,
    bus,
    zoneOf: (id) => store.sites.get(id)?.timeZone ?? 'UTC',
    rhythmOf: (id) => store.settings.get(id),
    sitesToRun: siteIds,
    flows: flowsOf({
      store,
      learning,
      learntPolicy,
      clock,
      feeds,
      advice,
      habits: (id) => automated.suggestions.learn(id),
    }),
  });
  const { health, routing, deadMan } = createHealthRooms({
    ...{ store, clock, log, bus, telemetry, flows, siteIds, commander, messengers, automation },
    lostLogLines: options.lostLogLines,
    holdsController: control.stillOwner,
    missing: options.missing ?? (() => []),
    extra: {
      models: learning.monitoring.condition,
      'safety guard': guardian.condition,
      planner: planned.planner.condition,
    },
  });
  const reads = createReadClient({ workerUrl: options.workers.read, databasePath: store.databasePath, clock, log });
  const automated = createAutomationRooms({
    ...{ store, clock, log, bus, commander, telemetry, feeds, siteIds, driverOf },
    replayWorkerUrl: options.workers.replay,
  });

  const { openDevice, closeDevice, openSite, closeSite } = createOpenDevices({ store, host, telemetry, log });
  const balance = createBalanceWatch({ telemetry, clock, siteIds });
  const finder = createDeviceSearch({
    discovery: createDiscovery({
      drivers: DRIVERS.map(({ driver }) => driver),
      deps: createDriverDeps({ clock, log }),
      clock,
      log,
    }),
    store,
    bus,
    log,
  });

  const presence = createHomePresence({
    clock,
    log,
    bus,
    // It asks through the door that its own settings come in by: the door is made of the rooms, so it is there later.
    gateway: { handle: (request, context) => gateway.handle(request, context) },
    secrets,
    state: store.state,
    version: options.version,
  });

  let linkOf: (() => string) | null = null;
  const stopTokens = createStopTokens(store.state, clock);
  const rooms: Rooms = {
    clock,
    bus,
    store,
    telemetry,
    commander,
    emergencyStop,
    stopTokens,
    learning,
    learntPolicy,
    backtests,
    advice,
    flows,
    feeds,
    tariffs,
    sites: createSiteService({
      store,
      clock,
      bus,
      commander,
      emergencyStop,
      about: { version: options.version, host: options.host, startedAt },
      link: () => linkOf?.() ?? null,
      openSite,
      closeSite,
      removeDemo: async () => {
        await demo.stop();
        await secrets.remove(secretNameOf(demoDeviceId('miner-b')));
        await messengers.forget(DEMO_SITE.id);
        rmSync(join(dataFolder, 'models', DEMO_SITE.id), { recursive: true, force: true });
      },
    }),
    devices: createDeviceService({
      store,
      host,
      telemetry,
      secrets,
      bus,
      clock,
      openDevice,
      closeDevice,
      commander,
      finder,
      balance: balance.check,
    }),
    ...automated,
    planner: planned.planner,
    planSettings: planned.planSettings,
    views: createViews({
      ...{ clock, store, read: reads, telemetry, commander, automation, flows, health, driverOf },
      planner: planned.planner,
    }),
    presence,
    messengers,
    safety: createSafetyService({
      store,
      telemetry,
      clock,
      specsOf: ({ driverId, connection }) => {
        const driver = driverOf(driverId);
        return driver ? channelsOf(driver, connection) : [];
      },
    }),
  };
  const gateway = createDoor(rooms, log);

  telemetry.start(life.signal);
  const [first] = siteIds();
  if (first) await openSite(first);
  await messengers.start(life.signal);
  routing.start(life.signal);
  await commander.start(life.signal);
  remoteApprovals.start(life.signal);
  guardian.start(life.signal);
  learning.start(life.signal);
  learntPolicy.start(life.signal);
  advice.start(life.signal);
  flows.start(life.signal);
  feeds.start(life.signal);
  balance.start();
  tariffs.start(life.signal);
  automation.start(life.signal);
  planned.planner.start(life.signal);
  automated.start(life.signal);
  health.start(life.signal);
  deadMan.start(life.signal);
  presence.start(life.signal);
  if (first)
    giveFirstLessons(store, flows, first, startedAt).catch((thrown: unknown) =>
      log.error('The first training failed', { message: messageOf(thrown) }),
    );
  const stopDoor = createStopDoor({
    gateway,
    tokens: stopTokens,
    clock,
    log: log.room('stop-door'),
    siteId: () => rooms.sites.status().activeSiteId,
  });
  const socket = await startControlSocket({ folder: dataFolder, handle: gateway.handle, stopDoor, log });
  if (!socket.ok) log.warn('The command line cannot reach this process', { message: socket.error.message });

  return ok({
    ...gateway,
    bus,
    state: store.state,
    stopDoor,
    status: rooms.sites.status,
    onLink: (address) => {
      linkOf = address;
    },
    suspend: async () => {
      await Promise.all([automation.stop(), planned.planner.stop(), automated.pause()]);
      await commander.beforeSleep();
    },
    resume: () => {
      bus.emit('timeJump', { spanMs: 0 });
      automation.start(life.signal);
      planned.planner.start(life.signal);
      automated.start(life.signal);
    },
    stop: async () => {
      if (socket.ok) await socket.value.close();
      await Promise.all([presence.stop(), finder.stop()]);
      balance.stop();
      await Promise.all([
        automation.stop(),
        planned.planner.stop(),
        automated.stop(),
        flows.stop(),
        health.stop(),
        feeds.stop(),
        tariffs.stop(),
      ]);
      await learning.stop();
      await learntPolicy.stop();
      await backtests.stop();
      guardian.stop();
      await remoteApprovals.stop();
      await commander.stop();
      deadMan.stop();
      await routing.stop();
      await messengers.stop();
      await telemetry.stop();
      life.abort();
      await host.closeAll();
      await demo.stop();
      await reads.stop();
      store.close();
      control.release();
    },
  });
};

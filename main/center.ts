import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { FORECAST_MODELS } from '../models/forecast/models.ts';
import { createAutomation } from './automation/automation.ts';
import { createAutomationRooms } from './center/automation-rooms.ts';
import { createBalanceWatch } from './center/balance-watch.ts';
import { type RunningDemo, startDemo } from './center/demo.ts';
import { DEMO_SITE, demoDeviceId } from './center/demo-site.ts';
import { createDeviceSearch } from './center/device-search.ts';
import { createDeviceService, secretNameOf } from './center/device-service.ts';
import { FEED_PROVIDERS, homesToAskFor } from './center/feed-providers.ts';
import { giveFirstLessons } from './center/first-lessons.ts';
import { flowsOf } from './center/flows.ts';
import { createPlanningRooms } from './center/planning-rooms.ts';
import { activeSite, createSiteService, emptyHome, setActiveSite } from './center/site-service.ts';
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
import { createEventBus } from './events.ts';
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
import { createDeadMan } from './health/dead-man.ts';
import { createHealth } from './health/health.ts';
import { deviceHeartbeat, flowHeartbeat, ruleHeartbeat } from './health/heartbeats.ts';
import { createNoticeRouting } from './health/routing/routing.ts';
import { createHttpClient } from './http/http-client.ts';
import { type DeviceId, newId, type SiteId, siteId } from './ids.ts';
import { createLearning } from './learning/learning.ts';
import { createMessengers } from './messengers/desk.ts';
import { createAdvice } from './planning/advice/advice.ts';
import { createBacktests } from './planning/backtest/backtests.ts';
import { createLearntPolicies } from './planning/learnt/learnt.ts';
import { messageOf, ok, type Result } from './result.ts';
import { createReadClient } from './store/read-client.ts';
import { takeControl } from './store/single-controller.ts';
import { openStore } from './store/store.ts';
import type { DeviceRecord } from './store/types.ts';
import { createTelemetry } from './telemetry/telemetry.ts';

/**
 * Builds every room and hands each what it needs; the only file that knows them all. Answers once the devices are
 * open, the real state was read and an earlier stop was taken up again. `stop` ends every timer, socket and worker.
 */
export const createCenter = async (options: CenterOptions): Promise<Result<Center>> => {
  const { clock, dataFolder, secrets } = options;
  const log = options.log;
  const startedAt = clock.now();
  const control = takeControl({ folder: dataFolder, host: options.host, now: startedAt });
  if (!control.ok) return control;
  const opened = await openStore({ folder: dataFolder, clock, log });
  if (!opened.ok) {
    control.value.release();
    return opened;
  }
  const store = opened.value;
  const life = new AbortController();
  const bus = createEventBus((name, thrown) =>
    log.error('A listener failed', { event: name, message: messageOf(thrown) }),
  );
  const siteIds = (): readonly SiteId[] => {
    const site = activeSite(store);
    return site ? [site.id] : [];
  };

  const wantsDemo =
    options.demo === 'always' ||
    (options.demo === 'auto' && (store.sites.list().length === 0 || activeSite(store)?.demo));
  let demo: RunningDemo | null = null;
  if (wantsDemo) {
    const started = await startDemo({ store, secrets, clock, log, resourcesFolder: options.resourcesFolder });
    if (!started.ok) {
      store.close();
      control.value.release();
      return started;
    }
    demo = started.value;
    setActiveSite(store, DEMO_SITE.id);
  } else if (activeSite(store) === undefined || activeSite(store)?.demo) {
    const id = siteId(newId('site'));
    store.sites.add({ ...emptyHome(Intl.DateTimeFormat().resolvedOptions().timeZone), id }, startedAt);
    setActiveSite(store, id);
  }

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
    stillOwner: control.value.stillOwner,
  });
  // Nothing real hangs on the demo, so it shows at once what the house does; a real home begins by watching.
  if (demo?.fresh) commander.setMode(DEMO_SITE.id, 'automate', 'Demo home');
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
  const advice = createAdvice({
    ...{ store, clock, bus, log },
    mode: (id) => commander.mode(id),
    planSettingsOf: (id) => store.plans.settings(id),
    carbonOf: (id, from, to) => feeds.carbonFor(id, from, to),
    tariffAt: (id, at) => tariffs.tariffAt(id, at),
    problemOf: (id) => planned.problemOf(id),
    pin: async (wish) => planned.moveRun(wish),
    windOf: (id, from, to) => {
      const rows = feeds.weatherFor(id, from, to);
      return (at) => rows.find((row) => row.at <= at && at < row.at + row.stepMs)?.windMs ?? null;
    },
  });
  const learntPolicy = createLearntPolicies({
    ...{ store, tariffs, clock, bus, log, dataFolder, version: options.version },
    workerUrl: options.workers.policy,
  });
  const planned = createPlanningRooms({
    ...{ store, clock, log, bus, commander, telemetry, learning, feeds, tariffs, siteIds },
    workerUrl: options.workers.planning,
  });
  const backtests = createBacktests({
    ...{ store, tariffs, clock, bus, log },
    workerUrl: options.workers.backtest,
    carbonOf: (id, from, to) => feeds.carbonFor(id, from, to),
    learntOf: (id) => learntPolicy.newest(id),
  });
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
  const health = createHealth({
    store,
    clock,
    log,
    bus,
    telemetry,
    flows,
    siteIds,
    mode: (id) => commander.mode(id),
    lostLogLines: options.lostLogLines,
    holdsController: control.value.stillOwner,
    missing: options.missing ?? (() => []),
    extra: {
      models: learning.monitoring.condition,
      'safety guard': guardian.condition,
      planner: planned.planner.condition,
    },
  });
  const routing = createNoticeRouting({
    ...{ bus, store, messengers, clock, log, siteIds },
    settingsOf: (id) => store.messages.settings(id),
    zoneOf: (id) => store.sites.get(id)?.timeZone ?? 'UTC',
  });
  const deadMan = createDeadMan({
    ...{ store, bus, clock, log, siteIds },
    // Rules that are asked to run seldom are not silent between two runs.
    limitMs: (id) => Math.max(store.messages.settings(id).deadManMs, store.settings.get(id).rulesEveryMs + 60_000),
    heartbeats: [
      ruleHeartbeat({
        store,
        mode: (id) => commander.mode(id),
        lastAutomationRunAt: (id) => automation.lastRunAt(id),
      }),
      deviceHeartbeat(telemetry),
      flowHeartbeat(flows),
    ],
  });
  const reads = createReadClient({ workerUrl: options.workers.read, databasePath: store.databasePath, clock, log });
  const automated = createAutomationRooms({
    ...{ store, clock, log, bus, commander, telemetry, feeds, siteIds, driverOf },
    replayWorkerUrl: options.workers.replay,
  });

  const openDevice = async (record: DeviceRecord): Promise<Result<void>> => {
    const device = await host.open(record);
    if (!device.ok) return device;
    telemetry.add(device.value);
    return ok(undefined);
  };
  const closeDevice = async (id: DeviceId): Promise<void> => {
    await telemetry.remove(id);
    await host.close(id);
  };
  /** One broken device never keeps the others from opening: its failure is logged and shown on its card. */
  const openSite = async (id: SiteId): Promise<Result<void>> => {
    for (const record of store.devices.list(id)) {
      const device = await openDevice(record);
      if (!device.ok) log.warn('A device could not be opened', { device: record.name, message: device.error.message });
    }
    return ok(undefined);
  };
  const closeSite = async (id: SiteId): Promise<void> => {
    await Promise.all(store.devices.list(id).map((record) => closeDevice(record.id)));
  };

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
        await demo?.stop();
        demo = null;
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
      await demo?.stop();
      await reads.stop();
      store.close();
      control.value.release();
    },
  });
};

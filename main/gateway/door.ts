import type { Log } from '../log.ts';
import { createGateway } from './gateway.ts';
import { adviceCommandHandlers, adviceQueryHandlers } from './handlers/advice.ts';
import { automationCommandHandlers, automationQueryHandlers } from './handlers/automation.ts';
import { backtestCommandHandlers, backtestQueryHandlers } from './handlers/backtest.ts';
import { controlCommandHandlers, controlQueryHandlers } from './handlers/control.ts';
import { deviceCommandHandlers, deviceQueryHandlers } from './handlers/devices.ts';
import { feedCommandHandlers, feedQueryHandlers } from './handlers/feeds.ts';
import { houseCommandHandlers, houseQueryHandlers } from './handlers/house.ts';
import { insightQueryHandlers } from './handlers/insight.ts';
import { messageCommandHandlers, messageQueryHandlers } from './handlers/messages.ts';
import { modelCommandHandlers, modelQueryHandlers } from './handlers/models.ts';
import { planCommandHandlers, planQueryHandlers } from './handlers/plan.ts';
import { policyCommandHandlers, policyQueryHandlers } from './handlers/policy.ts';
import { presenceCommandHandlers, presenceQueryHandlers } from './handlers/presence.ts';
import { ruleCommandHandlers, ruleQueryHandlers } from './handlers/rules.ts';
import { ruleReplayQueryHandlers } from './handlers/rules-replay.ts';
import { safetyCommandHandlers, safetyQueryHandlers } from './handlers/safety.ts';
import { siteCommandHandlers, siteQueryHandlers } from './handlers/site.ts';
import { tariffCommandHandlers, tariffQueryHandlers } from './handlers/tariff.ts';
import type { Rooms } from './rooms.ts';
import type { Gateway } from './types.ts';

/** The whole contract answered by the rooms of the house: one file of handlers a namespace. */
export const createDoor = (rooms: Rooms, log: Log): Gateway =>
  createGateway({
    queryHandlers: {
      ...siteQueryHandlers(rooms),
      ...deviceQueryHandlers(rooms),
      ...controlQueryHandlers(rooms),
      ...insightQueryHandlers(rooms),
      ...modelQueryHandlers(rooms),
      ...messageQueryHandlers(rooms),
      ...houseQueryHandlers(rooms),
      ...safetyQueryHandlers(rooms),
      ...feedQueryHandlers(rooms),
      ...tariffQueryHandlers(rooms),
      ...planQueryHandlers(rooms),
      ...presenceQueryHandlers(rooms),
      ...policyQueryHandlers(rooms),
      ...backtestQueryHandlers(rooms),
      ...ruleReplayQueryHandlers(rooms),
      ...automationQueryHandlers(rooms),
      ...ruleQueryHandlers(rooms),
      ...adviceQueryHandlers(rooms),
    },
    commandHandlers: {
      ...siteCommandHandlers(rooms),
      ...deviceCommandHandlers(rooms),
      ...controlCommandHandlers(rooms),
      ...modelCommandHandlers(rooms),
      ...messageCommandHandlers(rooms),
      ...houseCommandHandlers(rooms),
      ...safetyCommandHandlers(rooms),
      ...feedCommandHandlers(rooms),
      ...tariffCommandHandlers(rooms),
      ...ruleCommandHandlers(rooms),
      ...automationCommandHandlers(rooms),
      ...planCommandHandlers(rooms),
      ...presenceCommandHandlers(rooms),
      ...policyCommandHandlers(rooms),
      ...backtestCommandHandlers(rooms),
      ...adviceCommandHandlers(rooms),
    },
    idempotency: rooms.store.idempotency,
    clock: rooms.clock,
    log: log.room('gateway'),
  });

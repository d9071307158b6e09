import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DECISION_FEATURES, GOOD_SOC_PCT, LONGEST_WAIT_HOURS } from '../../models/decision/situation.ts';
import { type DecisionCard, decisionCardSchema } from '../../preload/contract/battery-decision.ts';
import { isFlexible } from '../../preload/contract/devices.ts';
import { newId, type SiteId } from '../ids.ts';
import { ok, permanent } from '../result.ts';
import { localHour } from '../zone.ts';
import { batteryPlan } from './battery-plan.ts';
import type { Desk } from './desk.ts';
import type { DecisionTask } from './protocol.ts';
import type { Decisions } from './types.ts';

const HOUR_MS = 3_600_000;
const TIMEOUT_MS = 10 * 60_000;
const REPORT = 'decision';
const SEED = 5;
/** Runs that are played through where no load has told its power, W. */
const USUAL_POWERS_W = [500, 1500, 3000];
const USUAL_HOURS = [1, 2, 4];
const ACTIONS_READ = 2_000;
const reportSchema = decisionCardSchema.omit({ siteId: true, features: true }).extend({ folder: z.string() });
type Report = z.infer<typeof reportSchema>;

const pct = (share: number): number | null => (Number.isFinite(share) ? 100 * share : null);

/** Learns from the action log and from days played through whether running a flexible load ends well, and answers for one. */
export const createDecisions = (desk: Desk): Decisions => {
  const { store, clock } = desk;
  const newest = (id: SiteId): Report | undefined => {
    const report = store.modelling.reports.latest(id, REPORT);
    return report && reportSchema.safeParse(JSON.parse(report.body)).data;
  };
  const flexible = (id: SiteId) =>
    store.devices
      .list(id)
      .flatMap((device) =>
        device.channels.filter((channel) => isFlexible(channel.role)).map((channel) => ({ device, channel })),
      );

  /** Switches of the log that turned a flexible load on, with the time until it was turned off. */
  const loggedRuns = (id: SiteId): DecisionTask['logged'] => {
    const rated = new Map(
      flexible(id).map(({ device, channel }) => [`${device.id} ${channel.channelId}`, channel.ratedPowerW ?? 0]),
    );
    const actions = store.actions.list(id, ACTIONS_READ).toReversed();
    return actions.flatMap((action, index) => {
      const key = `${action.deviceId} ${action.channelId}`;
      const powerW = rated.get(key) ?? 0;
      if (action.allowed !== true || action.outcome !== 'confirmed' || powerW <= 0) return [];
      const off = actions
        .slice(index + 1)
        .find((later) => `${later.deviceId} ${later.channelId}` === key && later.allowed === false);
      const hours = Math.min(LONGEST_WAIT_HOURS / 3, ((off?.createdAt ?? clock.now()) - action.createdAt) / HOUR_MS);
      return hours < 0.25 ? [] : [{ at: action.createdAt, powerW, hours }];
    });
  };

  const learn: Decisions['learn'] = async (id, signal) => {
    const site = desk.site(id);
    if (!site.ok) return site;
    const now = clock.now();
    const battery = batteryPlan(desk, id, site.value.timeZone, now);
    if (battery === null)
      return ok('Decisions: nothing to learn without the capacity and the state of charge of a battery.');
    const powers = flexible(id).flatMap(({ channel }) => (channel.ratedPowerW ? [channel.ratedPowerW] : []));
    const runs = (powers.length > 0 ? powers : USUAL_POWERS_W).flatMap((powerW) =>
      USUAL_HOURS.map((hours) => ({ powerW, hours })),
    );
    const folder = join(desk.dataFolder, 'models', id, 'decision', newId('decision'));
    const answer = await desk.worker.run(
      {
        ...{ task: 'learn-decision', ...desk.task(site.value), folder, limits: battery.limits, seed: SEED, runs },
        logged: loggedRuns(id),
      },
      { signal: desk.ends(signal), timeoutMs: TIMEOUT_MS },
    );
    if (!answer.ok) return answer;
    const { learnt } = answer.value;
    if (learnt === null)
      return ok('Decisions: there is too little to learn from yet, or every run would have ended the same.');
    const { heldOut } = learnt;
    const figures =
      heldOut === null
        ? 'too few to be judged'
        : `${(100 * heldOut.accuracy).toFixed(1)} % right on the newest ${heldOut.rows}, where always the same answer would be right in ${(100 * Math.max(heldOut.baseRate, 1 - heldOut.baseRate)).toFixed(1)} %`;
    const report: Report = {
      trainedAt: now,
      sentence: `Learnt from ${learnt.rows} runs, ${learnt.logged} of them real: ${figures}.`,
      examples: learnt.rows,
      logged: learnt.logged,
      heldOut: heldOut?.rows ?? 0,
      accuracyPct: heldOut && pct(heldOut.accuracy),
      precisionPct: heldOut && pct(heldOut.precision),
      recallPct: heldOut && pct(heldOut.recall),
      baseRatePct: heldOut && pct(heldOut.baseRate),
      brier: heldOut === null || Number.isNaN(heldOut.brier) ? null : heldOut.brier,
      calibration: (heldOut?.calibration ?? []).map(({ said, came, rows }) => ({
        ...{ saidPct: 100 * said, camePct: 100 * came, count: rows },
      })),
      folder,
    };
    const before = newest(id);
    store.modelling.reports.put(id, { name: REPORT, at: now, body: JSON.stringify(report) });
    if (before !== undefined) rmSync(before.folder, { recursive: true, force: true });
    desk.tell({ siteId: id, about: 'decision', kind: null, share: null, sentence: report.sentence });
    return ok(`Decisions: ${report.sentence}`);
  };

  const card = (id: SiteId): DecisionCard => {
    const report = newest(id);
    const features = [...DECISION_FEATURES];
    if (report === undefined)
      return {
        ...{ siteId: id, trainedAt: null, examples: 0, logged: 0, heldOut: 0, accuracyPct: null, precisionPct: null },
        ...{ recallPct: null, baseRatePct: null, brier: null, calibration: [], features },
        sentence: 'Nothing has been learnt yet: it is tried every night.',
      };
    const { folder: _, ...rest } = report;
    return { siteId: id, ...rest, features };
  };

  const decide: Decisions['decide'] = async (id, deviceId, channelId, hours) => {
    const site = desk.site(id);
    if (!site.ok) return site;
    const now = clock.now();
    const found = flexible(id).find(({ device, channel }) => device.id === deviceId && channel.channelId === channelId);
    if (found === undefined)
      return permanent('learning.load', 'There is no such flexible load.', 'Choose one of the home’s flexible loads.');
    const unknown = (sentence: string) =>
      ok({ siteId: id, at: now, probabilityPct: null, floorPct: GOOD_SOC_PCT, sentence, contributions: [] });
    const powerW = found.channel.ratedPowerW;
    const report = newest(id);
    const battery = batteryPlan(desk, id, site.value.timeZone, now);
    const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
    const ahead = (kind: 'solar' | 'load') =>
      (store.forecasts.latest(id, kind)?.points ?? []).filter((point) => point.at >= hour).slice(0, LONGEST_WAIT_HOURS);
    const pv = ahead('solar');
    const load = ahead('load');
    if (report === undefined) return unknown('Nothing has been learnt yet: it is tried every night.');
    if (powerW === null || powerW <= 0) return unknown('The power of this load is not known. Enter it on its card.');
    if (battery === null) return unknown('The capacity or the state of charge of the battery is not known.');
    if (pv.length < LONGEST_WAIT_HOURS || load.length < LONGEST_WAIT_HOURS)
      return unknown('It needs a forecast of sun and use for 36 hours.');
    const yearShare = ((now / 86_400_000) % 365.2425) / 365.2425;
    const situation = {
      ...{ socPct: battery.socPct, limits: battery.limits, hour: Math.floor(localHour(now, site.value.timeZone)) % 24 },
      ...{ yearShare, pv, load, priceRank: null, tempC: null, powerW, hours },
    };
    const answer = await desk.worker.run(
      { task: 'decide', folder: report.folder, situation },
      { signal: desk.ends(new AbortController().signal), timeoutMs: TIMEOUT_MS },
    );
    if (!answer.ok) return answer;
    const { probability, contributions } = answer.value.explanation;
    const [most] = contributions;
    const why = most === undefined ? '' : ` What weighs most: ${most.doc.toLowerCase()}.`;
    return ok({
      ...{ siteId: id, at: now, probabilityPct: 100 * probability, floorPct: GOOD_SOC_PCT },
      sentence: `The charge stays above ${GOOD_SOC_PCT} % with ${Math.round(100 * probability)} % probability.${why}`,
      contributions: [...contributions],
    });
  };

  return { learn, card, decide };
};

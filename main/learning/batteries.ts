import type { z } from 'zod';
import { type BatteryHealthView, batteryHealthSchema } from '../../preload/contract/battery-decision.ts';
import type { SiteId } from '../ids.ts';
import { ok } from '../result.ts';
import type { Desk } from './desk.ts';
import type { BatteryAnswer } from './protocol.ts';
import type { Batteries } from './types.ts';

const TIMEOUT_MS = 2 * 60_000;
const REPORT = 'battery-health';
const HISTORY_SHOWN = 400;
const PARTS = batteryHealthSchema.omit({ siteId: true, history: true });
type Kept = z.infer<typeof PARTS>;

const NOTHING: Omit<Kept, 'checkedAt' | 'sentence' | 'nominalKwh'> = {
  sohPct: null,
  capacityKwh: null,
  learntFrom: null,
  capacitiesMeasured: 0,
  fullCycles: null,
  depths: [],
  meanDepthPct: null,
  meanSocPct: null,
  meanTempC: null,
  meanCRate: null,
  knownPct: null,
  endOfLifeAt: null,
  score: null,
  advice: [],
};

const keptOf = (health: NonNullable<BatteryAnswer['health']>, nominalKwh: number, now: number): Kept => {
  const { life, sohPct, endOfLifeAt, learntFrom } = health;
  const from =
    learntFrom.source === 'measured'
      ? `${learntFrom.capacities} measured capacities and the literature`
      : 'the literature alone, since no charge or discharge was deep enough to measure the capacity';
  return {
    checkedAt: now,
    sentence: `State of health ${sohPct.p50.toFixed(1)} % (${sohPct.p10.toFixed(1)} to ${sohPct.p90.toFixed(1)}), from ${from}; counted as lithium iron phosphate, and as new at the first measurement.`,
    nominalKwh,
    sohPct,
    capacityKwh: health.capacityKwh,
    learntFrom: learntFrom.source,
    capacitiesMeasured: learntFrom.capacities,
    fullCycles: health.equivalentCycles,
    depths: [...health.depthHistogram],
    meanDepthPct: life.use.depthPct,
    meanSocPct: life.use.meanSocPct,
    meanTempC: life.use.temperatureC,
    meanCRate: life.use.rateC,
    knownPct: 100 * health.coverage,
    endOfLifeAt,
    score: health.score,
    advice: [...health.advice],
  };
};

/** Looks at the battery once a night and keeps what it found. */
export const createBatteries = (desk: Desk): Batteries => {
  const { store, clock } = desk;
  const readKept = (body: string): Kept | undefined => PARTS.safeParse(JSON.parse(body)).data;

  const check: Batteries['check'] = async (id, signal) => {
    const site = desk.site(id);
    if (!site.ok) return site;
    const nominalKwh = desk.settingsOf(id).batteryCapacityKwh;
    const put = (kept: Kept) => {
      store.modelling.reports.put(id, { name: REPORT, at: clock.now(), body: JSON.stringify(kept) });
      desk.tell({ siteId: id, about: 'battery', kind: null, share: null, sentence: kept.sentence });
      return ok(`Battery: ${kept.sentence}`);
    };
    if (nominalKwh === null || nominalKwh <= 0)
      return ok('Battery: its capacity is not entered in the settings, so nothing can be said of its health.');
    const answer = await desk.worker.run(
      { task: 'battery', ...desk.task(site.value), capacityKwh: nominalKwh },
      { signal: desk.ends(signal), timeoutMs: TIMEOUT_MS },
    );
    if (!answer.ok) return answer;
    const { health } = answer.value;
    const sentence = 'Less than a day of the battery is known.';
    return put(
      health === null
        ? { ...NOTHING, checkedAt: clock.now(), sentence, nominalKwh }
        : keptOf(health, nominalKwh, clock.now()),
    );
  };

  const view = (id: SiteId): BatteryHealthView => {
    const reports = store.modelling.reports.list(id, REPORT, HISTORY_SHOWN);
    const [newest] = reports;
    const kept = newest && readKept(newest.body);
    const nominalKwh = desk.settingsOf(id).batteryCapacityKwh;
    const sentence =
      nominalKwh === null
        ? 'Enter the capacity of the battery in the settings: its health is looked at every night.'
        : 'The battery is looked at in the coming night.';
    return {
      siteId: id,
      ...(kept ?? { ...NOTHING, checkedAt: null, sentence, nominalKwh }),
      history: reports.toReversed().flatMap(({ at, body }) => {
        const sohPct = readKept(body)?.sohPct;
        return sohPct ? [{ at, sohPct }] : [];
      }),
    };
  };
  return { check, view };
};

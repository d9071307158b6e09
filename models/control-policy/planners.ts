import { expectedPrice, habitKw } from './features.ts';
import { createHindsight, powersToTry } from './hindsight.ts';
import { allowedModes, bestMode, MODES, modeAt, wantedKw } from './modes.ts';
import { createPhysics } from './physics.ts';
import { type Chooser, type Played, type PlayOptions, playModes, playPowers } from './play.ts';
import { netKwAt, viewAt } from './series-view.ts';
import type { PolicyHome, PolicySeries, Span } from './types.ts';

/** Self-consumption: surplus in, deficit out. */
const chooseFollow: Chooser = () => MODES.indexOf('follow');

const PRESCIENT = { levels: 121, powers: 41 };

/** What perfect foresight would have paid; played through, so that its figure is a cost that is really reached. */
export const playPrescient = (series: PolicySeries, home: PolicyHome, span: Span, options: PlayOptions): Played => {
  const hindsight = createHindsight(series, home, span, { ...PRESCIENT, endValuePerKwh: options.valuePerKwh });
  const best = (step: number, stored: number): number => {
    const netKw = netKwAt(series, step);
    let wanted = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const each of powersToTry(home, netKw, PRESCIENT.powers)) {
      const cost = hindsight.costOf(step, stored, hindsight.physics.limit(stored, netKw, each));
      if (cost >= least - 1e-12) continue;
      least = cost;
      wanted = each;
    }
    return wanted;
  };
  return playPowers(series, home, span, best, options);
};

/** The next day comes twice: what is left after it is worth what the day after makes of it. */
const HORIZON_HOURS = 48;
const LEVELS = 25;

/** What the next two days look like from a step: prices as far as known, use and sun as in the week before. */
const outlook = (series: PolicySeries, step: number): PolicySeries => {
  const view = viewAt(series, step);
  const steps = Math.round(HORIZON_HOURS / series.stepHours);
  const perDay = Math.round(24 / series.stepHours);
  const column = (of: (ahead: number) => number): Float64Array => {
    const day = Float64Array.from({ length: perDay }, (_, ahead) => of(ahead));
    return Float64Array.from({ length: steps }, (_, ahead) => day[ahead % perDay] ?? Number.NaN);
  };
  const last = view.net(1);
  const net = column((ahead) => {
    const habit = habitKw(view, ahead);
    return Number.isFinite(habit) ? habit : Number.isFinite(last) ? last : 0;
  });
  return {
    ...series,
    loadKw: net.map((each) => Math.max(0, each)),
    pvKw: net.map((each) => Math.max(0, -each)),
    importPrice: column((ahead) => expectedPrice(view.importPrice, view, ahead)),
    exportPrice: column((ahead) => expectedPrice(view.exportPrice, view, ahead)),
  };
};

/**
 * A simple planner with the same knowledge and the same modes as the policy: each step it plans anew and takes
 * the first mode, weighing that the step may need more or less than expected.
 */
const chooseByOutlook = (series: PolicySeries, home: PolicyHome): Chooser => {
  const allowed = allowedModes(home.battery);
  const physics = createPhysics(home, series.stepHours);
  return (step, storedKwh) => {
    const ahead = outlook(series, step);
    const mean = ahead.importPrice.reduce((sum, each) => sum + each, 0) / ahead.importPrice.length;
    const hindsight = createHindsight(
      ahead,
      home,
      { from: 0, to: ahead.loadKw.length },
      { levels: LEVELS, powers: 0, endValuePerKwh: mean * home.battery.dischargeEfficiency },
    );
    const expected = netKwAt(ahead, 0);
    const spread = 0.3 * Math.abs(expected) + 0.1;
    const costs = MODES.map((mode) =>
      [-spread, 0, spread].reduce((sum, off) => {
        const netKw = expected + off;
        const batteryKw = physics.limit(storedKwh, netKw, wantedKw(mode, home.battery, netKw));
        const money = physics.cost(netKw, batteryKw, ahead.importPrice[0] ?? 0, ahead.exportPrice[0] ?? 0);
        return sum + money + hindsight.costToGo(1, physics.storedAfter(storedKwh, batteryKw));
      }, 0),
    );
    return bestMode(
      costs.map((cost) => -cost),
      allowed,
    );
  };
};

/** What the simple planner would have paid. */
export const playOutlook = (series: PolicySeries, home: PolicyHome, span: Span, options: PlayOptions): Played =>
  playModes(series, home, span, chooseByOutlook(series, home), options);

export const playSelf = (series: PolicySeries, home: PolicyHome, span: Span, options: PlayOptions): Played =>
  playModes(series, home, span, chooseFollow, options);

/** The power of a mode at a place of `MODES`. */
export const powerOfMode = (place: number, home: PolicyHome, netKw: number): number =>
  wantedKw(modeAt(place), home.battery, netKw);

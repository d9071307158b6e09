import type { SiteId } from '../../../preload/contract/base.ts';
import type { Overview } from '../../../preload/contract/site.ts';
import { startOfLocalDay } from '../../zone.ts';
import { attentionOf } from './attention.ts';
import { costWithoutBattery, gridCost } from './cost.ts';
import { coveragePct, totalsOf } from './energy.ts';
import type { OverviewInput } from './overview-input.ts';
import { reasonOf } from './reason.ts';
import { liveSentence } from './sentence.ts';
import { clockTime, money, seen } from './words.ts';

const SIX_HOURS_MS = 6 * 3_600_000;
const PROJECTION_VALID_MS = 3 * 3_600_000;
const AHEAD_MS = 24 * 3_600_000;
const NEXT_STEPS = 6;
const FULL_PCT = 99;

type Next = Overview['next'][number];

const isYoung = (projection: OverviewInput['projection'], now: number): projection is NonNullable<typeof projection> =>
  projection !== null && now - projection.issuedAt <= PROJECTION_VALID_MS;

const socOf = ({ now, live, settings, projection }: OverviewInput): Overview['soc'] => {
  const then = now + SIX_HOURS_MS;
  const point = isYoung(projection, now)
    ? projection.points.find((each) => each.at <= then && then < each.at + projection.stepMs)
    : undefined;
  return {
    nowPct: seen(live.socPct),
    inSixHours: point ? { at: point.at, p10: point.p10, p50: point.p50, p90: point.p90 } : null,
    minimumPct: settings.minimumSocPct,
    capacityKwh: settings.batteryCapacityKwh,
  };
};

const todayOf = ({ now, site, intervalsToday, prices }: OverviewInput): Overview['today'] => {
  const { pvKwh, loadKwh, importKwh, exportKwh, selfSufficiencyPct } = totalsOf(intervalsToday);
  return {
    pvKwh,
    loadKwh,
    importKwh,
    exportKwh,
    cost: gridCost(intervalsToday, prices),
    costWithoutBattery: costWithoutBattery(intervalsToday, prices),
    selfSufficiencyPct,
    coveragePct: coveragePct(intervalsToday, startOfLocalDay(now, site.timeZone), now),
  };
};

/** When the battery is expected to be full or at its minimum; only what it is not yet. */
const batterySteps = ({ now, live, settings, projection }: OverviewInput): readonly Next[] => {
  if (!isYoung(projection, now)) return [];
  const nowPct = seen(live.socPct);
  const ahead = projection.points.filter((point) => point.at > now && point.at <= now + AHEAD_MS);
  const full = nowPct !== null && nowPct < FULL_PCT ? ahead.find((point) => point.p50 >= FULL_PCT) : undefined;
  const low =
    nowPct !== null && nowPct > settings.minimumSocPct
      ? ahead.find((point) => point.p50 <= settings.minimumSocPct)
      : undefined;
  return [
    ...(full ? [{ at: full.at, role: 'battery', sentence: 'Battery is full', expected: true } as const] : []),
    ...(low
      ? [
          {
            at: low.at,
            role: 'battery',
            sentence: `Battery reaches its minimum of ${settings.minimumSocPct} %`,
            expected: true,
          } as const,
        ]
      : []),
  ];
};

const holdSteps = ({ now, channels }: OverviewInput): readonly Next[] =>
  channels.flatMap(({ name, role, hold }) =>
    hold && hold.origin === 'manual' && hold.until > now
      ? [{ at: hold.until, role, sentence: `${hold.owner}'s hold on ${name} ends`, expected: false }]
      : [],
  );

/** The projection knows nothing of a plan: where there is one, the plan says what the battery does. */
const nextOf = (input: OverviewInput): Overview['next'] => {
  const ahead = input.planSteps.length > 0 ? input.planSteps : batterySteps(input);
  return [...input.ruleSteps, ...ahead, ...holdSteps(input)].sort((a, b) => a.at - b.at).slice(0, NEXT_STEPS);
};

const becauseOf = (input: OverviewInput, today: Overview['today'], reason: string): readonly string[] => {
  const acts = input.mode !== 'watch' && !input.stop;
  const rules = acts ? input.decisions.map((decision) => decision.reason) : [];
  const plan = acts ? input.planSays.map(({ sentence }) => sentence) : [];
  const { cost, costWithoutBattery: without } = today;
  const saved =
    cost !== null && without !== null && Math.abs(cost - without) >= 0.005
      ? [
          `Without the battery today would stand at ${money(without, input.site.currency)} instead of ${money(cost, input.site.currency)}.`,
        ]
      : [];
  return [...new Set([...plan, ...rules].filter((sentence) => sentence !== reason)), ...saved];
};

const stoppedSentence = ({ site, stop }: OverviewInput): string | null =>
  stop
    ? `Stopped by ${stop.who} at ${clockTime(stop.stoppedAt, site.timeZone)}. Nothing is switched until a person re-enables it.`
    : null;

/** What the house does and why, in one sentence each, with what comes next and what needs a person. Pure. */
export const overviewOf = (input: OverviewInput): Overview => {
  const { reason, reasonCode } = reasonOf(input);
  const today = todayOf(input);
  const siteId: SiteId = input.site.id;
  return {
    siteId,
    at: input.now,
    sentence: stoppedSentence(input) ?? liveSentence(input.live),
    reason,
    reasonCode,
    because: [...becauseOf(input, today, reason)],
    soc: socOf(input),
    today,
    next: nextOf(input),
    attention: [...attentionOf(input)],
  };
};

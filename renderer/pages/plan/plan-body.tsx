import { useEffect, useMemo, useRef, useState } from 'react';
import type { PlanBlock, PlanTotals, PlanView } from '../../../preload/contract/plan.ts';
import { inKw } from '../../charts/series.ts';
import { Dialog } from '../../components/dialog.tsx';
import { PHONE, useMedia } from '../../flow/use-size.ts';
import * as house from '../../state/house.ts';
import { planSettings } from '../../state/planning.ts';
import { PinActs } from './pin-acts.tsx';
import { PlanTables } from './plan-tables.tsx';
import { blockTitle, firstBlock, sameBlock } from './plan-words.ts';
import { StateNotes } from './state-notes.tsx';
import { Timeline } from './timeline/timeline.tsx';
import { TotalsStrip } from './totals-strip.tsx';
import { useWhatIf } from './use-what-if.ts';
import { earliestDeadline } from './what-if-fields.ts';
import { WhatIfPanel } from './what-if-panel.tsx';
import { WhyPanel } from './why-panel.tsx';

const NO_LOADS: readonly never[] = [];
const NO_POINTS: readonly never[] = [];

/** Which step is open: none until it is known which a person wants to see first; it stays the same step in a new plan. */
const useChosen = (view: PlanView, now: number, phone: boolean) => {
  const [chosen, setChosen] = useState<PlanBlock | null>(null);
  const touched = useRef(false);
  useEffect(() => {
    setChosen((before) => {
      if (before !== null) return sameBlock(view.blocks, before);
      return touched.current || phone ? null : firstBlock(view, now);
    });
  }, [view, now, phone]);
  const choose = (block: PlanBlock | null): void => {
    touched.current = true;
    setChosen(block);
  };
  return [chosen, choose] as const;
};

/** The plan with its totals, its timeline or tables, the open step, and what it would be under other assumptions. */
export const PlanBody = ({
  view,
  totals,
  from,
  to,
  now,
  zone,
  currency,
  asTable,
}: {
  view: PlanView;
  totals: PlanTotals;
  from: number;
  to: number;
  now: number;
  zone: string;
  currency: string;
  asTable: boolean;
}) => {
  const phone = useMedia(PHONE);
  const stopped = house.status.use((state) => (state.value?.stop ?? null) !== null);
  const mode = house.status.use((state) => state.value?.mode ?? null);
  const projection = house.batteryProjection.use((state) => state.value);
  const solar = house.solarForecast.use((state) => state.value);
  const prices = house.prices.use((state) => state.value);
  const settings = house.settings.use((state) => state.value);
  const loads = planSettings.use((state) => state.value?.settings.loads) ?? NO_LOADS;
  const [chosen, choose] = useChosen(view, now, phone);
  const trial = useWhatIf(view.planId);
  const { answer } = trial;
  const shown = useMemo(
    () =>
      answer
        ? {
            ...view,
            soc: answer.soc,
            steps: answer.steps,
            blocks: answer.blocks,
            bent: answer.bent,
            reservePct: trial.changes.reservePct ?? view.reservePct,
          }
        : view,
    [view, answer, trial.changes.reservePct],
  );
  const hasBattery = view.soc.length > 0;
  const base = useMemo(
    () => ({
      reservePct: Math.round((view.reservePct ?? settings?.minimumSocPct ?? 0) / 5) * 5,
      batteryKwh: hasBattery ? (settings?.batteryCapacityKwh ?? null) : null,
      readyBy: earliestDeadline(loads),
    }),
    [view.reservePct, settings, hasBattery, loads],
  );
  const measuredSun = useMemo(() => inKw(solar?.measured ?? NO_POINTS), [solar]);
  const stale = view.state === 'stale';
  const open = chosen ? sameBlock(shown.blocks, chosen) : null;
  const lane = open ? shown.lanes.find(({ id }) => id === open.laneId) : undefined;
  const locked = stopped
    ? 'The house is stopped: nothing can be kept or moved now.'
    : answer
      ? 'This is only tried. Go back to the plan to keep or move a step.'
      : null;
  const reasons = open && lane && <WhyPanel block={open} lane={lane} now={now} zone={zone} currency={currency} />;
  const acts = open && lane && <PinActs key={open.id} block={open} lane={lane} now={now} zone={zone} locked={locked} />;
  return (
    <>
      <StateNotes view={shown} mode={mode} stopped={stopped} now={now} />
      <TotalsStrip
        totals={answer ? answer.changed : totals}
        planned={answer ? answer.asPlanned : null}
        currency={currency}
        now={now}
        zone={zone}
        stale={stale}
      />
      <div className="plan-grid">
        <section
          className={`card plan-lanes${stale ? ' stale' : ''}${answer ? ' tried' : ''}${trial.asking ? ' asking' : ''}`}
          aria-label="Timeline"
          aria-busy={trial.asking}
        >
          {asTable ? (
            <PlanTables plan={shown} from={from} to={to} now={now} zone={zone} currency={currency} onChoose={choose} />
          ) : (
            <Timeline
              plan={shown}
              from={from}
              to={to}
              now={now}
              zone={zone}
              currency={currency}
              measuredSoc={projection?.measured ?? NO_POINTS}
              measuredSun={measuredSun}
              prices={prices}
              loads={loads}
              comparedSoc={answer ? view.soc : null}
              chosenId={open?.id ?? null}
              onChoose={choose}
            />
          )}
        </section>
        <aside className="card plan-side" aria-label="Reasons and what if">
          {!phone &&
            (reasons ?? (
              <section className="quiet">
                <p>Choose a step to see why it is planned, what binds it, and what else it could be.</p>
              </section>
            ))}
          <WhatIfPanel trial={trial} base={base} disabled={stale} />
          {!phone && acts}
        </aside>
      </div>
      {phone && open && lane && (
        <Dialog title={blockTitle(open, lane)} onClose={() => choose(null)}>
          <div className="plan-side plain">
            {reasons}
            {acts}
          </div>
        </Dialog>
      )}
    </>
  );
};

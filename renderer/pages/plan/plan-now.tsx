import { useEffect, useMemo, useState } from 'react';
import type { PlanView } from '../../../preload/contract/plan.ts';
import { openPage } from '../../actions/open-page.ts';
import { replan } from '../../actions/plan.ts';
import { Icon } from '../../components/icon.tsx';
import { Button, Chip } from '../../components/parts.tsx';
import { Segment } from '../../components/segment.tsx';
import { Waiting } from '../../components/waiting.tsx';
import * as house from '../../state/house.ts';
import { useNowStep } from '../../state/now.ts';
import { plan, planSettings, recommendations, whatIf } from '../../state/planning.ts';
import { AdviceCard } from './advice-card.tsx';
import { NoPlan } from './no-plan.tsx';
import { PlanBody } from './plan-body.tsx';
import { PlanSettingsDialog } from './settings/plan-settings-dialog.tsx';

const HOUR = 3_600_000;
/** A plan that reaches hardly farther than a day is shown as a day. */
const LONG_HOURS = 27;
const ADVICE_SHOWN = 30;
/** Their sentence stands in a strip of its own. */
const SAID_BELOW: readonly PlanView['state'][] = ['stale', 'simple'];

const usePlanData = (): void => {
  const siteId = house.useSite()?.id ?? null;
  useEffect(() => {
    if (!siteId) return;
    void plan.load({ siteId });
    void planSettings.load({ siteId });
    void recommendations.load({ siteId, limit: ADVICE_SHOWN });
  }, [siteId]);
};

/** The plan in force: what it comes to, the steps over time with their reasons, and advice for what no wire reaches. */
export const PlanNow = () => {
  usePlanData();
  const now = useNowStep(60_000);
  const site = house.useSite();
  const zone = site?.timeZone ?? 'UTC';
  const currency = site?.currency ?? 'EUR';
  const view = plan.use((state) => state.value);
  const problem = plan.use((state) => state.problem);
  const trying = whatIf.use((state) => state.input !== null);
  const [asTable, setAsTable] = useState(false);
  const [whole, setWhole] = useState(false);
  const [settingsOpen, setSettingsOpen] = useState(false);
  const from = Math.floor((now - HOUR) / HOUR) * HOUR;
  const end = useMemo(() => {
    const last = view?.steps.at(-1);
    return last && view ? last.at + view.stepMs : null;
  }, [view]);
  const hours = end === null ? 24 : Math.round((end - now) / HOUR);
  const to = whole && end !== null ? Math.max(end, from + 24 * HOUR) : from + 24 * HOUR;
  const shown = view && view.lanes.length > 0 && view.totals !== null && view.state !== 'off' ? view : null;
  return (
    <>
      <div className="page-head">
        <h1>Plan</h1>
        {shown && trying ? (
          <Chip icon="flask-conical" look="inverse">
            What if, tried on screen only
          </Chip>
        ) : (
          shown && !SAID_BELOW.includes(shown.state) && <span className="quiet">{shown.sentence}</span>
        )}
        {view?.planning && (
          <span className="row quiet" role="status">
            <Icon name="loader-circle" size={15} className="turning" />
            Planning anew
          </span>
        )}
        <span className="grow" />
        {shown && hours > LONG_HOURS && (
          <Segment
            label="How far"
            value={whole ? 'whole' : 'day'}
            options={[
              { value: 'day', label: '24 h' },
              { value: 'whole', label: `${hours} h` },
            ]}
            onChange={(value) => setWhole(value === 'whole')}
          />
        )}
        <span className="row plan-acts">
          {shown && (
            <Button icon="table" look="ghost" size="small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
              {asTable ? 'Timeline' : 'Table'}
            </Button>
          )}
          {shown && (
            <Button
              icon="rotate-ccw"
              look="ghost"
              size="small"
              disabled={shown.planning}
              onClick={() => void replan.run({}, 'window')}
            >
              Plan anew
            </Button>
          )}
          <Button
            icon="settings"
            look="ghost"
            size="small"
            aria-haspopup="dialog"
            onClick={() => setSettingsOpen(true)}
          >
            Wishes
          </Button>
          <Button size="small" onClick={() => void openPage.run({ page: 'plan', part: 'backtest' }, 'window')}>
            Backtest
          </Button>
        </span>
      </div>
      {!view ? (
        <section className="card">
          <Waiting problem={problem} what="the plan" height={560} onRetry={() => void plan.reload()} />
        </section>
      ) : shown?.totals ? (
        <PlanBody
          view={shown}
          totals={shown.totals}
          from={from}
          to={to}
          now={now}
          zone={zone}
          currency={currency}
          asTable={asTable}
        />
      ) : (
        <NoPlan view={view} onSettings={() => setSettingsOpen(true)} />
      )}
      {view?.state !== 'off' && <AdviceCard planned={shown !== null} now={now} zone={zone} currency={currency} />}
      {settingsOpen && <PlanSettingsDialog currency={currency} onClose={() => setSettingsOpen(false)} />}
    </>
  );
};

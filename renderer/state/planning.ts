import type { PlanEvent } from '../../preload/contract/plan.ts';
import { currentSiteId } from './house.ts';
import { createResource } from './resource.ts';

/** What the pages read of plans and of what they bring: one resource a question. */
export const plan = createResource('plan.get');
export const whatIf = createResource('plan.whatIf');
export const planSettings = createResource('plan.settings');
export const recommendations = createResource('plan.recommendations');
export const backtest = createResource('backtest.get');
export const learntPolicy = createResource('policy.get');
/** The last days, for the overview. */
export const savings = createResource('savings.get');
/** As many days as the history shows. */
export const savingsHistory = createResource('savings.get');

/** What an event says of the work that runs is shown at once; the rest is asked again, once for a burst of events. */
export const createPlanNews = (settled: (run: () => Promise<void>) => () => void): ((event: PlanEvent) => void) => {
  const planSoon = settled(plan.reload);
  const backtestSoon = settled(backtest.reload);
  const policySoon = settled(learntPolicy.reload);
  const adviceSoon = settled(recommendations.reload);
  const settingsSoon = settled(async () => {
    await Promise.all([planSettings.reload(), plan.reload()]);
  });
  const savingsSoon = settled(async () => {
    await Promise.all([savings.reload(), savingsHistory.reload()]);
  });
  const plans = ({ share }: PlanEvent): void => {
    plan.patch((value) => ({ ...value, planning: share !== null }));
    if (share === null) planSoon();
  };
  const tests = ({ share, sentence }: PlanEvent): void => {
    if (share === null || backtest.use.getState().value?.state !== 'running') backtestSoon();
    else backtest.patch((value) => ({ ...value, share, sentence }));
  };
  const learns = ({ share, sentence }: PlanEvent): void => {
    if (share === null || learntPolicy.use.getState().value?.stage !== 'training') policySoon();
    else learntPolicy.patch((value) => ({ ...value, share, sentence }));
  };
  const hear: Readonly<Record<PlanEvent['about'], (event: PlanEvent) => void>> = {
    plan: plans,
    settings: settingsSoon,
    recommendations: adviceSoon,
    backtest: tests,
    savings: savingsSoon,
    policy: learns,
  };
  return (event) => {
    if (event.siteId === currentSiteId()) hear[event.about](event);
  };
};

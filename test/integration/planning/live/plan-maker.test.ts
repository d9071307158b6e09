import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../main/clock.ts';
import { createPlanMaker } from '../../../../main/planning/live/plan-maker.ts';
import { createPlanClient } from '../../../../main/planning/plan-client.ts';
import { pictureOf } from '../../../../main/planning/site/plan-view.ts';
import type { SiteProblem } from '../../../../main/planning/site/types.ts';
import { madeLoad, madeSite } from '../../../support/planning/made-site.ts';
import { PLANNING_WORKER, planFor } from '../../../support/planning/problems.ts';
import { good } from '../../../support/store/temp-store.ts';

const NO_THREAD = new URL('data:text/javascript,throw new Error("no")');
const makerWith = (workerUrl: URL) => {
  const clock = systemClock();
  return createPlanMaker({ client: createPlanClient({ workerUrl, clock }), clock });
};
const SITE: SiteProblem = madeSite({
  prices: [0.2, 0.4, 0.2, 0.4, 0.3, 0.3],
  pv: [0, 2, 3, 2, 0, 0],
  flexible: [madeLoad()],
});
const asked = { site: SITE, before: null, keepUnlessBetterBy: 0.05 };

describe('a plan made in a thread', () => {
  it('is the plan and the picture that are made here', async () => {
    const { decision, picture } = good(await makerWith(PLANNING_WORKER).decide(asked, [], undefined));
    const plan = await planFor(SITE.problem);
    expect(decision).toMatchObject({ by: 'solver', chosen: 'new', troubles: [] });
    expect(decision.plan.steps).toEqual(plan.steps);
    expect(picture).toEqual(pictureOf({ site: SITE, plan: decision.plan }, []));
    expect(await makerWith(PLANNING_WORKER).picture({ site: SITE, plan }, [], undefined)).toEqual(picture);
  });

  it('answers what-if on the plan in force', async () => {
    const plan = await planFor(SITE.problem);
    const answer = good(
      await makerWith(PLANNING_WORKER).whatIf({ site: SITE, plan, changes: { pvFactor: 0, batteryKwh: 0 } }, undefined),
    );
    expect(answer.changed.cost).toBeGreaterThan(answer.asPlanned.cost);
  });

  it('stands in for the solver where no thread can be had, and says why', async () => {
    const { decision, picture } = good(await makerWith(NO_THREAD).decide(asked, [], undefined));
    expect(decision.by).toBe('tiers');
    expect(decision.troubles[0]).toMatch(/^The solver broke off/);
    expect(picture.steps).toHaveLength(SITE.problem.loadKw.length);
    expect((await makerWith(NO_THREAD).picture({ site: SITE, plan: decision.plan }, [], undefined)).blocks).toEqual(
      picture.blocks,
    );
  });

  it('is not made any more once nobody asks', async () => {
    const life = new AbortController();
    const made = makerWith(PLANNING_WORKER).decide(asked, [], life.signal);
    life.abort();
    expect(await made).toMatchObject({ ok: false, error: { code: 'plan.cancelled' } });
  });
});

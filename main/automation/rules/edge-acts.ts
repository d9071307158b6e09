import type { Mode } from '../../../preload/contract/base.ts';
import type { Rule, RuleAction } from '../../../preload/contract/rules.ts';
import type { Commander } from '../../control/types.ts';
import { newId, type SiteId } from '../../ids.ts';
import type { Store } from '../../store/types.ts';
import type { Asked } from './asking.ts';
import type { RulesDeps } from './engine-types.ts';

const AUTHORITY: Readonly<Record<Mode, number>> = { watch: 0, suggest: 1, automate: 2 };

/** What a rule does once, when it turns: a message, another mode, a workflow. Null for what belongs to a channel. */
export const actOnce = (
  deps: Pick<RulesDeps, 'bus' | 'clock' | 'runWorkflow'> & {
    readonly commander: Pick<Commander, 'mode' | 'setMode'>;
    readonly store: Pick<Store, 'events'>;
  },
  siteId: SiteId,
  rule: Pick<Rule, 'name'>,
  action: RuleAction,
): Asked | null => {
  const refused = (note: string): Asked => ({ how: 'refused', note, actionId: null });
  const done = (note: string | null = null): Asked => ({ how: 'asked', note, actionId: null });
  switch (action.do) {
    case 'notify': {
      const notice = {
        id: newId('notice'),
        at: deps.clock.now(),
        level: action.level,
        title: rule.name,
        text: action.text,
      };
      deps.store.events.add(siteId, { ...notice, kind: 'rule' });
      deps.bus.emit('notice', notice);
      return done();
    }
    case 'mode': {
      // Where a person is asked before each action, no rule takes that right away.
      const present = deps.commander.mode(siteId);
      if (present === 'suggest' && AUTHORITY[action.mode] > AUTHORITY[present])
        return refused('In Suggest only a person lets the house act by itself.');
      const set = deps.commander.setMode(siteId, action.mode, rule.name);
      return set.ok ? done() : refused(set.error.message);
    }
    case 'workflow': {
      const begun = deps.runWorkflow(siteId, action.workflowId, rule.name);
      return begun.ok ? done() : refused(begun.error.message);
    }
    default:
      return null;
  }
};

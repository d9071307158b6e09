import { useEffect, useState } from 'react';
import type { Problem } from '../../../preload/contract/base.ts';
import type { WhatIf, WhatIfChanges } from '../../../preload/contract/plan.ts';
import { useSite } from '../../state/house.ts';
import { whatIf } from '../../state/planning.ts';

const QUIET_MS = 350;

export interface WhatIfTrial {
  readonly changes: WhatIfChanges;
  /** Something differs from the plan. */
  readonly tried: boolean;
  /** The newest answer; null while there is none. */
  readonly answer: WhatIf | null;
  readonly asking: boolean;
  readonly problem: Problem | null;
  readonly set: (changes: WhatIfChanges) => void;
}

/** What other assumptions would come to: asked once the hand rests, and again when the plan itself is another. */
export const useWhatIf = (planId: string | null): WhatIfTrial => {
  const siteId = useSite()?.id ?? null;
  const [changes, setChanges] = useState<WhatIfChanges>({});
  const [waiting, setWaiting] = useState(false);
  const answer = whatIf.use((state) => state.value);
  const problem = whatIf.use((state) => state.problem);
  const asked = whatIf.use((state) => state.askedAt !== null);
  const tried = Object.keys(changes).length > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another plan asks the same question anew
  useEffect(() => {
    if (!siteId || !tried) {
      whatIf.clear();
      setWaiting(false);
      return;
    }
    setWaiting(true);
    const timer = window.setTimeout(() => {
      setWaiting(false);
      void whatIf.load({ siteId, changes });
    }, QUIET_MS);
    return () => window.clearTimeout(timer);
  }, [siteId, changes, tried, planId]);
  useEffect(() => () => whatIf.clear(), []);
  return {
    changes,
    tried,
    answer: tried ? answer : null,
    asking: tried && (waiting || asked),
    problem,
    set: setChanges,
  };
};

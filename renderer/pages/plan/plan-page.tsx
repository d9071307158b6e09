import { useUi } from '../../state/ui.ts';
import { BacktestView } from './backtest/backtest-view.tsx';
import { PlanNow } from './plan-now.tsx';

/** The plan in force, or what plans would have brought on the home's own past. */
export const PlanPage = () => (useUi((state) => state.part) === 'backtest' ? <BacktestView /> : <PlanNow />);

import type { Problem } from '../../../preload/contract/base.ts';
import { Icon } from '../../components/icon.tsx';

/** What the center refused, and what to do; the fields say their part themselves. */
export const FormProblem = ({ problem }: { problem: Problem }) => (
  <div className="form-problem" role="alert">
    <Icon name="triangle-alert" size={17} />
    <span>
      {problem.message}
      <em>{problem.advice}</em>
    </span>
  </div>
);

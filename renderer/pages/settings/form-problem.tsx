import type { ReactNode } from 'react';
import type { Problem } from '../../../preload/contract/base.ts';
import { Icon } from '../../components/icon.tsx';
import { Button } from '../../components/parts.tsx';

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

/** The lower edge of a form: what was refused, and the ways out of it; `children` are further ones. */
export const FormEnd = ({
  problem,
  busy = false,
  ready = true,
  onLeave,
  children,
}: {
  problem: Problem | null;
  busy?: boolean;
  ready?: boolean;
  onLeave: () => void;
  children?: ReactNode;
}) => (
  <>
    {problem && <FormProblem problem={problem} />}
    <div className="form-acts">
      <Button type="submit" look="primary" disabled={busy || !ready}>
        {busy ? 'Saving' : 'Save'}
      </Button>
      <Button look="ghost" onClick={onLeave}>
        Leave it
      </Button>
      {children}
    </div>
  </>
);

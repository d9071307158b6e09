import type { Problem } from '../../../preload/contract/base.ts';
import { Button } from '../../components/parts.tsx';
import { FormProblem } from '../settings/form-problem.tsx';

/** The lower edge of a form: what is wrong, and the ways out of it. */
export const FormActs = ({
  problem,
  ready,
  onClose,
  onRemove,
}: {
  problem: Problem | null;
  ready: boolean;
  onClose: () => void;
  /** Null for something that is not saved yet. */
  onRemove: (() => void) | null;
}) => (
  <>
    {problem && <FormProblem problem={problem} />}
    <div className="form-acts">
      <Button type="submit" look="primary" disabled={!ready}>
        Save
      </Button>
      <Button look="ghost" onClick={onClose}>
        Leave it
      </Button>
      {onRemove && (
        <Button icon="trash" look="ghost" onClick={onRemove}>
          Remove
        </Button>
      )}
    </div>
  </>
);

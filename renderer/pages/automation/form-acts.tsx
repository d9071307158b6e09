import type { Problem } from '../../../preload/contract/base.ts';
import { Button } from '../../components/parts.tsx';
import { FormEnd } from '../settings/form-problem.tsx';

/** The lower edge of a form of something that can be removed again; `onRemove` is null for what is not saved yet. */
export const FormActs = ({
  problem,
  ready,
  onClose,
  onRemove,
}: {
  problem: Problem | null;
  ready: boolean;
  onClose: () => void;
  onRemove: (() => void) | null;
}) => (
  <FormEnd problem={problem} ready={ready} onLeave={onClose}>
    {onRemove && (
      <Button icon="trash" look="ghost" onClick={onRemove}>
        Remove
      </Button>
    )}
  </FormEnd>
);

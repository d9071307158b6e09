import { Button } from '../../components/parts.tsx';

/** A certificate that nobody known vouches for: the person compares it and agrees to this one, or leaves it. */
export const Agreement = ({
  whose,
  shownAt,
  fingerprint,
  onAgree,
}: {
  whose: string;
  shownAt: string;
  fingerprint: string;
  onAgree: () => void;
}) => (
  <div className="agreement">
    <p>
      {whose} vouches for itself. Its certificate has this fingerprint (SHA-256). Compare it with the one {shownAt}:
    </p>
    <code>{fingerprint}</code>
    <Button size="small" icon="shield-check" onClick={onAgree}>
      It is the same: agree to it
    </Button>
  </div>
);

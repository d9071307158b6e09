import { decimal } from '../format/numbers.ts';

/** How far a long job is, 0 to 1, with its words. */
export const Progress = ({
  label,
  share,
  sentence,
  bare,
}: {
  label: string;
  share: number;
  sentence?: string;
  /** Without the number, where it stands beside it. */
  bare?: boolean;
}) => (
  <div className="progress-line">
    <div
      className="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
    >
      <i style={{ transform: `scaleX(${Math.min(1, Math.max(0, share))})` }} />
    </div>
    {!bare && <span className="num small">{decimal(share * 100, 0)}&nbsp;%</span>}
    {sentence && <span className="small second">{sentence}</span>}
  </div>
);

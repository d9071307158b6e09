import type { LeadErrors } from '../../../preload/contract/models.ts';
import { Term } from '../../components/term.tsx';
import { decimal } from '../../format/numbers.ts';
import { TERMS } from './terms.ts';

const TALLEST_PX = 56;
const FULL_PCT = 60;

/** Less error than naive by hours ahead; a bar of dashes where naive was better. */
export const LeadChart = ({ leads }: { leads: readonly LeadErrors[] }) => {
  // Hours with hardly any power can lose by hundreds of per cent: their bar ends at the top, their number is written.
  const most = Math.min(FULL_PCT, Math.max(...leads.map(({ skillPct }) => Math.abs(skillPct ?? 0)), 1));
  return (
    <div className="leads">
      <p>
        <Term means={TERMS.skill}>Less error than naive</Term>, by <Term means={TERMS.lead}>hours ahead</Term>
      </p>
      {leads.length === 0 ? (
        <p className="small">Not measured by hours ahead.</p>
      ) : (
        <ul className="lead-bars" aria-label="Less error than naive, by hours ahead">
          {leads.map(({ leadHours, skillPct }) => (
            <li key={leadHours} className={skillPct !== null && skillPct < 0 ? 'worse' : undefined}>
              <span className="up">
                {skillPct === null ? '–' : `${decimal(skillPct, 0)}\u00a0%`}
                {skillPct !== null && (
                  <i style={{ height: Math.max(2, Math.min(1, Math.abs(skillPct) / most) * TALLEST_PX) }} />
                )}
              </span>
              <span>{leadHours.replace('-', '–')}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
};

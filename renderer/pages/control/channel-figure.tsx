import { parseTimeTable } from '../../../preload/contract/time-table.ts';
import { Spark } from '../../components/spark.tsx';
import { Amount, MeasureAge, MeasureValue } from '../../components/value.tsx';
import { kilowattHours, quantity, spoken } from '../../format/numbers.ts';
import { span } from '../../format/time.ts';
import { freshnessNow } from '../../state/reducers.ts';
import { type CardState, type ChannelCard, isLoad } from './device-state.ts';
import { setpointWords } from './wording.ts';

/** A table in a few words: the slots themselves are behind its button. */
const tableWords = (text: string): string => {
  const table = parseTimeTable(text);
  if ('problem' in table) return 'Not readable';
  return table.inForce ? `${table.slots.length} slots` : 'Not followed';
};

/** A setting has no power of its own: its number is the value that was read back. */
const SettingFigure = ({ card, gone }: { card: ChannelCard; gone: boolean }) => {
  const { control, setpoint } = card.channel;
  const known = !gone && setpoint !== null;
  return (
    <div className="device-figure">
      <div>
        {known && control?.kind === 'number' && typeof setpoint === 'number' ? (
          <Amount {...quantity(setpoint, control.unit)} className="big value" />
        ) : known ? (
          <span className="big value">
            {control?.kind === 'time-table' && typeof setpoint === 'string'
              ? tableWords(setpoint)
              : setpointWords(setpoint, control)}
          </span>
        ) : (
          <span className="big value absent">No value</span>
        )}
        <em>{known ? 'as read back' : 'not read yet'}</em>
      </div>
    </div>
  );
};

interface FigureProps {
  readonly card: ChannelCard;
  readonly state: CardState;
  readonly now: number;
  readonly spark: readonly (number | null)[] | null;
}

/** The one number of a card: the power that a load draws now, or the value of a setting. */
export const ChannelFigure = ({ card, state, now, spark }: FigureProps) => {
  const { channel } = card;
  const power = channel.measures.powerW ?? null;
  if (!isLoad(channel)) return <SettingFigure card={card} gone={state === 'gone'} />;
  const extra = channel.measures.tempC;
  const gone = state === 'gone' || power === null || freshnessNow(power, now) === 'absent';
  return (
    <div className="device-figure">
      <div>
        {gone ? (
          <span className="big value absent">No value</span>
        ) : (
          <MeasureValue measure={power} now={now} inKilowatts className="big" />
        )}
        <em>
          {gone && power?.value != null && power.measuredAt !== null
            ? `last ${spoken(quantity(power.value, power.unit))}, ${span(now - power.measuredAt)} ago`
            : [
                channel.pending ? 'old value' : null,
                channel.energyTodayKwh === null ? null : `${spoken(kilowattHours(channel.energyTodayKwh))} today`,
                extra?.value == null ? null : spoken(quantity(extra.value, extra.unit)),
              ]
                .filter(Boolean)
                .join(', ')}
        </em>
      </div>
      {!gone && (spark ? <Spark values={spark} /> : null)}
      {!gone && power && freshnessNow(power, now) !== 'fresh' && !spark && <MeasureAge measure={power} now={now} />}
    </div>
  );
};

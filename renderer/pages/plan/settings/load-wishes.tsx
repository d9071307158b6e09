import { useMemo } from 'react';
import type { Problem } from '../../../../preload/contract/base.ts';
import type { PlannableLoad } from '../../../../preload/contract/plan.ts';
import type { PlannedLoad } from '../../../../preload/contract/plan-settings.ts';
import { channelChoices, refKey } from '../../../components/channel-choices.ts';
import { Choice } from '../../../components/choice.tsx';
import { Icon } from '../../../components/icon.tsx';
import { NumberField } from '../../../components/number-field.tsx';
import { Button } from '../../../components/parts.tsx';
import { roleHue, roleIcon } from '../../../components/roles.ts';
import { decimal } from '../../../format/numbers.ts';
import { devices } from '../../../state/house.ts';
import { WishFields } from './wish-fields.tsx';
import { WISH_CHOICES, type WishChoice, wishOf } from './wish-kinds.ts';

/** The refusal that belongs to a load by its place, whichever of its fields it names. */
const errorAt = (problem: Problem | null, place: number): string | undefined =>
  Object.entries(problem?.fields ?? {}).find(([name]) =>
    new RegExp(`^(settings\\.)?loads\\.${place}(\\.|$)`).test(name),
  )?.[1];

/** Every flexible load of the home with what it has to do; one without a wish is left to people and rules. */
export const LoadWishes = ({
  known,
  planned,
  money,
  problem,
  onChange,
}: {
  known: readonly PlannableLoad[];
  planned: readonly PlannedLoad[];
  money: string;
  problem: Problem | null;
  onChange: (loads: PlannedLoad[]) => void;
}) => {
  const list = devices.use((state) => state.value);
  const sensors = useMemo(() => {
    const warm = (list ?? []).flatMap((device) =>
      device.channels
        .filter(({ measures }) => measures.tempC !== undefined)
        .map(({ channelId }) => refKey({ deviceId: device.id, channelId })),
    );
    return channelChoices(list ?? []).filter(({ value }) => warm.includes(value));
  }, [list]);
  const gone = planned.filter((load) => known.every((one) => refKey(one) !== refKey(load)));
  const change = (key: string, load: PlannedLoad | null): void => {
    const place = planned.findIndex((one) => refKey(one) === key);
    if (load === null) onChange(planned.filter((one) => refKey(one) !== key));
    else if (place < 0) onChange([...planned, load]);
    else onChange(planned.map((one, index) => (index === place ? load : one)));
  };
  const choose = (load: PlannableLoad, choice: WishChoice): void => {
    const key = refKey(load);
    if (choice === 'none') {
      change(key, null);
      return;
    }
    const wish = wishOf(
      choice,
      load,
      sensors.map(({ ref }) => ref),
    );
    const before = planned.find((one) => refKey(one) === key);
    if (wish)
      change(key, {
        deviceId: load.deviceId,
        channelId: load.channelId,
        wish,
        startCost: before?.startCost ?? 0,
      });
  };
  return (
    <fieldset className="rule-block">
      <legend>Loads</legend>
      <p className="small quiet">What each has to do. The plan finds when; the safety limits hold as always.</p>
      {known.length === 0 && <p className="quiet">No load of this home can be planned yet. Add one in Settings.</p>}
      {known.map((load) => {
        const key = refKey(load);
        const place = planned.findIndex((one) => refKey(one) === key);
        const one = planned[place];
        const error = place < 0 ? undefined : errorAt(problem, place);
        return (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a line in every browser
          <div className="wish" key={key} role="group" aria-label={load.name} data-hue={roleHue(load.role)}>
            <div className="wish-name">
              <Icon name={roleIcon(load.role)} size={16} />
              <b>{load.name}</b>
              <span className="small quiet num">
                {load.ratedKw !== null && `${decimal(load.ratedKw, 1)} kW`}
                {!load.controllable && `${load.ratedKw === null ? '' : ', '}only advised`}
              </span>
            </div>
            <div className="rule-line">
              <Choice
                label="What it does"
                className="rule-subject"
                options={WISH_CHOICES.filter(({ value }) => value !== 'comfort' || sensors.length > 0)}
                value={one?.wish.kind ?? 'none'}
                onChange={(choice) => choose(load, choice)}
              />
              {one && (
                <WishFields
                  wish={one.wish}
                  sensors={sensors}
                  money={money}
                  onChange={(wish) => change(key, { ...one, wish })}
                />
              )}
              {one && (
                <>
                  <span className="rule-word">each start costs</span>
                  <NumberField
                    label="What each start costs"
                    unit={{ unit: money, factor: 1, digits: 2, step: 0.05 }}
                    value={one.startCost}
                    onChange={(startCost) => change(key, { ...one, startCost })}
                  />
                </>
              )}
            </div>
            {error !== undefined && (
              <p className="small wish-error" role="alert">
                {error}
              </p>
            )}
          </div>
        );
      })}
      {gone.map((load) => (
        <div className="wish" key={refKey(load)}>
          <div className="wish-name">
            <Icon name="wifi-off" size={16} />
            <b>{refKey(load)}</b>
            <span className="small quiet">is no longer in this home</span>
            <Button size="small" look="ghost" onClick={() => change(refKey(load), null)}>
              Forget its wish
            </Button>
          </div>
        </div>
      ))}
    </fieldset>
  );
};

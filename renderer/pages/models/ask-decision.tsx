import { NumberInput, Select } from '@mantine/core';
import { useState } from 'react';
import type { DecisionView } from '../../../preload/contract/battery-decision.ts';
import { BarList } from '../../components/bar-list.tsx';
import { Button } from '../../components/parts.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { decimal } from '../../format/numbers.ts';
import { devices, useSite } from '../../state/house.ts';
import { decision } from '../../state/model-life.ts';
import { inputWords, tidy } from './versions.ts';

const TOP = 6;

const withUnit = (value: number, unit: string): string =>
  unit === '' || unit === '1' || unit === '0 or 1' ? tidy(value) : `${tidy(value)}\u00a0${unit}`;

const Answer = ({ view }: { view: DecisionView }) => (
  <div aria-live="polite">
    <p className="model-sentence">
      {view.probabilityPct !== null && <b className="num">{decimal(view.probabilityPct, 0)}&nbsp;% </b>}
      {view.sentence}
    </p>
    <p className="small quiet">Well means that the battery stays at or above {decimal(view.floorPct, 0)} %.</p>
    {view.contributions.length > 0 && (
      <BarList
        label="What speaks for it and against it"
        bars={view.contributions.slice(0, TOP).map(({ name, doc, unit, value, usual, logit }) => ({
          id: name,
          label: inputWords({ name, doc }),
          note: `${withUnit(value, unit)}, mostly ${withUnit(usual, unit)}`,
          value: logit,
          text: logit === 0 ? 'neither' : logit > 0 ? 'for' : 'against',
        }))}
      />
    )}
  </div>
);

/** Asks for one load and a length: how likely it ends well, and what speaks for and against it. Nothing is switched. */
export const AskDecision = () => {
  const siteId = useSite()?.id ?? null;
  const list = devices.use((state) => state.value) ?? [];
  const view = decision.use((state) => state.value);
  const problem = decision.use((state) => state.problem);
  const asking = decision.use((state) => state.askedAt !== null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [hours, setHours] = useState(1);
  const loads = list.flatMap((device) =>
    device.channels
      .filter(({ controllable, role }) => controllable && role !== 'battery' && role !== 'pv' && role !== 'grid')
      .map((channel) => ({
        value: `${device.id}/${channel.channelId}`,
        label: channel.name,
        deviceId: device.id,
        channelId: channel.channelId,
      })),
  );
  const load = loads.find(({ value }) => value === chosen) ?? loads[0];
  if (!load)
    return <p className="small quiet">There is no flexible load to ask about. Add a device that may be switched.</p>;
  const ask = (): void => {
    if (siteId)
      void decision.load({ siteId, deviceId: load.deviceId, channelId: load.channelId, hours: Math.min(24, hours) });
  };
  return (
    <div className="ask">
      <h3>Ask it</h3>
      <form
        className="spread"
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <Select
          label="What would run"
          data={loads.map(({ value, label }) => ({ value, label }))}
          allowDeselect={false}
          value={load.value}
          onChange={setChosen}
        />
        <NumberInput
          label="For how long"
          suffix=" h"
          min={0.25}
          max={24}
          step={0.5}
          decimalScale={2}
          w={120}
          value={hours}
          onChange={(value) => setHours(Math.max(0.25, Number(value) || 1))}
        />
        <Button type="submit" disabled={asking}>
          {asking ? 'Asking' : 'Would it end well?'}
        </Button>
      </form>
      {problem ? (
        <Waiting problem={problem} what="the answer" height={80} onRetry={ask} />
      ) : (
        view && <Answer view={view} />
      )}
    </div>
  );
};

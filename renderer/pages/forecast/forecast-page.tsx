import { useEffect, useState } from 'react';
import type { ForecastKind } from '../../../preload/contract/insight.ts';
import type { IconName } from '../../components/icon-paths.ts';
import { Button } from '../../components/parts.tsx';
import type { Hue } from '../../components/roles.ts';
import { Segment } from '../../components/segment.tsx';
import * as house from '../../state/house.ts';
import { modelList } from '../../state/model-life.ts';
import type { Resource } from '../../state/resource.ts';
import { ForecastRow } from './forecast-row.tsx';

interface Row {
  readonly kind: ForecastKind;
  readonly title: string;
  readonly hue: Hue;
  readonly icon: IconName;
  readonly resource: Resource<'forecast.get'>;
}

const ROWS: readonly Row[] = [
  { kind: 'solar', title: 'Solar', hue: 'solar', icon: 'sun', resource: house.solarForecast },
  { kind: 'load', title: 'Load', hue: 'home', icon: 'house', resource: house.loadForecast },
  { kind: 'wind', title: 'Wind', hue: 'wind', icon: 'wind', resource: house.windForecast },
  { kind: 'price', title: 'Price', hue: 'grid', icon: 'coins', resource: house.priceForecast },
];
/** These have their place in every home, the others where the home has them. */
const ALWAYS: readonly ForecastKind[] = ['solar', 'load'];
const FARTHEST = 72;

/** What is expected of sun, load, wind and price, how yesterday's expectation did, and who serves with what right. */
export const ForecastPage = () => {
  const site = house.useSite();
  const siteId = site?.id ?? null;
  const [hours, setHours] = useState<24 | 48 | 72>(48);
  const [asTable, setAsTable] = useState(false);
  const known = modelList.use((state) => state.value?.kinds);
  const rows = ROWS.filter(({ kind }) => ALWAYS.includes(kind) || known?.some((one) => one.kind === kind));
  const shown = rows.map(({ kind }) => kind).join(' ');
  useEffect(() => {
    if (siteId) void modelList.load({ siteId });
  }, [siteId]);
  useEffect(() => {
    if (!siteId) return;
    for (const { kind, resource } of ROWS)
      if (shown.split(' ').includes(kind)) void resource.load({ siteId, kind, hours: FARTHEST });
  }, [siteId, shown]);
  const zone = site?.timeZone ?? 'UTC';
  return (
    <>
      <div className="page-head">
        <h1>Forecast</h1>
        <span className="grow" />
        <Button icon="table" look="ghost" size="small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? 'Charts' : 'Table'}
        </Button>
        <Segment
          label="How far"
          value={hours}
          options={[
            { value: 24, label: '24 h' },
            { value: 48, label: '48 h' },
            { value: 72, label: '72 h' },
          ]}
          onChange={setHours}
        />
      </div>
      {rows.map(({ kind, ...row }) => (
        <ForecastRow key={kind} {...row} hours={hours} zone={zone} asTable={asTable} />
      ))}
    </>
  );
};

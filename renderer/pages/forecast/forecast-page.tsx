import { useEffect, useState } from 'react';
import { Button } from '../../components/parts.tsx';
import { Segment } from '../../components/segment.tsx';
import * as house from '../../state/house.ts';
import { ForecastRow } from './forecast-row.tsx';

/** What is expected of sun and load, how yesterday's expectation did, and who serves with what right. */
export const ForecastPage = () => {
  const site = house.useSite();
  const siteId = site?.id ?? null;
  const [hours, setHours] = useState<24 | 48>(48);
  const [asTable, setAsTable] = useState(false);
  useEffect(() => {
    if (!siteId) return;
    void house.solarForecast.load({ siteId, kind: 'solar', hours: 48 });
    void house.loadForecast.load({ siteId, kind: 'load', hours: 48 });
  }, [siteId]);
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
          ]}
          onChange={setHours}
        />
      </div>
      <ForecastRow
        title="Solar"
        hue="solar"
        icon="sun"
        resource={house.solarForecast}
        hours={hours}
        zone={zone}
        asTable={asTable}
      />
      <ForecastRow
        title="Load"
        hue="home"
        icon="house"
        resource={house.loadForecast}
        hours={hours}
        zone={zone}
        asTable={asTable}
      />
    </>
  );
};

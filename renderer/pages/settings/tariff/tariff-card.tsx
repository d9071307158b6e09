import { useState } from 'react';
import type { PriceView } from '../../../../preload/contract/insight.ts';
import type { Site } from '../../../../preload/contract/site.ts';
import { PriceStrip } from '../../../charts/price-strip.tsx';
import { Button, Chip, Head } from '../../../components/parts.tsx';
import { Waiting } from '../../../components/waiting.tsx';
import { addDays, startOfDay } from '../../../format/time.ts';
import { tariff, tariffPreview } from '../../../state/house.ts';
import { PricesDialog } from './prices-dialog.tsx';
import { TariffDialog } from './tariff-dialog.tsx';
import { plainTariff, tariffWords } from './tariff-words.ts';

/** Today's prices as the tariff makes them; nothing where they are not known. */
const Today = ({ site, now }: { site: Site; now: number }) => {
  const preview = tariffPreview.use((state) => state.value);
  if (!preview) return null;
  const prices: PriceView['prices'] = preview.rates.flatMap(({ at, stepMs, importPerKwh, exportPerKwh }) =>
    importPerKwh === null ? [] : [{ at, stepMs, importPerKwh, exportPerKwh: exportPerKwh ?? 0 }],
  );
  if (prices.length === 0)
    return (
      <p className="small quiet" style={{ marginTop: 10 }}>
        The prices of today are not known yet.
      </p>
    );
  const from = startOfDay(now, site.timeZone);
  return (
    <div style={{ marginTop: 12 }}>
      <PriceStrip
        prices={{ siteId: site.id, currency: preview.currency, source: null, prices }}
        from={from}
        to={addDays(from, 1, site.timeZone)}
        now={now}
        zone={site.timeZone}
      />
      {preview.rates.some(({ assumed }) => assumed) && <Chip tiny>partly assumed</Chip>}
    </div>
  );
};

/** What a kWh costs and brings, by which the house is run and its days are counted. */
export const TariffCard = ({ site, now }: { site: Site; now: number }) => {
  const value = tariff.use((state) => state.value);
  const problem = tariff.use((state) => state.problem);
  const [open, setOpen] = useState<'tariff' | 'prices' | null>(null);
  return (
    <section className="card" id="tariff" aria-label="Tariff">
      <Head title="Tariff" note={value?.tariff?.name ?? null}>
        <Button size="small" look="ghost" onClick={() => setOpen('prices')}>
          From a file
        </Button>
        <Button size="small" onClick={() => setOpen('tariff')}>
          {value?.tariff ? 'Change' : 'Set'}
        </Button>
      </Head>
      {value === null ? (
        <Waiting problem={problem} what="the tariff" height={80} onRetry={() => void tariff.reload()} />
      ) : (
        <>
          <p className="second" style={{ marginTop: 6 }}>
            {value.tariff
              ? tariffWords(value.tariff)
              : 'None is set: the supplier’s feed, or the fixed prices under Limits and preferences, hold.'}
          </p>
          <Today site={site} now={now} />
        </>
      )}
      {open === 'tariff' && (
        <TariffDialog tariff={value?.tariff ?? plainTariff(site.currency)} onClose={() => setOpen(null)} />
      )}
      {open === 'prices' && <PricesDialog onClose={() => setOpen(null)} />}
    </section>
  );
};

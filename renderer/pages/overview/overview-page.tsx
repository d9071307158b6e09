import { useMemo } from 'react';
import { Waiting } from '../../components/waiting.tsx';
import { FlowMap } from '../../flow/flow-map.tsx';
import { sceneOf } from '../../flow/scene.ts';
import { price } from '../../format/money.ts';
import { spoken } from '../../format/numbers.ts';
import * as house from '../../state/house.ts';
import { useNow } from '../../state/now.ts';
import { BatteryCard } from './battery-card.tsx';
import { DayCard } from './day-card.tsx';
import { NextCard } from './next-card.tsx';
import { SafeTable } from './safe-table.tsx';
import { Sentence } from './sentence.tsx';
import { StoppedCard } from './stopped-card.tsx';
import { TodayCard } from './today-card.tsx';

const FlowCard = () => {
  const now = useNow();
  const live = house.live.use((state) => state.value);
  const problem = house.live.use((state) => state.problem);
  const stop = house.status.use((state) => state.value?.stop ?? null);
  const pvPeakW = house.settings.use((state) => state.value?.pvPeakW ?? null);
  const seenW = house.usePeak((state) => state.peakW);
  const priceView = house.prices.use((state) => state.value);
  const current = useMemo(
    () => priceView?.prices.find((cell) => cell.at <= now && now < cell.at + cell.stepMs) ?? null,
    [priceView, now],
  );
  if (!live)
    return (
      <section className="card flow-card" aria-label="Energy flow">
        <Waiting problem={problem} what="the first values" height={398} onRetry={() => void house.live.reload()} />
      </section>
    );
  const write = (perKwh: number | undefined): string | null =>
    perKwh === undefined || !priceView ? null : spoken(price(perKwh, priceView.currency));
  const scene = sceneOf({
    live,
    now,
    stop,
    pvPeakW,
    importPrice: write(current?.importPerKwh),
    exportPrice: write(current?.exportPerKwh),
  });
  return (
    <section className="card flow-card" aria-label="Energy flow">
      <FlowMap scene={scene} now={now} peakW={Math.max(pvPeakW ?? 0, seenW)} />
    </section>
  );
};

/** The house at a glance: what it does and why, the flow, the battery, the day, what is next and what needs a person. */
export const OverviewPage = () => {
  const stop = house.status.use((state) => state.value?.stop ?? null);
  const overview = house.overview.use((state) => state.value);
  const problem = house.overview.use((state) => state.problem);
  const site = house.useSite();
  const zone = site?.timeZone ?? 'UTC';
  const currency = site?.currency ?? 'EUR';
  const again = (): void => void house.overview.reload();
  return (
    <>
      <h1 className="hidden">Overview</h1>
      <Sentence overview={overview} stop={stop} />
      {stop ? (
        <div className="overview stopped-grid">
          <FlowCard />
          <StoppedCard stop={stop} zone={zone} />
          <SafeTable stop={stop} zone={zone} />
        </div>
      ) : (
        <div className="overview">
          <FlowCard />
          <div className="stack">
            <BatteryCard overview={overview} problem={problem} zone={zone} onRetry={again} />
            <TodayCard overview={overview} problem={problem} currency={currency} onRetry={again} />
          </div>
          <DayCard zone={zone} />
          <NextCard overview={overview} problem={problem} zone={zone} onRetry={again} />
        </div>
      )}
    </>
  );
};

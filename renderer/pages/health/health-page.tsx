import { useEffect } from 'react';
import { Chip, Head } from '../../components/parts.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { decimal } from '../../format/numbers.ts';
import * as house from '../../state/house.ts';
import { useNow } from '../../state/now.ts';
import { BackupsCard } from './backups-card.tsx';
import { ComponentsCard } from './components-card.tsx';
import { DataQualityCard } from './data-quality-card.tsx';
import { FeedsCard } from './feeds-card.tsx';
import { FlowsCard } from './flows-card.tsx';
import { MachineCard } from './machine-card.tsx';
import { PollersCard } from './pollers-card.tsx';

const AGAIN_MS = 5000;
/** News of feeds come as events; a failed ask is none. */
const FEEDS_AGAIN_MS = 60_000;

const useHealthData = (): void => {
  const siteId = house.useSite()?.id ?? null;
  useEffect(() => {
    if (!siteId) return;
    void house.health.load({ siteId });
    void house.flows.load({ siteId });
    void house.flowRuns.load({ siteId, limit: 30 });
    void house.backups.load({});
    void house.feedStatus.load({ siteId });
    const again = (reload: () => Promise<void>, everyMs: number): number =>
      window.setInterval(() => {
        if (document.visibilityState === 'visible') void reload();
      }, everyMs);
    const timers = [again(house.health.reload, AGAIN_MS), again(house.feedStatus.reload, FEEDS_AGAIN_MS)];
    return () => {
      for (const timer of timers) window.clearInterval(timer);
    };
  }, [siteId]);
};

/** How the application itself is doing: parts, readings, jobs, machine and backups. */
export const HealthPage = () => {
  useHealthData();
  const now = useNow();
  const zone = house.useSite()?.timeZone ?? 'UTC';
  const health = house.health.use((state) => state.value);
  const problem = house.health.use((state) => state.problem);
  if (!health)
    return (
      <>
        <div className="page-head">
          <h1>Health</h1>
        </div>
        <section className="card">
          <Waiting problem={problem} what="the health report" height={320} onRetry={() => void house.health.reload()} />
        </section>
      </>
    );
  const failing = health.components.filter((part) => part.state === 'failed' || part.state === 'degraded');
  return (
    <>
      <div className="page-head">
        <h1>Health</h1>
        <span className="quiet">
          {failing.length === 0
            ? 'Everything works.'
            : `${failing.map((part) => part.name).join(', ')} ${failing.length === 1 ? 'needs' : 'need'} a look.`}{' '}
          {decimal(health.errors24h, 0)} {health.errors24h === 1 ? 'error' : 'errors'} in 24 h.
        </span>
      </div>
      <div className="health-grid">
        <ComponentsCard health={health} now={now} />
        <MachineCard health={health} now={now} zone={zone} />
        <PollersCard health={health} now={now} />
        <FeedsCard now={now} zone={zone} />
        <DataQualityCard health={health} now={now} zone={zone} />
        <FlowsCard now={now} zone={zone} />
        <BackupsCard now={now} zone={zone} />
        {health.missing.length > 0 && (
          <section className="card half">
            <Head title="Missing on this machine" note="everything else works without" />
            <ul className="state-list">
              {health.missing.map((sentence) => (
                <li key={sentence} style={{ gridTemplateColumns: 'auto 1fr' }}>
                  <Chip look="outline" icon="info">
                    absent
                  </Chip>
                  <span className="second">{sentence}</span>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </>
  );
};

import { useEffect } from 'react';
import { chooseLook } from '../../actions/choose-scheme.ts';
import { Head } from '../../components/parts.tsx';
import { Segment } from '../../components/segment.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { addDays, startOfDay } from '../../format/time.ts';
import type { SchemeChoice } from '../../state/color-scheme.ts';
import { useScheme } from '../../state/color-scheme.ts';
import * as house from '../../state/house.ts';
import { centerNow, useNowStep } from '../../state/now.ts';
import { usePerson } from '../../state/person.ts';
import { AuditCard } from './audit-card.tsx';
import { DevicesCard } from './devices-card.tsx';
import { FeedsCard } from './feeds/feeds-card.tsx';
import { LimitsForm } from './limits-form.tsx';
import { MessagesCard } from './messages/messages-card.tsx';
import { OwnHomeForm } from './own-home-form.tsx';
import { PersonCard } from './person-card.tsx';
import { PresenceCard } from './presence-card.tsx';
import { SafetyCard } from './safety/safety-card.tsx';
import { TariffCard } from './tariff/tariff-card.tsx';

const LOOKS: readonly { readonly value: SchemeChoice; readonly label: string }[] = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

const useSettingsData = (): void => {
  const site = house.useSite();
  const siteId = site?.id ?? null;
  const zone = site?.timeZone ?? 'UTC';
  useEffect(() => {
    if (!siteId) return;
    void house.settings.load({ siteId });
    void house.settingsAudit.load({ siteId });
    void house.devices.load({ siteId });
    void house.drivers.load({});
    void house.feedStatus.load({ siteId });
    void house.feedConfig.load({ siteId });
    void house.feedProviders.load({});
    void house.presence.load({});
    void house.tariff.load({ siteId });
    const from = startOfDay(centerNow(), zone);
    void house.tariffPreview.load({ siteId, from, to: addDays(from, 1, zone) });
  }, [siteId, zone]);
};

/** Limits, devices, the home itself, the person and the look. */
export const SettingsPage = () => {
  useSettingsData();
  const now = useNowStep(60_000);
  const site = house.useSite();
  const zone = site?.timeZone ?? 'UTC';
  const settings = house.settings.use((state) => state.value);
  const problem = house.settings.use((state) => state.problem);
  const person = usePerson((state) => state.name);
  const choice = useScheme((state) => state.choice);
  return (
    <>
      <div className="page-head">
        <h1>Settings</h1>
        {site && (
          <span className="quiet">
            {site.name}, {site.timeZone}, {site.currency}
          </span>
        )}
      </div>
      <div className="settings-grid">
        <div>
          {site?.demo && <OwnHomeForm key={site.id} site={site} />}
          <section className="card" aria-label="Limits and preferences">
            <Head big title="Limits and preferences" note="they hold whoever asks" />
            {settings && site ? (
              <LimitsForm settings={settings} currency={site.currency} />
            ) : (
              <Waiting
                problem={problem}
                what="the settings"
                height={420}
                onRetry={() => void house.settings.reload()}
              />
            )}
          </section>
          <SafetyCard now={now} />
          <MessagesCard now={now} />
          {site && !site.demo && <OwnHomeForm key={site.id} site={site} />}
        </div>
        <div>
          <DevicesCard now={now} />
          <FeedsCard />
          {site && <TariffCard site={site} now={now} />}
          <PresenceCard />
          <section className="card">
            <Head title="Appearance" />
            <div style={{ marginTop: 10 }}>
              <Segment
                label="Appearance"
                value={choice}
                options={LOOKS}
                onChange={(value) => void chooseLook.run({ choice: value }, 'window')}
              />
            </div>
          </section>
          <PersonCard key={person} />
          <AuditCard now={now} zone={zone} />
        </div>
      </div>
    </>
  );
};

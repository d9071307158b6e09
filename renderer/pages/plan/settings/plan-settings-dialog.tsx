import { useEffect } from 'react';
import { Dialog } from '../../../components/dialog.tsx';
import { Waiting } from '../../../components/waiting.tsx';
import { devices, useSite } from '../../../state/house.ts';
import { planSettings } from '../../../state/planning.ts';
import { PlanSettingsForm } from './plan-settings-form.tsx';

/** What the home wants of its plans: the aim, the reserve, the battery and each load. */
export const PlanSettingsDialog = ({ currency, onClose }: { currency: string; onClose: () => void }) => {
  const siteId = useSite()?.id ?? null;
  const view = planSettings.use((state) => state.value);
  const problem = planSettings.use((state) => state.problem);
  useEffect(() => {
    if (!siteId) return;
    void planSettings.load({ siteId });
    void devices.load({ siteId });
  }, [siteId]);
  return (
    <Dialog title="What the plan is for" wide onClose={onClose}>
      {view ? (
        <PlanSettingsForm stored={view.settings} known={view.loads} currency={currency} onClose={onClose} />
      ) : (
        <Waiting
          problem={problem}
          what="the wishes for the plan"
          height={320}
          onRetry={() => void planSettings.reload()}
        />
      )}
    </Dialog>
  );
};

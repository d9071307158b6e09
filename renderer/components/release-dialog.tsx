import { useUi } from '../state/ui.ts';
import { Dialog } from './dialog.tsx';
import { ReleaseForm } from './release-form.tsx';

/** The way out of a stop from any page. */
export const ReleaseDialog = () => {
  const close = (): void => useUi.setState({ releaseOpen: false });
  return (
    <Dialog title="Re-enable" onClose={close}>
      <p className="second" style={{ marginBottom: 14 }}>
        Look first whether the reason for the stop is gone. Nothing runs by itself after this until you choose a mode.
      </p>
      <ReleaseForm onDone={close} />
    </Dialog>
  );
};

import { openPage } from '../actions/open-page.ts';
import { useSite } from '../state/house.ts';
import { Icon } from './icon.tsx';
import { Button } from './parts.tsx';

/** Says that this is a demo, where its numbers come from, and leads out of it with one button. */
export const DemoBar = () => {
  const site = useSite();
  if (!site?.demo) return null;
  return (
    <aside className="demo-bar" aria-label="Demo">
      <Icon name="flask-conical" size={16} />
      <p>
        <b>This is a demo home.</b> <span className="desk-only-inline">{site.provenance}</span>
      </p>
      <Button
        size="small"
        onClick={() => {
          void openPage.run({ page: 'settings' }, 'window');
          window.setTimeout(() => document.getElementById('own-home')?.scrollIntoView({ block: 'start' }), 120);
        }}
      >
        Set up your own home
      </Button>
    </aside>
  );
};

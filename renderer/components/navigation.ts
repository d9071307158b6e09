import { PAGES, type Page } from '../state/ui.ts';
import type { IconName } from './icon-paths.ts';

const PARTS: Readonly<Record<Page, { readonly icon: IconName; readonly label: string }>> = {
  overview: { icon: 'layout-dashboard', label: 'Overview' },
  history: { icon: 'chart-line', label: 'History' },
  forecast: { icon: 'cloud-sun', label: 'Forecast' },
  plan: { icon: 'calendar-range', label: 'Plan' },
  control: { icon: 'sliders-horizontal', label: 'Control' },
  automation: { icon: 'workflow', label: 'Automation' },
  approvals: { icon: 'clipboard-check', label: 'Approvals' },
  models: { icon: 'brain-circuit', label: 'Models' },
  health: { icon: 'heart-pulse', label: 'Health' },
  settings: { icon: 'settings', label: 'Settings' },
};

const KEYS = 9;

/** The pages in the order of the navigation; the number is their key, which the first nine have. */
export const NAVIGATION = PAGES.map((page, index) => ({
  page,
  key: index < KEYS ? String(index + 1) : null,
  ...PARTS[page],
}));

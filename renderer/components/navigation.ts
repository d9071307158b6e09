import { PAGES, type Page } from '../state/ui.ts';
import type { IconName } from './icon-paths.ts';

const PARTS: Readonly<Record<Page, { readonly icon: IconName; readonly label: string }>> = {
  overview: { icon: 'layout-dashboard', label: 'Overview' },
  history: { icon: 'chart-line', label: 'History' },
  forecast: { icon: 'cloud-sun', label: 'Forecast' },
  control: { icon: 'sliders-horizontal', label: 'Control' },
  automation: { icon: 'workflow', label: 'Automation' },
  approvals: { icon: 'clipboard-check', label: 'Approvals' },
  models: { icon: 'brain-circuit', label: 'Models' },
  health: { icon: 'heart-pulse', label: 'Health' },
  settings: { icon: 'settings', label: 'Settings' },
};

/** The pages in the order of the navigation; the number is their key. */
export const NAVIGATION = PAGES.map((page, index) => ({ page, key: String(index + 1), ...PARTS[page] }));

import type { ModelKind } from '../../preload/contract/models.ts';

/** The unit of a kind's values at a site: W for powers, currency per kWh for the price. */
export const unitOfKind = (kind: ModelKind, currency: string): string => (kind === 'price' ? `${currency}/kWh` : 'W');

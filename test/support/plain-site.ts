import type { SiteId } from '../../main/ids.ts';
import type { Site } from '../../preload/contract/site.ts';

/** A home of one's own, for tests in which it does not matter where it stands. */
export const plainSite = (id: SiteId, name = 'Home'): Site => ({
  id,
  name,
  latitude: 50,
  longitude: 8,
  timeZone: 'Europe/Berlin',
  currency: 'EUR',
  demo: false,
  provenance: null,
});

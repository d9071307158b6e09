import type { SiteId } from '../../ids.ts';
import type { CenterStateRepository } from '../../store/types.ts';

const nameOf = (siteId: SiteId): string => `rules.test-mode:${siteId}`;

/** In test mode every rule of the site decides and asks for nothing. */
export const isTestMode = (state: CenterStateRepository, siteId: SiteId): boolean => state.get(nameOf(siteId)) === 'on';

export const setTestMode = (state: CenterStateRepository, siteId: SiteId, on: boolean): void =>
  state.set(nameOf(siteId), on ? 'on' : 'off');

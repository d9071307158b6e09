import type { Connection, OptionField } from '../../../preload/contract/devices.ts';
import { ok, permanent, type Result } from '../../result.ts';
import type { VrmInstallation } from './vrm-answers.ts';
import type { VrmApi } from './vrm-api.ts';

export const INSTALLATION_OPTION: OptionField = {
  name: 'installation',
  label: 'Installation',
  help: 'Its number, as in vrm.victronenergy.com/installation/123456. Empty: the only one that the token sees.',
  kind: 'text',
  required: false,
};

const MOST_NAMED = 20;

const listed = (installations: readonly VrmInstallation[]): string => {
  const names = installations.slice(0, MOST_NAMED).map(({ name, siteId }) => `${name} (${siteId})`);
  const more = installations.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
};

/** Everything that the token sees. */
export const installationsOf = async (
  api: VrmApi,
  signal: AbortSignal,
): Promise<Result<readonly VrmInstallation[]>> => {
  const user = await api.me(signal);
  return user.ok ? api.installations(user.value, signal) : user;
};

/** The installation that the connection names, or the only one. With several, the failure lists names and numbers. */
export const chosenInstallation = (
  installations: readonly VrmInstallation[],
  { options }: Connection,
): Result<VrmInstallation> => {
  const wanted = (options?.[INSTALLATION_OPTION.name] ?? '').trim();
  const [first, ...others] = installations;
  if (first === undefined)
    return permanent(
      'victron.no-installation',
      'The access token sees no installation in VRM.',
      'Make the token with the account to which the installation belongs.',
    );
  if (wanted === '')
    return others.length === 0
      ? ok(first)
      : permanent(
          'victron.choose-installation',
          `The access token sees ${installations.length} installations: ${listed(installations)}.`,
          'Enter the number of one of them under Installation.',
        );
  const found = installations.find(({ siteId }) => `${siteId}` === wanted);
  return found === undefined
    ? permanent(
        'victron.choose-installation',
        `The access token sees no installation ${wanted}, but ${listed(installations)}.`,
        'Enter the number of one of them under Installation.',
      )
    : ok(found);
};

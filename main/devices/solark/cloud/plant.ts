import { ok, type Result } from '../../../result.ts';
import type { CloudApi } from './api.ts';
import { chooseOne, notThere } from './failures.ts';
import type { CloudChoice } from './services.ts';
import { type InverterInfo, invertersSchema, plantsSchema } from './shapes.ts';

/** The inverter that is meant, and whether its plant has no other. */
export interface ChosenInverter {
  readonly plantId: string;
  readonly info: InverterInfo;
  readonly alone: boolean;
}

export const findPlant = async (api: CloudApi, choice: CloudChoice, signal: AbortSignal): Promise<Result<string>> => {
  const plants = await api.ask(
    { path: '/api/v1/plants?page=1&limit=10', what: 'its plants', schema: plantsSchema },
    signal,
  );
  if (!plants.ok) return plants;
  const { infos } = plants.value;
  const names = infos.map(({ id, name }) => `${id} ${(name ?? '').slice(0, 40)}`.trim());
  const [only, ...others] = infos;
  if (choice.plant !== '')
    // A list ends after ten: what is not on it may be there all the same.
    return infos.some(({ id }) => id === choice.plant) || infos.length >= 10
      ? ok(choice.plant)
      : notThere('plant', choice.plant, names);
  return only !== undefined && others.length === 0 ? ok(only.id) : chooseOne('plant', names);
};

export const findInverter = async (
  api: CloudApi,
  plantId: string,
  choice: CloudChoice,
  signal: AbortSignal,
): Promise<Result<ChosenInverter>> => {
  const path = `/api/v1/plant/${encodeURIComponent(plantId)}/inverters?page=1&limit=10&status=-1&type=-2`;
  const inverters = await api.ask({ path, what: 'its inverters', schema: invertersSchema }, signal);
  if (!inverters.ok) return inverters;
  const { infos } = inverters.value;
  const names = infos.map(({ sn }) => sn);
  const alone = infos.length === 1;
  if (choice.inverter !== '') {
    const info = infos.find(({ sn }) => sn.toUpperCase() === choice.inverter.toUpperCase());
    return info ? ok({ plantId, info, alone }) : notThere('inverter', choice.inverter, names);
  }
  const [only] = infos;
  return only !== undefined && alone ? ok({ plantId, info: only, alone }) : chooseOne('inverter', names);
};

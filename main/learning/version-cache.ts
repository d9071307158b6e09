import type { FittedForecaster, ForecastModel } from '../../models/forecast/types.ts';
import type { ModelKind } from '../../preload/contract/models.ts';
import { messageOf, ok, permanent, type Result } from '../result.ts';
import type { Backend } from '../tensorflow.ts';
import type { Card, JudgedDay } from './card.ts';
import { readVersion } from './version-folder.ts';

/** The models that a worker knows; a kind without one is served by its baseline. */
export type Models = Partial<Readonly<Record<ModelKind, ForecastModel>>>;

/** A version as loaded: what serves, and what it can be judged by. */
export interface LoadedVersion {
  readonly card: Card;
  readonly fitted: FittedForecaster;
  /** Days that were forecast again with it, by their start; a day whose count of hours changed is done again. */
  readonly lately: Map<number, JudgedDay>;
}

/** Loaded versions by folder, so that an hourly forecast does not read them again. */
export interface VersionCache {
  get(kind: ModelKind, folder: string): Promise<Result<LoadedVersion>>;
  dispose(): void;
}

/** Keeps the newest few versions loaded; a version that could not be read is tried again next time. */
export const createVersionCache = (backend: Backend, models: Models, kept: number): VersionCache => {
  const loaded = new Map<string, LoadedVersion>();
  const load = async (kind: ModelKind, folder: string): Promise<Result<LoadedVersion>> => {
    const model = models[kind];
    if (model === undefined)
      return permanent('learning.no-model', `There is no model for ${kind}.`, 'Nothing is to do.');
    const read = await readVersion(backend.tf, folder);
    if (!read.ok) return read;
    const { card, saved } = read.value;
    try {
      return ok({ card, fitted: model.restore(backend.tf, saved), lately: new Map() });
    } catch (thrown) {
      for (const network of saved.networks.values()) network.dispose();
      return permanent(
        'learning.version',
        `The model in ${folder} does not fit this application: ${messageOf(thrown)}.`,
        'An earlier model or a simple forecast serves meanwhile; train again to get a new one.',
      );
    }
  };
  return {
    get: async (kind, folder) => {
      const known = loaded.get(folder);
      if (known !== undefined) return ok(known);
      const read = await load(kind, folder);
      if (!read.ok) return read;
      loaded.set(folder, read.value);
      for (const [oldest, version] of loaded) {
        if (loaded.size <= kept) break;
        version.fitted.dispose();
        loaded.delete(oldest);
      }
      return read;
    },
    dispose: () => {
      for (const { fitted } of loaded.values()) fitted.dispose();
      loaded.clear();
    },
  };
};

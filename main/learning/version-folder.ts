import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { io, LayersModel } from '@tensorflow/tfjs';
import type { Forecaster } from '../../models/forecaster/forecaster.ts';
import type { Tensorflow } from '../../models/network/quantile-network.ts';
import type { Standardiser } from '../../models/network/standardise.ts';
import { messageOf, ok, permanent, type Result } from '../result.ts';
import { type Card, readCard } from './card.ts';

/**
 * A version on disk: member-<n>.model.json and member-<n>.weights.bin in TensorFlow.js' own form, past-<n> for the networks
 * that were judged, and card.json with the SHA-256 of each. Written beside its place and renamed, so that a half-written
 * version is never found.
 */
const CARD_FILE = 'card.json';
const SERVING = 'member';
const PAST = 'past';

/** Networks that had seen nothing at or after `from` (UTC ms): a version can be judged by them on what it has learnt since. */
interface PastNetworks extends Pick<Forecaster, 'networks' | 'standardiser'> {
  readonly from: number;
}

/** A version as loaded: what serves, and what it can be judged by. */
export interface LoadedVersion extends Forecaster {
  readonly card: Card;
  readonly past: PastNetworks | null;
}

export const disposeVersion = ({ networks, past }: Pick<LoadedVersion, 'networks' | 'past'>): void => {
  for (const network of [...networks, ...(past?.networks ?? [])]) network.dispose();
};

const plain = ({ mean, spread }: Standardiser) => ({ mean: [...mean], spread: [...spread] });
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const artifactsOf = async (tf: Tensorflow, network: LayersModel): Promise<io.ModelArtifacts> => {
  let artifacts: io.ModelArtifacts | undefined;
  await network.save(
    tf.io.withSaveHandler(async (each) => {
      artifacts = each;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  if (artifacts === undefined) throw new Error('TensorFlow.js handed no model over to be saved');
  return artifacts;
};

const weightsOf = (data: io.WeightData | undefined): Uint8Array => {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (Array.isArray(data)) return Buffer.concat(data.map((part: ArrayBuffer) => Buffer.from(part)));
  throw new Error('TensorFlow.js handed a model over without weights');
};

/** Writes the version and answers the card's text. */
export const writeVersion = async (
  tf: Tensorflow,
  folder: string,
  forecaster: Forecaster,
  past: PastNetworks,
  card: Omit<Card, 'files' | 'standardiser' | 'widenings' | 'past'>,
): Promise<string> => {
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const files: { name: string; sha256: string }[] = [];
  const write = (name: string, bytes: Uint8Array): void => {
    writeFileSync(join(partial, name), bytes);
    files.push({ name, sha256: sha256(bytes) });
  };
  const writeNetworks = async (name: string, networks: readonly LayersModel[]): Promise<void> => {
    for (const [member, network] of networks.entries()) {
      const artifacts = await artifactsOf(tf, network);
      const weights = `${name}-${member}.weights.bin`;
      const model = {
        format: 'layers-model',
        generatedBy: 'CommandCenter',
        convertedBy: null,
        modelTopology: artifacts.modelTopology,
        weightsManifest: [{ paths: [weights], weights: artifacts.weightSpecs }],
      };
      write(`${name}-${member}.model.json`, Buffer.from(JSON.stringify(model)));
      write(weights, weightsOf(artifacts.weightData));
    }
  };
  await writeNetworks(SERVING, forecaster.networks);
  await writeNetworks(PAST, past.networks);
  const whole: Card = {
    ...card,
    standardiser: plain(forecaster.standardiser),
    past: { from: past.from, standardiser: plain(past.standardiser) },
    widenings: [...forecaster.widenings],
    files,
  };
  const text = `${JSON.stringify(whole, null, 2)}\n`;
  writeFileSync(join(partial, CARD_FILE), text);
  renameSync(partial, folder);
  return text;
};

const modelFrom = async (tf: Tensorflow, modelJson: Uint8Array, weights: Uint8Array): Promise<LayersModel> => {
  const parsed = JSON.parse(Buffer.from(modelJson).toString('utf8')) as io.ModelJSON;
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: parsed.modelTopology,
      weightSpecs: parsed.weightsManifest.flatMap((group) => group.weights),
      weightData: Uint8Array.from(weights).buffer,
    }),
  );
};

/** Reads a version back; a missing, changed or foreign file is a failure, never a guess. */
export const readVersion = async (tf: Tensorflow, folder: string): Promise<Result<LoadedVersion>> => {
  const loaded: LayersModel[] = [];
  try {
    const card = readCard(readFileSync(join(folder, CARD_FILE), 'utf8'));
    if (card === undefined) throw new Error('its card is of another age or damaged');
    const files = new Map<string, Uint8Array>();
    for (const { name, sha256: expected } of card.files) {
      const bytes = readFileSync(join(folder, name));
      if (sha256(bytes) !== expected) throw new Error(`${name} is not what was trained`);
      files.set(name, bytes);
    }
    const readNetworks = async (name: string): Promise<readonly LayersModel[]> => {
      const networks: LayersModel[] = [];
      for (let member = 0; files.has(`${name}-${member}.model.json`); member += 1) {
        const model = files.get(`${name}-${member}.model.json`);
        const weights = files.get(`${name}-${member}.weights.bin`);
        if (model === undefined || weights === undefined) throw new Error(`${name} ${member} has no weights`);
        const network = await modelFrom(tf, model, weights);
        loaded.push(network);
        networks.push(network);
      }
      if (networks.length === 0) throw new Error('it holds no network');
      return networks;
    };
    const networks = await readNetworks(SERVING);
    const past = card.past === null ? null : { ...card.past, networks: await readNetworks(PAST) };
    return ok({ networks, standardiser: card.standardiser, widenings: card.widenings, card, past });
  } catch (thrown) {
    for (const network of loaded) network.dispose();
    return permanent(
      'learning.version',
      `The model in ${folder} could not be read: ${messageOf(thrown)}.`,
      'A simple forecast serves meanwhile; train again to get a new model.',
    );
  }
};

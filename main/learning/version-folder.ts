import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { io, LayersModel } from '@tensorflow/tfjs';
import { z } from 'zod';
import type { SavedForecaster } from '../../models/forecast/types.ts';
import type { Tensorflow } from '../../models/learners/types.ts';
import { messageOf, ok, permanent, type Result } from '../result.ts';
import { type Card, readCard } from './card.ts';

/**
 * A version on disk: <name>.model.json and <name>.weights.bin in TensorFlow.js' own form for each network, parts.json for
 * everything else, and card.json with the SHA-256 of each. Written beside its place and renamed, so that a half-written
 * version is never found.
 */
const CARD_FILE = 'card.json';
const PARTS_FILE = 'parts.json';
const MODEL_END = '.model.json';
const WEIGHTS_END = '.weights.bin';

export interface ReadVersion {
  readonly card: Card;
  readonly saved: SavedForecaster;
}

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

type Files = readonly { readonly name: string; readonly sha256: string }[];

/** Writes networks, parts and the card that `cardOf` makes of the list of files; answers the card's text. */
export const writeFolder = async (
  tf: Tensorflow,
  folder: string,
  saved: SavedForecaster,
  cardOf: (files: Files) => string,
): Promise<string> => {
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const files: { name: string; sha256: string }[] = [];
  const write = (name: string, bytes: Uint8Array): void => {
    writeFileSync(join(partial, name), bytes);
    files.push({ name, sha256: sha256(bytes) });
  };
  for (const [name, network] of saved.networks) {
    const artifacts = await artifactsOf(tf, network);
    const weights = `${name}${WEIGHTS_END}`;
    const model = {
      format: 'layers-model',
      generatedBy: 'CommandCenter',
      convertedBy: null,
      modelTopology: artifacts.modelTopology,
      weightsManifest: [{ paths: [weights], weights: artifacts.weightSpecs }],
    };
    write(`${name}${MODEL_END}`, Buffer.from(JSON.stringify(model)));
    write(weights, weightsOf(artifacts.weightData));
  }
  write(PARTS_FILE, Buffer.from(JSON.stringify(saved.parts)));
  const text = cardOf(files);
  writeFileSync(join(partial, CARD_FILE), text);
  renameSync(partial, folder);
  return text;
};

/** Writes the version and answers the card's text. */
export const writeVersion = (
  tf: Tensorflow,
  folder: string,
  saved: SavedForecaster,
  card: Omit<Card, 'files'>,
): Promise<string> =>
  writeFolder(tf, folder, saved, (files) => {
    const text = `${JSON.stringify({ ...card, files }, null, 2)}\n`;
    if (readCard(text) === undefined) throw new Error('the card of the new version could not be read back');
    return text;
  });

/** As far as it is ours to check: the topology is TensorFlow.js' own business. */
const modelFileSchema = z.object({
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.array(z.object({ weights: z.array(z.custom<io.WeightsManifestEntry>()) })),
});

const networkFrom = async (tf: Tensorflow, modelJson: Uint8Array, weights: Uint8Array): Promise<LayersModel> => {
  const parsed = modelFileSchema.parse(JSON.parse(Buffer.from(modelJson).toString('utf8')));
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: parsed.modelTopology,
      weightSpecs: parsed.weightsManifest.flatMap((group) => group.weights),
      weightData: Uint8Array.from(weights).buffer,
    }),
  );
};

/**
 * Reads a folder back, with the card that `cardOf` finds in its text; a missing, changed or foreign file is a failure, never
 * a guess. The caller disposes the networks.
 */
export const readFolder = async <Kept extends { readonly files: Files }>(
  tf: Tensorflow,
  folder: string,
  cardOf: (text: string) => Kept | undefined,
): Promise<Result<{ readonly card: Kept; readonly saved: SavedForecaster }>> => {
  const networks = new Map<string, LayersModel>();
  try {
    const card = cardOf(readFileSync(join(folder, CARD_FILE), 'utf8'));
    if (card === undefined) throw new Error('its card is of another age or damaged');
    const files = new Map<string, Uint8Array>();
    for (const { name, sha256: expected } of card.files) {
      const bytes = readFileSync(join(folder, name));
      if (sha256(bytes) !== expected) throw new Error(`${name} is not what was trained`);
      files.set(name, bytes);
    }
    const parts = files.get(PARTS_FILE);
    if (parts === undefined) throw new Error(`it has no ${PARTS_FILE}`);
    for (const [name, bytes] of files) {
      if (!name.endsWith(MODEL_END)) continue;
      const network = name.slice(0, -MODEL_END.length);
      const weights = files.get(`${network}${WEIGHTS_END}`);
      if (weights === undefined) throw new Error(`${network} has no weights`);
      networks.set(network, await networkFrom(tf, bytes, weights));
    }
    return ok({ card, saved: { networks, parts: JSON.parse(Buffer.from(parts).toString('utf8')) as unknown } });
  } catch (thrown) {
    for (const network of networks.values()) network.dispose();
    return permanent(
      'learning.version',
      `The model in ${folder} could not be read: ${messageOf(thrown)}.`,
      'An earlier model or a simple forecast serves meanwhile; train again to get a new one.',
    );
  }
};

export const readVersion = (tf: Tensorflow, folder: string): Promise<Result<ReadVersion>> =>
  readFolder(tf, folder, readCard);

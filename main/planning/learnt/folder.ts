import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { policyFault, type TrainedPolicy } from '../../../models/control-policy/policy.ts';
import { messageOf, ok, permanent, type Result } from '../../result.ts';
import { type PolicyCard, readPolicyCard } from './card.ts';

/**
 * A version on disk: weights.bin (float32, little-endian) and card.json with its SHA-256. Written beside its place and
 * renamed, so that half a version is never found; what was changed is not loaded.
 */
const CARD_FILE = 'card.json';
const WEIGHTS_FILE = 'weights.bin';
const PARTIAL_END = '.partial';
/** Versions of a home that are kept. */
const KEPT = 5;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Bytes of float32 numbers, little-endian on every machine; the same way back. */
const ordered = (bytes: Buffer): Buffer => (endianness() === 'LE' ? bytes : bytes.swap32());

export const policyFolder = (dataFolder: string, siteId: string): string =>
  join(dataFolder, 'models', siteId, 'control-policy');

export const writePolicy = (
  folder: string,
  policy: TrainedPolicy,
  card: Omit<PolicyCard, 'files' | 'parts'>,
): PolicyCard => {
  const partial = `${folder}${PARTIAL_END}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const weights = ordered(Buffer.from(policy.weights.slice().buffer));
  writeFileSync(join(partial, WEIGHTS_FILE), weights);
  const whole = { ...card, parts: policy.parts, files: [{ name: WEIGHTS_FILE, sha256: sha256(weights) }] };
  const text = `${JSON.stringify(whole, null, 2)}\n`;
  const read = readPolicyCard(text);
  if (read === undefined) throw new Error('the card of the new policy could not be read back');
  writeFileSync(join(partial, CARD_FILE), text);
  renameSync(partial, folder);
  return read;
};

export interface ReadPolicy {
  readonly card: PolicyCard;
  readonly policy: TrainedPolicy;
}

/** Reads a version back; one that is missing, changed or of another age is a failure, never a guess. */
export const readPolicy = (folder: string): Result<ReadPolicy> => {
  try {
    const card = readPolicyCard(readFileSync(join(folder, CARD_FILE), 'utf8'));
    if (card === undefined) throw new Error('its card is of another age or damaged');
    const bytes = readFileSync(join(folder, WEIGHTS_FILE));
    const expected = card.files.find(({ name }) => name === WEIGHTS_FILE)?.sha256;
    if (sha256(bytes) !== expected) throw new Error(`${WEIGHTS_FILE} is not what was trained`);
    const policy = { parts: card.parts, weights: new Float32Array(Uint8Array.from(ordered(bytes)).buffer) };
    const fault = policyFault(policy);
    if (fault !== null) throw new Error(fault);
    return ok({ card, policy });
  } catch (thrown) {
    return permanent(
      'policy.version',
      `The learnt policy in ${folder} could not be read: ${messageOf(thrown)}.`,
      'It is trained anew on Sunday night; start a training to have it sooner.',
    );
  }
};

/** The newest version of a home that can be read; with why newer ones could not be. */
export const newestPolicy = (
  dataFolder: string,
  siteId: string,
): { readonly read: ReadPolicy | null; readonly damaged: readonly string[] } => {
  const damaged: string[] = [];
  for (const name of versionsOf(dataFolder, siteId)) {
    const read = readPolicy(join(policyFolder(dataFolder, siteId), name));
    if (read.ok) return { read: read.value, damaged };
    damaged.push(read.error.message);
  }
  return { read: null, damaged };
};

/** Newest first: names begin with the moment of the training. */
const versionsOf = (dataFolder: string, siteId: string): readonly string[] => {
  const folder = policyFolder(dataFolder, siteId);
  if (!existsSync(folder)) return [];
  const folders = readdirSync(folder, { withFileTypes: true }).filter((each) => each.isDirectory());
  return folders
    .map(({ name }) => name)
    .filter((name) => !name.endsWith(PARTIAL_END))
    .toSorted()
    .toReversed();
};

/** Removes all but the newest versions. */
export const thinPolicies = (dataFolder: string, siteId: string): void => {
  for (const name of versionsOf(dataFolder, siteId).slice(KEPT))
    rmSync(join(policyFolder(dataFolder, siteId), name), { recursive: true, force: true });
};

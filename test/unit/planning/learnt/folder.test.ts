import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  newestPolicy,
  policyFolder,
  readPolicy,
  thinPolicies,
  writePolicy,
} from '../../../../main/planning/learnt/folder.ts';
import { judge, type Shown } from '../../../../main/planning/learnt/judge.ts';
import { randomPolicy } from '../../../support/models/policy-home.ts';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'policy-'));
});
afterEach(() => {
  rmSync(data, { recursive: true, force: true });
});

const policy = randomPolicy(4);
const write = (version: string) =>
  writePolicy(join(policyFolder(data, 'home'), version), policy, {
    ...{ schema: 1, version, stage: 'shadow', sentence: 'It was tried.', trainedAt: 5, tookMs: 1, backend: 'wasm' },
    ...{ seed: 7, codeVersion: 'test', data: { from: 1, to: 3, heldOutFrom: 2, coveragePct: 99 }, checks: [] },
    trial: { from: 2, to: 3, policyCost: 1, planCost: 1, selfCost: 1, prescientCost: 1 },
    ...{ episodes: [], practice: { imitatedCost: 1, practisedCost: null } },
  });

describe('a version on disk', () => {
  it('is read back to the very same weights', () => {
    const card = write('policy-1');
    const read = readPolicy(join(policyFolder(data, 'home'), 'policy-1'));
    expect(read).toEqual({ ok: true, value: { card, policy } });
    expect(readdirSync(policyFolder(data, 'home'))).toEqual(['policy-1']);
  });

  it('is refused when a byte was changed, and the one before it shows', () => {
    write('policy-1');
    write('policy-2');
    const place = join(policyFolder(data, 'home'), 'policy-2');
    expect(newestPolicy(data, 'home').read?.card.version).toBe('policy-2');
    const bytes = readFileSync(join(place, 'weights.bin'));
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(join(place, 'weights.bin'), bytes);
    const found = newestPolicy(data, 'home');
    expect(found.read?.card.version).toBe('policy-1');
    expect(found.damaged).toEqual([expect.stringContaining('weights.bin is not what was trained')]);
    writeFileSync(join(place, 'card.json'), '{"schema": 1}');
    expect(newestPolicy(data, 'home').damaged).toEqual([expect.stringContaining('of another age or damaged')]);
    writeFileSync(join(place, 'card.json'), 'no JSON');
    rmSync(join(place, 'weights.bin'));
    expect(newestPolicy(data, 'home').read?.card.version).toBe('policy-1');
  });

  it('is never found half written, and old ones go', () => {
    mkdirSync(join(policyFolder(data, 'home'), 'policy-9.partial'), { recursive: true });
    for (let number = 1; number <= 7; number += 1) write(`policy-${number}`);
    thinPolicies(data, 'home');
    expect(newestPolicy(data, 'home').read?.card.version).toBe('policy-7');
    expect(readdirSync(policyFolder(data, 'home')).toSorted()).toEqual([
      'policy-3',
      'policy-4',
      'policy-5',
      'policy-6',
      'policy-7',
      'policy-9.partial',
    ]);
    expect(newestPolicy(data, 'elsewhere')).toEqual({ read: null, damaged: [] });
  });
});

describe('the judgement', () => {
  const shown: Shown = {
    ...{
      checks: [{ name: 'limits', passed: true, sentence: 'It kept them.' }],
      days: 28,
      policyCost: 40,
      planCost: 42,
    },
    ...{ beatsPlan: true, powerCharged: false },
  };
  it.each([
    ['ahead', {}, 'The learnt policy wins by 2.00'],
    ['rejected', { checks: [{ name: 'limits', passed: false, sentence: 'No.' }] }, 'failed a check (limits)'],
    ['shadow', { beatsPlan: false, policyCost: 43 }, 'The plan wins by 1.00'],
    ['shadow', { beatsPlan: false }, 'It stays a comparison.'],
    ['shadow', { powerCharged: true }, 'does not see what peaks cost'],
  ] as const)('%s for %j', (stage, more, words) => {
    const verdict = judge({ ...shown, ...more });
    expect(verdict.stage).toBe(stage);
    expect(verdict.sentence).toContain(words);
  });
});

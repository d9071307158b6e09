import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayDecide } from '../../../main/control/approvals/may-decide.ts';
import { type AskingCase, expectedPowerW, whyAsked } from '../../../main/control/approvals/policy.ts';
import { sayQuestion } from '../../../main/control/approvals/sentences.ts';
import { hashOf, newSecrets, sameHash } from '../../../main/control/approvals/tokens.ts';
import { channelId, deviceId } from '../../../main/ids.ts';
import {
  DEFAULT_MESSAGE_SETTINGS,
  type MessageSettings,
  type MessengerKind,
} from '../../../preload/contract/messages.ts';
import type { ApprovalPolicy } from '../../../preload/contract/safety.ts';
import { configOf, HOME } from '../../support/control/snapshots.ts';
import { proposalOf } from '../../support/store/records.ts';

const policyOf = (change: Partial<ApprovalPolicy> = {}): ApprovalPolicy => ({
  channel: { deviceId: deviceId('plug'), channelId: channelId('switch:0') },
  ask: 'sometimes',
  firstTime: false,
  abovePowerW: null,
  ...change,
});
const caseOf = (change: Partial<AskingCase> = {}): AskingCase => ({
  mode: 'automate',
  origin: 'rule',
  setpoint: true,
  powerW: 2_000,
  policy: null,
  everDone: () => [],
  ...change,
});

describe('whether a person is asked', () => {
  it('a person, a stop and the guard of the house never are, whatever is set', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('stop' as const, 'safety' as const, 'manual' as const),
        fc.constantFrom('watch' as const, 'suggest' as const, 'automate' as const),
        fc.constantFrom('always' as const, 'sometimes' as const, 'never' as const),
        fc.option(fc.nat()),
        (origin, mode, ask, powerW) =>
          whyAsked(caseOf({ origin, mode, powerW, policy: policyOf({ ask, firstTime: true, abovePowerW: 0 }) })) ===
          null,
      ),
    );
  });

  it('in Suggest everything automated is; in Automate nothing without a policy, but the advisor always', () => {
    expect(whyAsked(caseOf({ mode: 'suggest', policy: policyOf({ ask: 'never' }) }))).toBe('suggest');
    expect(whyAsked(caseOf())).toBeNull();
    expect(whyAsked(caseOf({ origin: 'plan', policy: policyOf({ ask: 'never' }) }))).toBeNull();
    expect(whyAsked(caseOf({ origin: 'advisor', policy: policyOf({ ask: 'never' }) }))).toBe('always');
    expect(whyAsked(caseOf({ policy: policyOf({ ask: 'always' }) }))).toBe('always');
    expect(whyAsked(caseOf({ policy: 'unreadable' }))).toBe('always');
  });

  it('sometimes: the first time in each direction', () => {
    const first = (setpoint: AskingCase['setpoint'], done: readonly (number | string)[]) =>
      whyAsked(caseOf({ setpoint, everDone: () => done, policy: policyOf({ firstTime: true }) }));
    expect(first(true, [])).toBe('first-time');
    expect(first(true, [0])).toBe('first-time');
    expect(first(true, [1])).toBeNull();
    expect(first(false, [1])).toBe('first-time');
    expect(first(-2_000, [500, 0])).toBe('first-time');
    expect(first(-2_000, [-10])).toBeNull();
    expect(first('heat', ['off', 'cool'])).toBe('first-time');
    expect(first('heat', ['heat'])).toBeNull();
  });

  it('sometimes: above the power, and where nobody knows the power', () => {
    const above = (powerW: number | null) => whyAsked(caseOf({ powerW, policy: policyOf({ abovePowerW: 2_000 }) }));
    expect([above(2_000), above(2_001), above(null)]).toEqual([null, 'above-power', 'above-power']);
  });

  it('the power is the number itself where it is one, else the rated one; off is none', () => {
    const channel = {
      siteId: HOME,
      deviceId: deviceId('plug'),
      deviceName: '',
      config: configOf({ ratedPowerW: 3_000 }),
    };
    const number = { kind: 'number', unit: 'kW', minimum: -5, maximum: 5, step: 0.1 } as const;
    expect(expectedPowerW(channel, { kind: 'switch' }, true)).toBe(3_000);
    expect(expectedPowerW(channel, { kind: 'switch' }, false)).toBe(0);
    expect(expectedPowerW(channel, number, -2)).toBe(2_000);
    expect(expectedPowerW(channel, { ...number, unit: 'A' }, 16)).toBe(3_000);
    expect(expectedPowerW(channel, { ...number, unit: 'A' }, 0)).toBe(0);
    expect(
      expectedPowerW({ ...channel, config: configOf({ ratedPowerW: null }) }, { kind: 'switch' }, true),
    ).toBeNull();
  });
});

describe('secrets', () => {
  it('are long enough, of the characters that buttons take, and new each time', () => {
    const many = Array.from({ length: 50 }, newSecrets);
    for (const { approve, deny, code } of many) {
      expect(Buffer.from(approve, 'base64url')).toHaveLength(16);
      expect(Buffer.from(deny, 'base64url')).toHaveLength(16);
      expect(code).toMatch(/^\d{6}$/);
    }
    expect(new Set(many.flatMap(({ approve, deny }) => [approve, deny])).size).toBe(100);
  });

  it('prove only the question, action, way, time and meaning that they were made for', () => {
    const made = proposalOf();
    const { approve } = newSecrets();
    const hash = hashOf(made, 'telegram', 'approve', approve);
    expect(sameHash(hash, hashOf(made, 'telegram', 'approve', approve))).toBe(true);
    const others = [
      hashOf(made, 'ntfy', 'approve', approve),
      hashOf(made, 'telegram', 'deny', approve),
      hashOf(made, 'telegram', 'approve', newSecrets().approve),
      ...[
        { id: 'prop_2' },
        { setpoint: false },
        { setpoint: 1 },
        { expiresAt: made.expiresAt + 1 },
        { deviceId: deviceId('other') },
        { channelId: channelId('switch:1') },
      ].map((change) => hashOf(proposalOf(change), 'telegram', 'approve', approve)),
    ];
    for (const other of others) expect(sameHash(hash, other)).toBe(false);
    expect(sameHash(hash, '')).toBe(false);
  });
});

describe('which way may decide', () => {
  const settings: MessageSettings = {
    ...DEFAULT_MESSAGE_SETTINGS,
    email: { ...DEFAULT_MESSAGE_SETTINGS.email, mayApprove: true, approvesUpToW: 2_000 },
    sms: { ...DEFAULT_MESSAGE_SETTINGS.sms, mayApprove: true, approvesUpToW: 2_000 },
    routes: {
      ntfy: { from: 'nothing', approvals: true },
      telegram: { from: 'nothing', approvals: false },
      email: { from: 'nothing', approvals: true },
      sms: { from: 'nothing', approvals: true },
    },
  };
  const may = (
    kind: MessengerKind,
    powerW: number | null,
    role: Parameters<typeof mayDecide>[2] = 'miner',
    now = settings,
  ) => mayDecide(proposalOf({ powerW }), { kind, takesAnswers: true }, role, now);

  it('by route; e-mail and SMS only small loads whose power is known, and only where it was allowed', () => {
    expect(may('ntfy', null)).toBe(true);
    expect(may('telegram', 100)).toBe(false);
    for (const kind of ['email', 'sms'] as const) {
      expect(may(kind, 2_000)).toBe(true);
      expect(may(kind, 2_001)).toBe(false);
      expect(may(kind, null)).toBe(false);
      expect(may(kind, 100, 'battery')).toBe(false);
      expect(may(kind, 100, null)).toBe(false);
      expect(may(kind, 100, 'miner', { ...settings, [kind]: { ...settings[kind], mayApprove: false } })).toBe(false);
    }
    expect(mayDecide(proposalOf(), { kind: 'ntfy', takesAnswers: false }, 'miner', settings)).toBe(false);
  });
});

it('a question says what exactly, why, what if nobody answers, and until when', () => {
  const { title, text } = sayQuestion(
    proposalOf({
      powerW: 3_000,
      stages: [{ stage: 'import', outcome: 'narrowed', code: 'X', sentence: 'Held to 2 kW.' }],
    }),
    'Europe/Berlin',
  );
  expect(title).toBe('Approve: Miner A on?');
  expect(text).toMatch(
    /^Set Miner A to on \(about 3\.0 kW\)\.\nBecause: The battery is full\.\nSafety: Held to 2 kW\.\nIf nobody answers by \d\d:\d\d: Nothing changes\.$/,
  );
});

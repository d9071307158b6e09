import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { GuardLoad } from '../../../main/control/guardian/guard-load.ts';
import { lookAtMeter, METER_UNSEEN } from '../../../main/control/guardian/meter-silence.ts';
import { followOverload, NO_OVERLOAD, patienceMs } from '../../../main/control/guardian/overload.ts';
import { shed } from '../../../main/control/guardian/shed.ts';
import { followInput, INPUT_UNSEEN } from '../../../main/control/guardian/stop-inputs.ts';
import type { Measure } from '../../../preload/contract/base.ts';
import { createGuardedHouse, type GuardedHouse } from '../../support/control/guarded-house.ts';
import { AT, channelOf, configOf } from '../../support/control/snapshots.ts';

const loads = fc
  .array(
    fc.record({
      priority: fc.integer({ min: 1, max: 10 }),
      drawW: fc.integer({ min: 0, max: 7_000 }),
      canStop: fc.boolean(),
      lever: fc.option(
        fc.record({
          minimum: fc.constantFrom(0, 6),
          value: fc.integer({ min: 1, max: 32 }),
          wattsPerUnit: fc.constantFrom(230, 690),
        }),
      ),
      share: fc.constantFrom(0, 1 / 3, 1),
    }),
    { maxLength: 6 },
  )
  .map((list) =>
    list.map(({ priority, drawW, canStop, lever, share }, index): GuardLoad & { readonly share: number } => {
      const channel = channelOf({ config: configOf({ name: `load ${index}` }) });
      const control = { kind: 'number' as const, unit: 'A', minimum: lever?.minimum ?? 0, maximum: 32, step: 1 };
      return {
        key: `load-${index}`,
        name: `load ${index}`,
        priority,
        drawW,
        phase: null,
        share,
        lever: lever && { channel, control, value: lever.value, wattsPerUnit: lever.wattsPerUnit },
        off: canStop ? { channel, value: false } : null,
      };
    }),
  );
const shareOf = (load: GuardLoad): number => (load as GuardLoad & { share: number }).share;

describe('what is shed', () => {
  it('suffices where that is possible, spares what is not needed, and only lowers', () =>
    fc.assert(
      fc.property(loads, fc.integer({ min: 1, max: 12_000 }), (all, needW) => {
        const cuts = shed(all, needW, shareOf);
        const freed = cuts.reduce((sum, { freesW }) => sum + freesW, 0);
        const stoppable = all
          .filter(({ off }) => off !== null)
          .reduce((sum, load) => sum + load.drawW * shareOf(load), 0);
        expect(freed).toBeGreaterThanOrEqual(Math.min(needW, stoppable) - 1e-6);
        for (const cut of cuts) {
          expect(freed - cut.freesW).toBeLessThan(needW);
          expect(shareOf(cut.load)).toBeGreaterThan(0);
          expect(cut.freesW).toBeGreaterThan(0);
          if (cut.kind === 'off') expect(cut.to).toBe(false);
          else {
            expect(cut.to).toBeLessThan(cut.load.lever?.value ?? 0);
            expect(cut.to).toBeGreaterThanOrEqual(cut.load.lever?.control.minimum ?? 0);
          }
        }
        expect(new Set(cuts.map(({ load }) => load.key)).size).toBe(cuts.length);
      }),
      { numRuns: 1_500 },
    ));

  it('never stops a load while a less important one that saves as much runs on untouched', () =>
    fc.assert(
      fc.property(loads, fc.integer({ min: 1, max: 12_000 }), (all, needW) => {
        const cuts = shed(all, needW, shareOf);
        for (const { load, kind } of cuts) {
          if (kind !== 'off') continue;
          const rather = all.find(
            (other) =>
              other.off !== null &&
              other.priority > load.priority &&
              other.drawW * shareOf(other) >= load.drawW * shareOf(load) &&
              !cuts.some((cut) => cut.load.key === other.key),
          );
          expect(rather).toBeUndefined();
        }
      }),
      { numRuns: 1_500 },
    ));
});

describe('an overload', () => {
  const samples = fc.array(fc.double({ min: 0, max: 60, noNaN: true }), { minLength: 1, maxLength: 60 });
  it('is never one sample, and always one that lasts', () =>
    fc.assert(
      fc.property(samples, (flows) => {
        let memory = NO_OVERLOAD;
        let run = 0;
        flows.forEach((value, second) => {
          const sample = { measuredAt: second * 1_000 + 1, flows: value, limit: 25 };
          const look = followOverload(memory, sample, second * 1_000);
          memory = look.memory;
          const before = run;
          run = value > 25 ? run + 1 : 0;
          if (look.overloaded) expect(value).toBeGreaterThan(25);
          // Two samples in sight, with at most one gap between them.
          if (look.overloaded && before === 0) expect(flows.slice(0, second).some((one) => one > 25)).toBe(true);
          if (run >= 12) expect(look.overloaded).toBe(true);
          if (run >= 2 && value > 25 * 1.45) expect(look.overloaded).toBe(true);
        });
      }),
      { numRuns: 500 },
    ));

  it('is borne the shorter the greater it is', () =>
    fc.assert(
      fc.property(
        fc.double({ min: 1.001, max: 5, noNaN: true }),
        fc.double({ min: 1.001, max: 5, noNaN: true }),
        (a, b) => {
          expect(patienceMs(Math.max(a, b))).toBeLessThanOrEqual(patienceMs(Math.min(a, b)));
          expect(patienceMs(a)).toBeLessThanOrEqual(10_000);
          expect(patienceMs(1)).toBe(Number.POSITIVE_INFINITY);
        },
      ),
    ));
});

describe('a meter', () => {
  const good = (at: number): Measure => ({
    value: 500,
    unit: 'W',
    measuredAt: at,
    limitMs: 35_000,
    freshness: 'fresh',
  });
  const bad = fc.constantFrom<(at: number) => Measure>(
    () => ({ value: null, unit: 'W', measuredAt: null, limitMs: 0, freshness: 'absent' }),
    (at) => ({ ...good(at), value: Number.NaN }),
    (at) => ({ ...good(at), value: 1e9 }),
    (at) => ({ ...good(at - 60_000), freshness: 'stale' }),
    (at) => ({ ...good(at + 600_000), freshness: 'fresh' }),
  );
  it('is silent after 10 s without a good value, and back after 60 s of them, never sooner', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 90 }), bad), { maxLength: 12 }),
        (spans) => {
          let memory = METER_UNSEEN;
          let second = 0;
          for (const [isGood, seconds, fault] of spans) {
            const was = memory.silent;
            for (let each = 0; each <= seconds; each += 1) {
              second += 1;
              const at = AT + second * 1_000;
              const gridW = isGood ? good(at) : fault(at);
              memory = lookAtMeter(memory, {
                gridW,
                at,
                nowMs: second * 1_000,
                limitW: 11_000,
                runsMs: 100_000 + second,
              }).memory;
              if (!isGood && each >= 11) expect(memory.silent).toBe(true);
              if (isGood && each >= 61) expect(memory.silent).toBe(false);
            }
            if (isGood) expect(memory.silent && !was).toBe(false);
          }
        },
      ),
      { numRuns: 300 },
    ));
});

describe('a stop input', () => {
  it('never stops while it is not known, and always when it is pressed for two readings', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<boolean | null>(true, false, null), { minLength: 1, maxLength: 60 }),
        (readings) => {
          let memory = INPUT_UNSEEN;
          readings.forEach((pressed, turn) => {
            const before = memory.state;
            const look = followInput(memory, pressed === null ? null : { pressed, measuredAt: turn + 1 }, turn * 200);
            memory = look.memory;
            if (pressed !== true) expect(look.edge).not.toBe('pressed');
            if (pressed === null) expect(memory.state).toBe('unknown');
            const twice = pressed === true && readings[turn - 1] === true;
            if (twice) expect(memory.state).toBe('pressed');
            if (twice && before !== 'pressed') expect(look.edge).toBe('pressed');
            if (look.edge === 'pressed') expect(twice).toBe(true);
          });
        },
      ),
      { numRuns: 1_000 },
    ));
});

describe('the guard in a house with a bad meter', () => {
  let house: GuardedHouse | null = null;
  afterEach(() => {
    house?.close();
    house = null;
  });
  const faults = fc.array(
    fc.record({
      kind: fc.constantFrom('none', 'frozen', 'absent', 'NaN', 'zero', 'spike'),
      seconds: fc.integer({ min: 1, max: 120 }),
      householdW: fc.integer({ min: 200, max: 9_000 }),
    }),
    { minLength: 2, maxLength: 6 },
  );

  it(
    'takes away and never gives, is done within a minute, and makes no loop',
    () =>
      fc.assert(
        fc.asyncProperty(faults, fc.integer({ min: 1_000, max: 6_000 }), async (spans, safeImportW) => {
          house?.close();
          const home = await createGuardedHouse(
            [1_000, 2_000, 3_000].map((powerW, index) => ({
              id: `load-${index}`,
              value: true,
              powerW,
              config: { priority: index + 3, ratedPowerW: powerW, name: `load-${index}` },
            })),
            { safety: { safeImportW } },
          );
          house = home;
          home.meters.meters.pvW = 0;
          home.read('meter', 'grid', 'powerW', 0);
          await home.start();
          let silentFor = 0;
          for (const { kind, seconds, householdW } of spans) {
            home.meters.meters.householdW = householdW;
            const frozenAt = home.clock.now();
            home.bend((live) => {
              const { gridW } = live;
              const ageMs = home.clock.now() - frozenAt;
              if (kind === 'frozen')
                return {
                  ...live,
                  gridW: { ...gridW, measuredAt: frozenAt, freshness: ageMs > gridW.limitMs ? 'stale' : 'fresh' },
                };
              if (kind === 'absent')
                return { ...live, gridW: { ...gridW, value: null, measuredAt: null, freshness: 'absent' } };
              if (kind === 'NaN') return { ...live, gridW: { ...gridW, value: Number.NaN } };
              const second = Math.floor(ageMs / 1_000);
              if (kind === 'zero' && second % 7 === 3) return { ...live, gridW: { ...gridW, value: 0 } };
              if (kind === 'spike' && second % 7 === 3)
                return { ...live, gridW: { ...gridW, value: (gridW.value ?? 1) * 1_000 } };
              return live;
            });
            silentFor = 0;
            await home.seconds(seconds, (second) => {
              silentFor = kind === 'absent' || kind === 'NaN' ? second : 0;
              // Somebody who wants everything on, all the time.
              if (second % 30 === 10)
                for (const { id } of home.devices)
                  if (home.device(id).value() === false) home.wish(id, { origin: 'rule' });
              if (silentFor > 60)
                expect(home.devices.reduce((sum, device) => sum + device.powerW(), 0)).toBeLessThanOrEqual(safeImportW);
            });
          }
          const guards = home.actions.filter(({ origin, sentAt }) => origin === 'safety' && sentAt !== null);
          for (const action of guards) expect(action.allowed).toBe(false);
          for (const { id } of home.devices) {
            const offs = home.wire.filter(
              ({ deviceId, value, was }) => deviceId === id && value === false && was === true,
            );
            // A pause of 5 min at least lies between two of the guard's cuts of one load.
            expect(offs.length).toBeLessThanOrEqual(3);
            for (const [index, { at }] of offs.entries()) {
              const next = offs[index + 1];
              if (next) expect(next.at - at).toBeGreaterThanOrEqual(300_000);
            }
          }
        }),
        { numRuns: 12 },
      ),
    60_000,
  );
});

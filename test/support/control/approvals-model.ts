import fc from 'fast-check';
import { createRemoteApprovals } from '../../../main/control/approvals/remote.ts';
import type { RemoteApprovals } from '../../../main/control/approvals/remote-types.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import type { Question } from '../../../main/messengers/types.ts';
import type { Surface } from '../../../preload/contract/base.ts';
import { DEFAULT_MESSAGE_SETTINGS } from '../../../preload/contract/messages.ts';
import { createHouse, type House } from './house.ts';
import { createTestMessenger, messengersOf, type TestMessenger } from './messenger.ts';
import { HOME } from './snapshots.ts';

/** What somebody did about one question, as an onlooker writes it down: it knows nothing of how the product works. */
interface Seen {
  readonly id: string;
  readonly device: string;
  readonly setpoint: boolean;
  /** The first decision that was said to be taken; `over` where it ended without one. */
  end: 'approve' | 'deny' | 'over' | null;
  actionId: string | null;
  asked: Question[];
}

interface World {
  house: House;
  remote: RemoteApprovals;
  readonly ways: readonly TestMessenger[];
  readonly desk: ReturnType<typeof messengersOf>;
  readonly seen: Seen[];
  readonly cries: string[];
}

const WAYS = ['telegram', 'ntfy', 'sms'] as const;
const SURFACES: readonly Surface[] = ['window', 'tray', 'notification', 'cli', 'http'];
const LOADS = [
  {
    id: 'miner',
    config: { name: 'Miner A', rules: { minOnMs: 0, minOffMs: 0, maxSwitchesPerHour: 99, writeBudgetPerDay: 999 } },
  },
  {
    id: 'heater',
    config: { name: 'Heater', rules: { minOnMs: 0, minOffMs: 0, maxSwitchesPerHour: 99, writeBudgetPerDay: 999 } },
  },
] as const;
const SETTINGS = {
  ...DEFAULT_MESSAGE_SETTINGS,
  quiet: null,
  sms: { ...DEFAULT_MESSAGE_SETTINGS.sms, mayApprove: true, approvesUpToW: 9_000 },
  routes: { ...DEFAULT_MESSAGE_SETTINGS.routes, sms: { from: 'critical' as const, approvals: true } },
};

const startRemote = (house: House, desk: World['desk']): RemoteApprovals => {
  const remote = createRemoteApprovals({
    messengers: desk,
    approvals: house.commander(),
    store: house.store(),
    clock: house.clock,
    log: createLog(memorySink(), house.clock),
    bus: house.bus,
    siteIds: () => [HOME],
    settingsOf: () => SETTINGS,
    questionsAnHour: 1_000,
  });
  remote.start(new AbortController().signal);
  return remote;
};

export const createWorld = async (): Promise<World> => {
  const house = await createHouse(LOADS, { mode: 'suggest' });
  await house.start();
  house.store().settings.set(HOME, { manualHoldMs: 0 }, 'Ada', house.clock.now());
  const ways = WAYS.map((kind) => createTestMessenger(kind));
  const desk = messengersOf(...ways);
  return { house, remote: startRemote(house, desk), ways, desk, seen: [], cries: [] };
};

/** What must hold of every question, at every moment. */
const look = (world: World): void => {
  const { house, seen, cries } = world;
  const store = house.store();
  const pending = new Set(
    house
      .commander()
      .pending(HOME)
      .map(({ id }) => id),
  );
  for (const one of seen) {
    const settlement = store.proposals.get(one.id)?.settlement ?? null;
    const rows = store.actions.list(HOME, 500).filter(({ id }) => id.includes(one.id));
    const own = new Set(rows.map(({ id }) => id));
    if (own.size > 1) cries.push(`${one.id} has ${own.size} actions`);
    if (pending.has(one.id) && (settlement !== null || one.end !== null)) cries.push(`${one.id} waits after its end`);
    if (one.end === 'approve' && settlement?.state !== 'approved') cries.push(`${one.id}: the yes was lost`);
    if (one.end === 'deny' && settlement?.state !== 'denied') cries.push(`${one.id}: the no was lost`);
    if (one.end === null && settlement !== null && !pending.has(one.id)) one.end = 'over';
    if (one.end === 'over' && (settlement?.state === 'approved' || settlement?.state === 'denied'))
      cries.push(`${one.id}: decided after it was over`);
    if (one.end !== 'approve' && own.size > 0) cries.push(`${one.id}: done without a yes`);
  }
  // Each write of automation stands on a question of its own that a person said yes to.
  const yes = seen.filter((one) => one.end === 'approve').length;
  const rows = store.actions.list(HOME, 500).filter((row) => row.origin === 'rule' && row.reasonCode !== 'LEASE_ENDED');
  const done = rows.filter((row) => row.outcome !== 'unchanged' && row.outcome !== 'refused');
  if (done.length > yes) cries.push(`${done.length} done, ${yes} allowed`);
};

/** Notes what an answer was said to have come to, and cries where it contradicts what was said before. */
const note = (world: World, one: Seen, decision: 'approve' | 'deny', taken: boolean, actionId: string | null): void => {
  if (!taken) {
    if (one.end === null) one.end = world.house.store().proposals.get(one.id)?.settlement ? 'over' : null;
    return;
  }
  if (one.end === null) one.end = decision;
  else if (one.end !== decision) world.cries.push(`${one.id}: ${decision} after ${one.end}`);
  if (actionId === null) return;
  if (one.actionId !== null && one.actionId !== actionId) world.cries.push(`${one.id}: a second action`);
  one.actionId = actionId;
};

type Run = (world: World) => Promise<void>;
const command = (label: string, run: Run): fc.AsyncCommand<object, World> => ({
  check: () => true,
  run: async (_model, world) => {
    await run(world);
    look(world);
    if (world.cries.length > 0) throw new Error(`${label}: ${world.cries.join('; ')}`);
  },
  toString: () => label,
});

const pick = (world: World, index: number): Seen | undefined =>
  world.seen.at(-1 - (index % Math.max(1, world.seen.length)));

const wish =
  (load: number, setpoint: boolean): Run =>
  async (world) => {
    const { house, ways, seen } = world;
    const device = LOADS[load % LOADS.length]?.id ?? 'miner';
    house.meters.poll();
    const asked = house.wish(device, { setpoint });
    if (!asked.ok || !('pending' in asked.value)) return;
    const { id } = asked.value.pending;
    if (seen.some((one) => one.id === id)) return;
    await house.clock.advance(0);
    const questions = ways.flatMap(({ asked: list }) => list.filter((question) => question.id === id));
    seen.push({ id, device, setpoint, end: null, actionId: null, asked: questions });
  };

const click =
  (index: number, decision: 'approve' | 'deny', surface: Surface, times: number): Run =>
  async (world) => {
    const one = pick(world, index);
    if (!one) return;
    const commander = world.house.commander();
    for (let time = 0; time < times; time += 1) {
      if (decision === 'deny') note(world, one, 'deny', commander.deny(one.id, 'Ada', surface).ok, null);
      else {
        const approved = commander.approve(one.id, 'Ada', surface);
        note(world, one, 'approve', approved.ok, approved.ok ? approved.value.action.id : null);
      }
    }
    await world.house.clock.advance(0);
  };

const answer =
  (index: number, way: number, decision: 'approve' | 'deny', how: 'token' | 'code' | 'wrong'): Run =>
  async (world) => {
    const one = pick(world, index);
    const kind = WAYS[way % WAYS.length];
    const messenger = world.ways[way % WAYS.length];
    const question = one && world.ways[way % WAYS.length]?.asked.findLast(({ id }) => id === one.id);
    if (!one || !messenger || !question || !messenger.listens()) return;
    const before = world.house.store().proposals.get(one.id)?.settlement ?? null;
    const token = decision === 'approve' ? question.approveToken : question.denyToken;
    const said =
      how === 'token'
        ? await messenger.send(decision, { token })
        : await messenger.send(decision, { code: how === 'code' ? question.code : '12345' });
    const taken = /^(Approved|Denied)/.test(said);
    if (how === 'wrong' && taken) world.cries.push(`a wrong code decided by ${kind}`);
    // A secret that was used, or whose question is over, decides nothing any more.
    if (before !== null && taken) world.cries.push(`${one.id}: a secret was used twice`);
    note(world, one, decision, taken, null);
    await world.house.clock.advance(0);
  };

const cancel =
  (how: 'all' | 'withdraw' | 'manual' | 'watch'): Run =>
  async (world) => {
    const { house } = world;
    const commander = house.commander();
    if (how === 'all') commander.cancelQuestions(HOME, 'Ada', 'window');
    if (how === 'manual')
      house.wish('miner', { origin: 'manual', who: 'Ada', setpoint: house.device('miner').value() !== true });
    if (how === 'watch') {
      commander.setMode(HOME, 'watch', 'Ada');
      commander.setMode(HOME, 'suggest', 'Ada');
    }
    for (const one of how === 'withdraw' ? commander.pending(HOME) : [])
      commander.withdraw({ ...one, who: 'Sunny miner' }, 'It is no longer wanted.');
    await house.clock.advance(0);
  };

const restart: Run = async (world) => {
  await world.remote.stop();
  await world.house.kill();
  await world.house.start();
  world.remote = startRemote(world.house, world.desk);
  await world.house.clock.advance(0);
};

const index = fc.nat({ max: 3 });
const decision = fc.constantFrom('approve' as const, 'deny' as const);

/** Everything that people, time and crashes can do to questions. */
export const approvalCommands = [
  fc.tuple(fc.nat({ max: 1 }), fc.boolean()).map(([load, on]) => command(`wish ${load} ${on}`, wish(load, on))),
  fc.tuple(fc.nat({ max: 1 }), fc.boolean()).map(([load, on]) => command(`wish ${load} ${on}`, wish(load, on))),
  fc
    .tuple(index, decision, fc.constantFrom(...SURFACES), fc.integer({ min: 1, max: 3 }))
    .map(([which, what, surface, times]) =>
      command(`${surface} ${what} ${which} x${times}`, click(which, what, surface, times)),
    ),
  fc
    .tuple(
      index,
      fc.nat({ max: 2 }),
      decision,
      fc.constantFrom('token' as const, 'token' as const, 'code' as const, 'wrong' as const),
    )
    .map(([which, way, what, how]) =>
      command(`${WAYS[way]} ${what} ${which} by ${how}`, answer(which, way, what, how)),
    ),
  fc
    .constantFrom('all' as const, 'withdraw' as const, 'manual' as const, 'watch' as const)
    .map((how) => command(`cancel ${how}`, cancel(how))),
  fc
    .constantFrom(1_000, 20_000, 200_000, 400_000)
    .map((spanMs) => command(`pass ${spanMs}`, (world) => world.house.pass(spanMs))),
  fc
    .constantFrom(-600_000, 400_000)
    .map((spanMs) => command(`jump ${spanMs}`, async ({ house }) => house.clock.jump(spanMs))),
  fc.constant(command('restart', restart)),
];

import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliDeps, runCli } from '../../../main/cli/dispatch.ts';
import { COMMANDS } from '../../../main/cli/registry.ts';
import { systemClock } from '../../../main/clock.ts';
import { type ControlSocket, startControlSocket } from '../../../main/gateway/control-socket.ts';
import { createStopTokens } from '../../../main/gateway/stop-tokens.ts';
import { deviceId, siteId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { databasePath } from '../../../main/store/connection.ts';
import { takeControl } from '../../../main/store/single-controller.ts';
import { openStore } from '../../../main/store/store.ts';
import type { Store } from '../../../main/store/types.ts';
import { channelConfig } from '../../support/house-views.ts';
import { plainSite } from '../../support/plain-site.ts';

const PLANNING_WORKER = new URL('../../../main/planning/planning-worker.ts', import.meta.url);

const clock = systemClock();
const log = createLog(memorySink(), clock);
const HOME = siteId('home');
const root = join(import.meta.dirname, '../../..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cc-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = async (...args: readonly string[]) => {
  const out: string[] = [];
  const complaints: string[] = [];
  const deps: CliDeps = {
    clock,
    env: { PATH: '/usr/bin' },
    platform: process.platform,
    root,
    planningWorker: PLANNING_WORKER,
    userName: 'tester',
    out: (line) => void out.push(line),
    complain: (line) => void complaints.push(line),
  };
  const code = await runCli([...args, ...(args.includes('--data') ? [] : ['--data', folder])], deps);
  return { code, out: out.join('\n'), complaints: complaints.join('\n') };
};
const json = async (...args: readonly string[]) => {
  const answer = await run(...args, '--json');
  return {
    code: answer.code,
    ...(JSON.parse(answer.out) as { ok: boolean; value: unknown; problem?: { code: string } }),
  };
};

const inStore = async <Value>(work: (store: Store) => Value): Promise<Value> => {
  const opened = await openStore({ folder, clock, log });
  if (!opened.ok) throw new Error(opened.error.message);
  try {
    return work(opened.value);
  } finally {
    opened.value.close();
  }
};

const makeHouse = (): Promise<void> =>
  inStore((store) => {
    store.sites.add(plainSite(HOME, 'Birch Lane'), clock.now());
    store.state.set(`mode:${HOME}`, 'automate');
    store.devices.add(
      {
        id: deviceId('plug-a'),
        siteId: HOME,
        driverId: 'shelly-gen2',
        name: 'Plug',
        identity: null,
        connection: { host: '10.0.0.4', port: 80 },
        channels: [channelConfig()],
      },
      clock.now(),
    );
  });

/** A center that answers what the test wants and holds the folder as a real one does. */
const runningCenter = async (answers: Readonly<Record<string, unknown>>) => {
  const asked: { name: string; input: Record<string, unknown> }[] = [];
  const control = takeControl({ folder, host: 'test', now: clock.now() });
  if (!control.ok) throw new Error(control.error.message);
  const started = await startControlSocket({
    folder,
    log,
    handle: async (request) => {
      const { name, input } = request as { name: string; input: Record<string, unknown> };
      asked.push({ name, input });
      return name in answers
        ? { ok: true, value: answers[name] }
        : { ok: false, problem: { code: 'x', kind: 'permanent', message: `no ${name}`, advice: 'none' } };
    },
  });
  if (!started.ok) throw new Error(started.error.message);
  const socket: ControlSocket = started.value;
  return {
    asked,
    end: async () => {
      await socket.close();
      control.value.release();
    },
  };
};

const centerStatus = {
  version: '0.1.0',
  host: 'serve',
  now: 1_780_000_000_000,
  startedAt: 1_780_000_000_000,
  activeSiteId: 'home',
  sites: [
    {
      id: 'home',
      name: 'Birch Lane',
      latitude: 1,
      longitude: 1,
      timeZone: 'UTC',
      currency: 'EUR',
      demo: true,
      provenance: null,
    },
  ],
  mode: 'automate',
  testMode: false,
  stop: null,
  pendingProposals: 2,
};
const stopState = {
  siteId: 'home',
  stoppedAt: 1_780_000_000_000,
  who: 'Mara',
  surface: 'cli',
  why: 'smell',
  whyAt: 1_780_000_000_000,
  modeBefore: 'automate',
  commandedAfterMs: 80,
  answeredAfterMs: null,
  devices: [
    {
      deviceId: 'p',
      channelId: 'switch:0',
      name: 'Miner A',
      role: 'miner',
      safeState: 'off',
      state: 'safe',
      readBack: 'off',
      attempts: 1,
      confirmedAfterMs: 300,
      lastAskedAt: 1,
      nextAskAt: null,
    },
    {
      deviceId: 'q',
      channelId: 'switch:0',
      name: 'Plug',
      role: 'miner',
      safeState: 'off',
      state: 'no-answer',
      readBack: null,
      attempts: 1,
      confirmedAfterMs: null,
      lastAskedAt: 1,
      nextAskAt: 2,
    },
  ],
};
const overview = {
  siteId: 'home',
  at: 1,
  sentence: 'Charging the battery from the sun.',
  reason: 'Nothing has to be switched now.',
  reasonCode: 'NOTHING_TO_DO',
  because: [],
  soc: { nowPct: 71.4, inSixHours: null, minimumPct: 30, capacityKwh: null },
  today: {
    pvKwh: null,
    loadKwh: null,
    importKwh: null,
    exportKwh: null,
    cost: null,
    costWithoutBattery: null,
    selfSufficiencyPct: null,
    coveragePct: 0,
  },
  next: [],
  attention: [{ kind: 'offline', subject: 'Plug', sentence: 'silent for 14 min', actionId: null, deviceId: null }],
};

/** Says nothing, and writes down what is complained about. */
const complaining = (complaints: string[]): CliDeps => ({
  clock,
  env: {},
  platform: 'linux',
  root,
  planningWorker: PLANNING_WORKER,
  userName: 'x',
  out: () => undefined,
  complain: (line) => void complaints.push(line),
});

describe('using it wrongly', () => {
  it.each([
    ['no command', [], 'commandcenter <command>'],
    ['an unknown command', ['fly'], 'There is no command "fly".'],
    ['an unknown option', ['status', '--fast'], '--fast'],
    ['an option without its value', ['stop', '--who'], '--who'],
    ['too many words', ['status', 'now'], '"now" is too much.'],
    ['a missing file', ['export'], 'FILE is missing.'],
    ['no name', ['resume'], '--who is needed'],
    ['an empty name', ['stop', '--who', ' '], '--who needs a name'],
  ])('%s answers 2 and says how', async (_, args, words) => {
    const complaints: string[] = [];
    expect(await runCli([...args], complaining(complaints))).toBe(2);
    expect(complaints.join('\n')).toContain(words);
  });

  it('every command has a help that names its options', async () => {
    for (const command of COMMANDS) {
      const { code, out } = await run(command.name, '--help');
      expect(code).toBe(0);
      for (const option of [...Object.keys(command.options), 'data', 'json']) expect(out).toContain(`--${option}`);
    }
    expect((await run('--help')).out).toContain('Exit codes');
  });

  it('a bug is said as one', async () => {
    const complaints: string[] = [];
    const broken = {
      name: 'break',
      summary: '',
      positionals: [],
      options: {},
      run: () => Promise.reject(new Error('boom')),
    };
    expect(await runCli(['break'], complaining(complaints), [broken])).toBe(1);
    expect(complaints[0]).toBe('break failed inside: boom.');
  });
});

describe('where nothing runs and there is no house', () => {
  it.each(['status', 'stop', 'resume', 'backup', 'export', 'link', 'restore'])('%s makes none', async (name) => {
    const extra = name === 'resume' ? ['--who', 'Mara'] : name === 'export' ? [join(folder, 'x.sqlite')] : [];
    const answer = await run(name, ...extra);
    expect(answer.code).toBe(name === 'status' ? 0 : 1);
    expect(existsSync(databasePath(folder))).toBe(false);
  });
});

describe('where nothing runs', () => {
  beforeEach(makeHouse);

  it('status reads the database', async () => {
    expect((await run('status')).out.split('\n')).toEqual([
      `CommandCenter does not run on ${folder}.`,
      'Birch Lane, 1 devices. Next start: Automate: it acts inside its limits.',
    ]);
    expect(await json('status')).toMatchObject({
      code: 0,
      ok: true,
      value: { running: false, homes: [{ mode: 'automate', stop: null }] },
    });
  });

  it('stop is kept for the next start, and says that no device was reached', async () => {
    const answer = await run('stop', '--who', 'Mara', '--why', 'Burning smell');
    expect(answer.code).toBe(0);
    expect(answer.out).toContain('the next start is stopped');
    expect(answer.out).toContain('No device was reached, because nothing runs.');
    const kept = await inStore((store) => store.stops.active(HOME));
    expect(kept).toMatchObject({
      who: 'Mara',
      why: 'Burning smell',
      surface: 'cli',
      modeBefore: 'automate',
      devices: [{ name: 'Miner A', safeState: 'off', state: 'no-answer', attempts: 0 }],
    });
    expect((await run('status')).out).toContain('STOPPED by Mara');
  });

  it('a second stop keeps the first', async () => {
    await run('stop', '--who', 'Mara');
    await run('stop', '--who', 'Jonas');
    expect((await inStore((store) => store.stops.active(HOME)))?.who).toBe('Mara');
  });

  it('stop without a name takes the user of the terminal', async () => {
    await run('stop');
    expect((await inStore((store) => store.stops.active(HOME)))?.who).toBe('tester');
  });

  it('resume ends the stop in Watch', async () => {
    await run('stop', '--who', 'Mara');
    const answer = await run('resume', '--who', 'Jonas');
    expect(answer).toMatchObject({ code: 0, out: expect.stringContaining('Birch Lane is released by Jonas') });
    await inStore((store) => {
      expect(store.stops.active(HOME)).toBeUndefined();
      expect(store.state.get(`mode:${HOME}`)).toBe('watch');
    });
    expect((await run('resume', '--who', 'Jonas')).out).toBe('No home was stopped.');
    expect(await inStore((store) => store.state.get(`mode:${HOME}`))).toBe('watch');
  });

  it('backup, restore and export, import bring a house back', async () => {
    expect((await run('backup')).out).toContain('Backed up and read back');
    const file = join(folder, 'house.sqlite');
    expect((await run('export', file)).code).toBe(0);
    expect(await json('export', file)).toMatchObject({ code: 1, problem: { code: 'store.file-exists' } });
    await inStore((store) => store.devices.remove(deviceId('plug-a'), clock.now()));
    const restored = await run('restore');
    expect(restored.out).toContain('Restored from');
    expect(await inStore((store) => store.devices.list(HOME).length)).toBe(1);

    const other = join(folder, 'other');
    mkdirSync(other);
    expect((await run('import', file, '--data', other)).code).toBe(0);
    expect((await run('status', '--data', other)).out).toContain('Birch Lane, 1 devices');
  });

  it('restore does not take what an earlier restore put aside', async () => {
    await run('backup');
    const first = await json('restore');
    const second = await json('restore');
    expect((second.value as { from: string }).from).toBe((first.value as { from: string }).from);
    expect((await run('restore', '--list')).out.split('\n')).toHaveLength(3);
  });

  it('restore passes a damaged backup by and names it in the list', async () => {
    await run('backup');
    const backups = join(folder, 'backups');
    const good = readdirSync(backups)[0] ?? '';
    copyFileSync(join(backups, good), join(backups, '29991231T000000Z-daily.sqlite'));
    truncateSync(join(backups, '29991231T000000Z-daily.sqlite'), 5000);
    expect((await run('restore', '--list')).out).toContain('29991231T000000Z-daily.sqlite  (damaged)');
    expect(await json('restore')).toMatchObject({ ok: true, value: { from: join(backups, good) } });
  });

  it('link says that nothing runs', async () => {
    expect((await run('link')).code).toBe(1);
  });
});

describe('while a center runs', () => {
  beforeEach(makeHouse);

  it('status, stop, resume, backup and link go through it', async () => {
    const backup = { file: 'b.sqlite', at: 1, bytes: 5, ok: true, reason: 'by hand' };
    const center = await runningCenter({
      'center.status': { ...centerStatus, stop: stopState },
      'site.overview': overview,
      'stop.activate': stopState,
      'stop.release': {},
      'backups.create': backup,
      'center.link': { address: 'http://127.0.0.1:5/t' },
    });
    const status = await run('status');
    expect(status.out).toContain('STOPPED by Mara');
    expect(status.out).toContain('Charging the battery from the sun.\nNothing has to be switched now.\nBattery 71 %.');
    expect(status.out).toContain('Needs attention: Plug, silent for 14 min.');
    const stopped = await run('stop', '--who', 'Mara', '--why', 'smell');
    expect(stopped.out).toContain('2 devices are commanded to their safe state, 1 have confirmed it.');
    expect(stopped.out).toContain('No answer yet from Plug');
    expect(center.asked.at(-1)).toEqual({
      name: 'stop.activate',
      input: { siteId: 'home', who: 'Mara', surface: 'cli', why: 'smell' },
    });
    expect((await run('resume', '--who', 'Jonas')).out).toContain('comes back in Watch');
    expect(center.asked.at(-1)?.input).toEqual({ siteId: 'home', who: 'Jonas', surface: 'cli' });
    expect((await run('backup')).code).toBe(0);
    expect((await run('link')).out).toBe('http://127.0.0.1:5/t');
    expect(existsSync(join(folder, 'backups'))).toBe(false);
    await center.end();
  });

  it('resume of a house that is not stopped changes nothing', async () => {
    const center = await runningCenter({ 'center.status': centerStatus });
    expect((await run('resume', '--who', 'Jonas')).out).toBe('The house is not stopped.');
    expect(center.asked.map((each) => each.name)).toEqual(['center.status']);
    await center.end();
  });

  it('restore and import are refused, export works', async () => {
    await run('backup');
    const file = join(folder, 'house.sqlite');
    const center = await runningCenter({});
    expect((await run('export', file)).code).toBe(0);
    expect(await json('restore')).toMatchObject({ code: 1, problem: { code: 'store.controlled' } });
    expect(await json('import', file)).toMatchObject({ code: 1, problem: { code: 'store.controlled' } });
    await center.end();
  });

  it('a refusal of the center is passed on', async () => {
    const center = await runningCenter({ 'center.status': centerStatus });
    expect(await run('stop')).toMatchObject({ code: 1, complaints: 'no stop.activate\nnone' });
    expect(await inStore((store) => store.stops.active(HOME))).toBeUndefined();
    await center.end();
  });

  it('a center that holds the folder and does not answer: the stop is stored and the person is told', async () => {
    const control = takeControl({ folder, host: 'test', now: clock.now() });
    const answer = await run('stop', '--who', 'Mara');
    expect(answer.code).toBe(1);
    expect(answer.complaints).toContain('The stop is stored, but it may go on switching');
    if (control.ok) control.value.release();
    expect((await inStore((store) => store.stops.active(HOME)))?.who).toBe('Mara');
  });
});

describe('a drill and the tokens of STOP', () => {
  const drill = {
    siteId: 'home',
    at: 1,
    who: 'tester',
    surface: 'cli',
    tookMs: 320,
    devices: [
      {
        channel: { deviceId: 'p', channelId: 'switch:0' },
        name: 'Miner A',
        now: true,
        wouldGoTo: false,
        result: 'ready',
        answeredAfterMs: 120.4,
      },
      {
        channel: { deviceId: 'q', channelId: 'switch:0' },
        name: 'Plug',
        now: null,
        wouldGoTo: false,
        result: 'no-answer',
        answeredAfterMs: null,
      },
    ],
    sentence: '1 of 2 answered within 0.3 s and would be safe.',
  };

  it('drills through the running center and says of each device what it found', async () => {
    const center = await runningCenter({ 'center.status': centerStatus, 'stop.drill': drill });
    const answer = await run('drill');
    expect(answer.code).toBe(0);
    expect(answer.out).toBe(
      [
        drill.sentence,
        '  Miner A would go to its safe state (answered after 120 ms).',
        '  Plug does not answer.',
        'Nothing was switched.',
      ].join('\n'),
    );
    expect(center.asked.at(-1)).toEqual({
      name: 'stop.drill',
      input: { siteId: 'home', who: 'tester', surface: 'cli' },
    });
    await center.end();
    expect((await run('drill')).code).toBe(1);
  });

  it('shows a token once, hands on its hash only, and takes it back', async () => {
    const center = await runningCenter({ 'stop.setToken': { names: ['Wall panel'] } });
    const made = await run('stop-token', '--name', 'Wall panel');
    const [token = ''] = made.out.split('\n');
    expect(token).toMatch(/^stop-[\w-]{43}$/);
    const hash = createHash('sha256').update(token).digest('hex');
    expect(center.asked.at(-1)?.input).toEqual({ who: 'tester', name: 'Wall panel', hash });
    expect((await run('stop-token', '--revoke')).out).toBe('All tokens are taken back. Left: Wall panel.');
    expect(center.asked.at(-1)?.input).toEqual({ who: 'tester', name: null, hash: null });
    await center.end();
  });

  it('keeps them where nothing runs, for the next start', async () => {
    await makeHouse();
    const [token = ''] = (await run('stop-token')).out.split('\n');
    expect(await inStore(({ state }) => createStopTokens(state, clock).nameOf(token))).toBe('HTTP');
    expect((await run('stop-token', '--revoke', '--name', 'HTTP')).out).toBe(
      'The token of HTTP is taken back. No token is left.',
    );
    expect(await inStore(({ state }) => createStopTokens(state, clock).nameOf(token))).toBeNull();
  });
});

describe('doctor', () => {
  const states = async () =>
    Object.fromEntries(
      ((await json('doctor')).value as { name: string; state: string; fix: string | null }[]).map(
        ({ name, state, fix }) => {
          expect(state === 'ok' || fix !== null).toBe(true);
          return [name, state];
        },
      ),
    );

  it('finds a house well', async () => {
    await makeHouse();
    await run('backup');
    expect(await states()).toMatchObject({
      Node: 'ok',
      'Data folder': 'ok',
      Controller: 'ok',
      Database: 'ok',
      Schema: 'ok',
      Backups: 'ok',
      'Time zones': 'ok',
      Clock: 'ok',
    });
  });

  it('does not make a folder that is not there', async () => {
    const missing = join(folder, 'not-yet');
    const answer = await run('doctor', '--data', missing);
    expect(answer.out).toContain('does not exist yet');
    expect(existsSync(missing)).toBe(false);
  });

  it('a damaged database is a problem with a way out', async () => {
    writeFileSync(
      databasePath(folder),
      'this is no database, but it is long enough to be looked at as one'.repeat(100),
    );
    const answer = await run('doctor');
    expect(answer.code).toBe(1);
    expect(answer.out).toMatch(/PROBLEM {2}Database: .*restore/i);
    expect(await states()).toMatchObject({ Database: 'problem', Schema: 'problem' });
  });

  it('a damaged newest backup is a problem', async () => {
    await makeHouse();
    mkdirSync(join(folder, 'backups'));
    writeFileSync(join(folder, 'backups', '20260101T000000Z-daily.sqlite'), 'x');
    expect(await states()).toMatchObject({ Backups: 'problem' });
  });

  it('a clock that was set back is a problem', async () => {
    await makeHouse();
    const out: string[] = [];
    const past = { ...clock, now: () => Date.UTC(2020, 0, 1) };
    const deps: CliDeps = {
      clock: past,
      env: {},
      platform: 'linux',
      root,
      planningWorker: PLANNING_WORKER,
      userName: 'x',
      out: (line) => void out.push(line),
      complain: () => undefined,
    };
    expect(await runCli(['doctor', '--data', folder], deps)).toBe(1);
    expect(out.join('\n')).toContain('PROBLEM  Clock: It says 2020');
  });

  it('a center that answers is named, one that does not is a problem', async () => {
    const center = await runningCenter({ 'center.status': centerStatus });
    expect((await run('doctor')).out).toContain('CommandCenter 0.1.0 runs (serve) and answers.');
    await center.end();
    const control = takeControl({ folder, host: 'test', now: clock.now() });
    expect(await states()).toMatchObject({ Controller: 'problem' });
    if (control.ok) control.value.release();
  });
});

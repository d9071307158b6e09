import { join } from 'node:path';
import { parseArgs } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };
import { createCenter } from './center.ts';
import { systemClock } from './clock.ts';
import { START_OPTIONS, startFlagsOf } from './flags.ts';
import { startHttpHost } from './gateway/http-host.ts';
import { createHttpSessions } from './gateway/http-session.ts';
import { createLog, fileSink } from './log.ts';
import { openBrowser } from './open-browser.ts';
import { placesOf } from './places.ts';
import { messageOf } from './result.ts';
import { fileSecretStore } from './secrets.ts';

const HELP = `node out/main/serve.js [--data DIR] [--port N] [--demo | --no-demo] [--no-open]`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Ends the process with one sentence on what happened and one on what to do. */
const giveUp = (message: string, advice: string): never => {
  process.stderr.write(`${message}\n${advice}\n`);
  process.exit(1);
};

const readFlags = (args: readonly string[]) => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...START_OPTIONS,
        port: { type: 'string' },
        'no-open': { type: 'boolean' },
      },
    });
    const port = Number(values.port ?? 0);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return giveUp(`--port ${values.port} is no port.`, HELP);
    return { ...startFlagsOf(values, process.env, process.platform), port, open: !values['no-open'] };
  } catch (thrown) {
    return giveUp(messageOf(thrown), HELP);
  }
};

/** The same center under plain Node, its window in a browser on loopback. */
export const serve = async (args: readonly string[], entryFolder: string): Promise<void> => {
  const flags = readFlags(args);
  const clock = systemClock();
  const places = placesOf(entryFolder);
  const sink = fileSink(join(flags.dataFolder, 'logs'));
  const log = createLog(sink, clock);

  const created = await createCenter({
    host: 'serve',
    version: packageJson.version,
    dataFolder: flags.dataFolder,
    demo: flags.demo,
    clock,
    log,
    lostLogLines: sink.lostLines,
    secrets: fileSecretStore(join(flags.dataFolder, 'secrets')),
    workers: places.workers,
    resourcesFolder: places.resourcesFolder,
    missing: () => ['Tray, system notifications and start at login come with the desktop application only.'],
  });
  if (!created.ok) return giveUp(created.error.message, created.error.advice);
  const center = created.value;

  const started = await startHttpHost({
    gateway: center,
    bus: center.bus,
    clock,
    log: log.room('page'),
    sessions: createHttpSessions(center.state, clock),
    stopDoor: center.stopDoor,
    pageFolder: places.pageFolder,
    port: flags.port,
  });
  if (!started.ok) {
    await center.stop();
    return giveUp(started.error.message, started.error.advice);
  }
  const host = started.value;
  center.onLink(() => host.address());
  say(`CommandCenter is at ${host.address()}`);
  say('The address works once and then belongs to that browser. Ctrl+C ends it; "npm run cli -- link" prints another.');
  if (flags.open) openBrowser(host.address());

  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    host
      .close()
      .then(() => center.stop())
      .then(
        () => process.exit(0),
        (thrown: unknown) => giveUp(`It did not end cleanly: ${messageOf(thrown)}.`, 'The log names the cause.'),
      );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
};

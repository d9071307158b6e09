import { type App, dialog, shell } from 'electron';
import type { Log } from '../log.ts';
import { type Failure, messageOf, permanent, type Result } from '../result.ts';
import type { CenterFactory, DesktopCenter, DesktopHost } from './types.ts';

const CHOICES = ['Try again', 'Open data folder', 'Quit'];

const build = async (createCenter: CenterFactory, host: DesktopHost): Promise<Result<DesktopCenter>> => {
  try {
    return await createCenter(host);
  } catch (thrown) {
    return permanent('center.bug', `The center could not be built: ${messageOf(thrown)}.`, 'The log names the cause.');
  }
};

const showFailure = async (failure: Failure): Promise<number> => {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: 'CommandCenter did not start',
    message: failure.message,
    detail: `${failure.advice}\n\nNothing is controlled while it does not run.`,
    buttons: CHOICES,
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  });
  return response;
};

/** Builds the center; every failure is shown with what to do, never silent. Answers null when the person gives up. */
export const startCenter = async (
  createCenter: CenterFactory,
  host: DesktopHost,
  dataFolder: string,
  log: Log,
): Promise<DesktopCenter | null> => {
  for (;;) {
    const built = await build(createCenter, host);
    if (built.ok) return built.value;
    log.error('The center did not start', { code: built.error.code, message: built.error.message });
    const choice = await showFailure(built.error);
    if (choice === 1) await shell.openPath(dataFolder);
    if (choice === 2) return null;
  }
};

/** The last word when even the dialog cannot be shown. */
export const failToStart = (app: App, log: Log, thrown: unknown): void => {
  log.error('The desktop did not start', { message: messageOf(thrown) });
  dialog.showErrorBox('CommandCenter did not start', `${messageOf(thrown)}\n\nThe log names the cause.`);
  app.exit(1);
};

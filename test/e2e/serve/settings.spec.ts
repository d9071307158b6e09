import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { DEFAULT_SETTINGS, type FlowView, type SiteSettings } from '../../../preload/contract/house.ts';
import type { CenterStatus } from '../../../preload/contract/site.ts';
import { askFolder } from '../../support/e2e/ask-folder.ts';
import { answerName, cardOf, openPage, openWindow, PERSON } from '../../support/e2e/journeys.ts';
import { type RunningServe, startServe } from '../../support/e2e/running-serve.ts';
import { type Ask, startWorld, type World } from '../../support/e2e/world.ts';

test.describe.configure({ mode: 'serial' });

const HOME = 'Birch Lane 12';
let folder = '';
let serve: RunningServe;
let world: World;
let ask: Ask;

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serve-settings-'));
  world = await startWorld();
  serve = await startServe(folder);
  ask = askFolder(folder);
});
test.afterAll(async () => {
  await serve.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});
test.beforeEach(async ({ page }) => openWindow(page, ask));

const settingsNow = async (): Promise<SiteSettings> => {
  const { activeSiteId } = await ask<CenterStatus>('query', 'center.status', {});
  return ask<SiteSettings>('query', 'settings.get', { siteId: activeSiteId });
};

/** A port of this machine at which nothing listens. */
const closedPort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === 'object' && address !== null ? address.port : 1;
};

/** Opens the form for a new device and fills in where the honest plug would be. */
const typesAddress = async (page: Page, port: number): Promise<Locator> => {
  await cardOf(page, 'Devices').getByRole('button', { name: 'Add', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a device' });
  await dialog.getByLabel('Or choose what it is').fill('Plus Plug');
  await dialog.getByRole('button', { name: /^Shelly.*Gen3/ }).click();
  await dialog.getByLabel('Address').fill(world.plugs.honest.host);
  await dialog.getByLabel('Port').fill(String(port));
  return dialog;
};

test('a person leaves the demo, and nothing of it is left', async ({ page }) => {
  await page.getByRole('button', { name: 'Set up your own home' }).click();
  const form = cardOf(page, 'Your own home');
  await form.getByLabel('Latitude').fill('95');
  await form.getByLabel('Longitude').fill('13.405');
  await form.getByRole('button', { name: 'Set up and leave the demo' }).click();
  await expect(form.getByLabel('Name')).toHaveAccessibleDescription('Give the home a name.');
  await expect(form.getByLabel('Latitude')).toHaveAccessibleDescription('Between −90 and 90.');
  await expect(page.getByText('This is a demo home.')).toBeVisible();

  await form.getByLabel('Name').fill(HOME);
  await form.getByLabel('Latitude').fill('52.52');
  await form.getByRole('button', { name: 'Set up and leave the demo' }).click();
  await answerName(page);
  await expect(page.getByText('This is a demo home.')).toBeHidden();
  await expect(page.getByRole('banner')).toContainText(HOME);
  await expect(form).toBeHidden();
  await expect(page.getByRole('banner')).toContainText('No device yet');
  await expect(cardOf(page, 'Devices')).toContainText('No device yet');
  await expect(cardOf(page, 'Changes')).not.toContainText('Demo home');
  const home = cardOf(page, 'The home');
  await home.getByLabel('Name').fill('Birch Lane 14');
  await home.getByRole('button', { name: 'Save the home' }).click();
  await expect(page.getByRole('banner')).toContainText('Birch Lane 14');

  await openPage(page, 'History');
  await expect(page.getByRole('main')).toContainText('No data in this span');
  await expect(page.getByText('Measured in another year')).toBeHidden();
  await openPage(page, 'Forecast');
  const solar = cardOf(page, 'Solar forecast');
  await expect(solar).toContainText('Nothing serves');
  await expect(solar).not.toContainText('The physical estimate serves');
  await openPage(page, 'Control');
  await expect(page.getByRole('main')).toContainText('Nothing can be switched yet');
  await expect(page.getByRole('main')).toContainText('Nothing was switched yet');
  await openPage(page, 'Overview');
  await expect(page.getByRole('main')).toContainText('No device is set up yet');
  await expect(page.getByRole('main')).not.toContainText('Miner');
});

test('a plug is added by its address, switched, refused a second time, and removed', async ({ page }) => {
  await openPage(page, 'Settings');
  const dialog = await typesAddress(page, await closedPort());
  await dialog.getByRole('button', { name: 'Read it' }).click();
  await answerName(page);
  await expect(dialog.getByRole('alert')).toContainText('nothing listens at this port', { timeout: 15_000 });
  await expect(dialog.getByLabel('Name of the device')).toBeHidden();

  await dialog.getByLabel('Port').fill(String(world.plugs.honest.port));
  await dialog.getByRole('button', { name: 'Read it' }).click();
  await expect(dialog.getByRole('alert')).toBeHidden();
  await expect(dialog.getByText('off', { exact: true })).toBeVisible();
  await expect(dialog.getByText(/\d\s?W$/).first()).toBeVisible();
  await dialog.getByLabel('Name of the device').fill('Garden plug');
  await dialog.getByLabel('Name', { exact: true }).fill('Garden plug');
  await dialog.getByRole('combobox', { name: 'What it is' }).click();
  await page.getByRole('option', { name: 'Other load' }).click();
  await dialog.getByLabel('Draws when on').fill('500');
  await dialog.getByLabel('Allow control of it').check();
  await expect(dialog.getByRole('combobox', { name: 'Safe state' })).toHaveValue('Off');
  await dialog.getByRole('button', { name: 'Switch it there and back' }).click();
  await expect(dialog.getByText(/went to on, and back to off\. Measured: .*after/)).toBeVisible({ timeout: 30_000 });
  expect(world.isOn('honest')).toBe(false);
  await dialog.getByRole('button', { name: 'Save the device' }).click();
  await expect(dialog).toBeHidden();
  await expect(cardOf(page, 'Devices')).toContainText('Garden plug');

  await openPage(page, 'Control');
  const card = cardOf(page, 'Garden plug');
  await expect(card.getByRole('switch')).toHaveAttribute('aria-checked', 'false', { timeout: 15_000 });
  await card.getByRole('switch').click();
  await expect.poll(() => world.isOn('honest')).toBe(true);
  await expect(card.getByRole('switch')).toHaveAttribute('aria-checked', 'true', { timeout: 20_000 });
  const row = page.getByRole('row').filter({ hasText: 'Garden plug' }).first();
  await expect(row).toContainText('Confirmed', { timeout: 20_000 });
  await expect(row).toContainText(PERSON);

  await openPage(page, 'Settings');
  const again = await typesAddress(page, world.plugs.honest.port);
  await again.getByRole('button', { name: 'Read it' }).click();
  await expect(again.getByRole('button', { name: 'Save the device' }).or(again.getByRole('alert'))).toBeVisible();
  if (await again.getByRole('alert').isHidden()) await again.getByRole('button', { name: 'Save the device' }).click();
  await expect(again.getByRole('alert')).toContainText('Garden plug');
  await page.keyboard.press('Escape');
  await expect(again).toBeHidden();
  await expect(cardOf(page, 'Devices').getByRole('listitem')).toHaveCount(1);

  await page.getByRole('button', { name: 'Remove Garden plug' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(cardOf(page, 'Devices')).toContainText('No device yet');
  await openPage(page, 'Control');
  await expect(cardOf(page, 'Garden plug')).toBeHidden();
});

test('a limit that contradicts another is refused in its field; a valid one is kept with the name', async ({
  page,
}) => {
  await openPage(page, 'Settings');
  const limits = cardOf(page, 'Limits and preferences');
  await limits.getByLabel('Minimum charge').fill('10');
  await limits.getByRole('button', { name: 'Save 1 change' }).click();
  await answerName(page);
  await expect(limits.getByLabel('Minimum charge')).toHaveAccessibleDescription(/must not lie below the critical 20 %/);
  await expect(limits.getByLabel('Minimum charge')).toBeFocused();
  expect((await settingsNow()).minimumSocPct).toBe(30);
  await limits.getByRole('button', { name: 'Undo' }).click();
  await expect(limits.getByLabel('Minimum charge')).toHaveValue('30 %');

  await limits.getByLabel('Target charge').fill('85');
  await limits.getByRole('button', { name: 'Save 1 change' }).click();
  const changes = cardOf(page, 'Changes');
  await expect(changes).toContainText(/Battery: target charge\s*85\s%/);
  await expect(changes).toContainText(new RegExp(`${PERSON}, was 80\\s%`));
  expect((await settingsNow()).targetSocPct).toBe(85);

  // The rhythm: out of its bounds it is refused in its field; in them it holds at once.
  await limits.getByLabel('Inverter, cloud').fill('1');
  await limits.getByLabel('Training at').fill('00:30');
  await limits.getByRole('button', { name: 'Save 2 changes' }).click();
  await expect(limits.getByLabel('Inverter, cloud')).toHaveAccessibleDescription(/At least 2 min\./);
  await limits.getByLabel('Inverter, cloud').fill('4');
  await limits.getByRole('button', { name: 'Save 2 changes' }).click();
  await expect(limits.getByLabel('Check of the data at')).toHaveAccessibleDescription(/before the training at 00:30/);
  await limits.getByLabel('Training at').fill('04:30');
  await limits.getByLabel('Check of the data at').fill('04:00');
  await limits.getByRole('button', { name: 'Save 3 changes' }).click();
  await expect(changes).toContainText(/Rhythm of the house: training at\s*04:30/);
  await expect(changes).toContainText(/Rhythm of the devices: inverter, cloud\s*4\smin/);
  await expect(changes).toContainText(`${PERSON}, was as usual`);
  expect((await settingsNow()).pollInverterCloudMs).toBe(240_000);
  const { activeSiteId } = await ask<CenterStatus>('query', 'center.status', {});
  const flows = await ask<readonly FlowView[]>('query', 'flows.list', { siteId: activeSiteId });
  expect(flows.find(({ name }) => name === 'training')?.schedule).toBe('daily at 04:30');
  expect(flows.find(({ name }) => name === 'features')?.schedule).toBe('daily at 04:00');

  await limits.getByRole('button', { name: 'Defaults' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Use the defaults' }).click();
  await expect(limits.getByLabel('Target charge')).toHaveValue('80 %');
  expect(await settingsNow()).toEqual(DEFAULT_SETTINGS);
  await expect(limits.getByLabel('Training at')).toHaveValue('02:00');
});

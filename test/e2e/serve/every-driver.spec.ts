import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { systemClock } from '../../../main/clock.ts';
import type { DriverEntry, FaultySimulator } from '../../../main/devices/driver-entry.ts';
import { DRIVERS } from '../../../main/devices/registry.ts';
import type { CenterStatus } from '../../../preload/contract/site.ts';
import { askFolder } from '../../support/e2e/ask-folder.ts';
import { answerName, cardOf, openPage, openWindow } from '../../support/e2e/journeys.ts';
import { type RunningServe, startServe } from '../../support/e2e/running-serve.ts';
import type { Ask } from '../../support/e2e/world.ts';
import { testHouse } from '../../support/simulated-house.ts';

let folder = '';
let serve: RunningServe;
let ask: Ask;

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serve-drivers-'));
  serve = await startServe(folder, ['--no-demo']);
  ask = askFolder(folder);
});
test.afterAll(async () => {
  await serve.close();
  rmSync(folder, { recursive: true, force: true });
});

const simulatorOf = (entry: DriverEntry): Promise<FaultySimulator> => {
  const clock = systemClock();
  return entry.startSimulator({ house: testHouse(clock), clock });
};

/** Types what the form of this driver asks for, as its own sample says. */
const fillIn = async (dialog: Locator, page: Page, entry: DriverEntry, simulator: FaultySimulator): Promise<void> => {
  const { driver, sample } = entry;
  await dialog.getByLabel(/^(Address|Server|Listen at)$/).fill(simulator.host);
  await dialog.getByLabel('Port', { exact: true }).fill(String(simulator.port));
  if (driver.needsUnitId) await dialog.getByLabel('Unit id').fill(String(sample.connection?.unitId ?? 1));
  const encryption = sample.connection?.encryption;
  if (driver.encryption === 'verify' && encryption === 'off') {
    await dialog.getByRole('combobox', { name: 'Encryption' }).click();
    await page.getByRole('option', { name: 'Not encrypted' }).click();
  }
  for (const field of driver.options ?? []) {
    const value = sample.connection?.options?.[field.name];
    if (value === undefined) continue;
    if (field.kind !== 'choice') {
      await dialog.getByLabel(field.label, { exact: true }).fill(value);
      continue;
    }
    await dialog.getByRole('combobox', { name: field.label }).click();
    const label = field.choices?.find((choice) => choice.value === value)?.label ?? value;
    await page.getByRole('option', { name: label, exact: true }).click();
  }
  if (sample.secret !== null)
    await dialog.getByLabel(driver.secret?.label ?? 'Password', { exact: true }).fill(sample.secret);
};

for (const entry of DRIVERS)
  test(`a new user adds ${entry.driver.label} in the window`, async ({ page }) => {
    const simulator = await simulatorOf(entry);
    try {
      await openWindow(page, ask);
      await openPage(page, 'Settings');
      await cardOf(page, 'Devices').getByRole('button', { name: 'Add', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: 'Add a device' });
      const { label } = entry.driver;
      await dialog.getByLabel('Or choose what it is').fill(label);
      await dialog.getByRole('button').filter({ hasText: label }).first().click();
      await fillIn(dialog, page, entry, simulator);
      await dialog.getByRole('button', { name: 'Read it' }).click();
      await answerName(page);
      const save = dialog.getByRole('button', { name: 'Save the device' });
      await expect(save.or(dialog.getByRole('alert'))).toBeVisible({ timeout: 40_000 });
      await expect(dialog.getByRole('alert')).toBeHidden();
      await dialog.getByLabel('Name of the device').fill(`My ${entry.driver.id}`);
      await save.click();
      await expect(dialog).toBeHidden({ timeout: 40_000 });
      await expect(cardOf(page, 'Devices')).toContainText(`My ${entry.driver.id}`);
      const { activeSiteId } = await ask<CenterStatus>('query', 'center.status', {});
      await expect
        .poll(
          async () => {
            const list = await ask<{ name: string; state: string; id: string }[]>('query', 'devices.list', {
              siteId: activeSiteId,
            });
            return list.find(({ name }) => name === `My ${entry.driver.id}`)?.state;
          },
          { timeout: 30_000 },
        )
        .toBe('online');
      const list = await ask<{ name: string; id: string }[]>('query', 'devices.list', { siteId: activeSiteId });
      const added = list.find(({ name }) => name === `My ${entry.driver.id}`);
      await ask('command', 'devices.remove', { siteId: activeSiteId, deviceId: added?.id, who: 'Journey' });
    } finally {
      await simulator.close();
    }
  });

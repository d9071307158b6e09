import { expect, type Locator, type Page } from '@playwright/test';
import type { Ask, World } from './world.ts';

/** What a person does, step by step, whichever host shows the page: serve in Chromium, the stand-in, or Electron. */

export const PERSON = 'Mara';

/** Opens a page of the application by its place in the navigation. */
export const openPage = async (page: Page, name: string): Promise<void> => {
  await page
    .getByRole('navigation', { name: 'Pages', exact: true })
    .getByRole('link', { name: new RegExp(name) })
    .click();
};

export const cardOf = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });

/** Opens the page at a running center; each printed address works once, so a fresh one is asked for. */
export const openWindow = async (page: Page, ask: Ask): Promise<void> => {
  const { address } = await ask<{ address: string }>('query', 'center.link', {});
  await page.goto(address);
  await expect(page.getByRole('navigation', { name: 'Pages', exact: true })).toBeVisible();
};

/** Gives the name when the page asks for it; it asks once. */
export const answerName = async (page: Page): Promise<void> => {
  const dialog = page.getByRole('dialog', { name: 'Who are you?' });
  const field = dialog.getByRole('textbox');
  const asked = await field
    .waitFor({ state: 'visible', timeout: 1_500 })
    .then(() => true)
    .catch(() => false);
  if (!asked) return;
  await field.fill(PERSON);
  await dialog.getByRole('button', { name: 'Go on' }).click();
};

const flip = async (page: Page, plug: string): Promise<void> => {
  await cardOf(page, plug).getByRole('switch').click();
  await answerName(page);
};

export const seesLiveValuesChange = async (page: Page): Promise<void> => {
  await openPage(page, 'Overview');
  const flow = page.getByRole('region', { name: 'Energy flow' });
  await expect(flow).toContainText('kW');
  const before = await flow.textContent();
  await expect.poll(() => flow.textContent(), { timeout: 30_000 }).not.toBe(before);
};

export const seesForecast = async (page: Page): Promise<void> => {
  await openPage(page, 'Forecast');
  const solar = page.getByRole('region', { name: 'Solar forecast' });
  await expect(solar).toContainText(/serves/, { timeout: 60_000 });
  await expect(solar).toContainText(/kWh/);
  await expect(page.getByRole('region', { name: 'Load forecast' })).toContainText(/kWh/);
};

/** Toggle, relay, power and action log agree. */
export const switchesHonestPlug = async (page: Page, world: World): Promise<void> => {
  await openPage(page, 'Control');
  const card = cardOf(page, 'Honest plug');
  await expect(card.getByRole('switch')).toHaveAttribute('aria-checked', 'false');
  await flip(page, 'Honest plug');
  await expect.poll(() => world.isOn('honest')).toBe(true);
  await expect(card.getByRole('switch')).toHaveAttribute('aria-checked', 'true', { timeout: 20_000 });
  await expect(card).toContainText('0.50', { timeout: 20_000 });
  const row = page.getByRole('row').filter({ hasText: 'Honest plug' }).first();
  await expect(row).toContainText('Confirmed', { timeout: 20_000 });
  await expect(row).toContainText(PERSON);
};

/** A plug that accepts and does not switch is shown as not confirmed, put back, with the reason. */
export const isToldOfTheLyingPlug = async (page: Page, world: World): Promise<void> => {
  await openPage(page, 'Control');
  world.plugs.liar.setFault('lie');
  await flip(page, 'Lying plug');
  const card = cardOf(page, 'Lying plug');
  await expect(card).toContainText('Not confirmed', { timeout: 45_000 });
  await expect(card.getByRole('button', { name: 'Retry' })).toBeVisible();
  expect(world.isOn('liar')).toBe(false);
  world.plugs.liar.setFault('none');
  await card.getByRole('button', { name: 'Retry' }).click();
  await expect.poll(() => world.isOn('liar'), { timeout: 20_000 }).toBe(true);
  await expect(card.getByRole('switch')).toHaveAttribute('aria-checked', 'true', { timeout: 20_000 });
};

/** A slow plug shows its way through the steps and is confirmed in the end, or told as not answering; never done too early. */
export const waitsForTheSlowPlug = async (page: Page, world: World): Promise<void> => {
  await openPage(page, 'Control');
  world.plugs.slow.setFault('slow');
  await flip(page, 'Slow plug');
  const card = cardOf(page, 'Slow plug');
  await expect(card.getByRole('list', { name: 'Progress' })).toBeVisible();
  await expect(card.getByRole('switch')).not.toHaveAttribute('aria-checked', 'true');
  world.plugs.slow.setFault('none');
  await expect(card.getByRole('list', { name: 'Progress' })).toBeHidden({ timeout: 45_000 });
};

/** A plug that went away shows no value, has no working switch, and comes back by itself. */
export const seesTheAbsentPlug = async (page: Page, world: World): Promise<void> => {
  await openPage(page, 'Control');
  world.plugs.away.setFault('offline');
  const card = cardOf(page, 'Absent plug');
  await expect(card).toContainText('No value', { timeout: 60_000 });
  await expect(card.getByRole('switch')).toBeDisabled();
  world.plugs.away.setFault('none');
  await expect(card).not.toContainText('No value', { timeout: 90_000 });
};

export const pressesStop = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^STOP/ }).first().click();
  await expect(page.getByText('STOPPED').first()).toBeVisible();
};

/** Only a name and a hold of three seconds end a stop; the house comes back in Watch. */
export const reEnables = async (page: Page): Promise<void> => {
  await openPage(page, 'Overview');
  const panel = page.getByRole('region', { name: 'Stopped' });
  await panel.getByLabel(/name/i).fill(PERSON);
  const hold = panel.getByRole('button', { name: /hold/i });
  await hold.dispatchEvent('pointerdown', { button: 0 });
  await expect(page.getByRole('button', { name: /^STOP/ }).first()).toBeVisible();
  await expect(page.getByRole('radio', { name: 'Watch' }).first()).toBeChecked();
};

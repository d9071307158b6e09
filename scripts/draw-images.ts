/** Draws resources/tray and resources/icons from shapes: `node scripts/draw-images.ts`. Run it after a change here. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { TRAY_LEVELS, TRAY_MARKS, type TrayLevel, type TrayMark } from '../main/desktop/tray-model.ts';

const resources = join(import.meta.dirname, '..', 'resources');
const TRAY_SIZE = 22;
const ICON_SIZES = [16, 32, 48, 64, 128, 256, 512, 1024];

const HALO = '#10151c';

/** Shape tells the mode without colour: bare battery, question dot, running triangle, octagon with a bar. */
const markShape = (mark: TrayMark, ink: string, ground: string): string => {
  if (mark === 'watch') return '';
  const disc = `<circle cx="16.5" cy="16.5" r="5.5" fill="${ink}"/>`;
  const cut = `<circle cx="16.5" cy="16.5" r="7" fill="${ground}"/>`;
  if (mark === 'suggest')
    return `${cut}${disc}<path d="M15 15.4a1.6 1.6 0 1 1 2 1.5v.7M17 19.2v.2" stroke="${ground}" stroke-width="1.4" fill="none" stroke-linecap="round"/>`;
  return `${cut}${disc}<path d="M15.2 13.9v5.2l4.2-2.6z" fill="${ground}"/>`;
};

const fillOf = (level: TrayLevel): number => (level === 'unknown' ? 0 : Number(level) / 100);

const traySvg = (mark: TrayMark, level: TrayLevel, template: boolean): string => {
  const ink = template ? '#000' : '#fff';
  const hole = template ? 'transparent' : HALO;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="22" height="22" viewBox="0 0 22 22">`;
  if (mark === 'stopped') {
    const bar = `<rect x="6" y="9.6" width="10" height="2.8" fill="${template ? '#000' : '#fff'}"/>`;
    const shape = 'M7.3 2h7.4L20 7.3v7.4L14.7 20H7.3L2 14.7V7.3z';
    return template
      ? `${head}<path d="${shape}" fill="none" stroke="#000" stroke-width="2"/>${bar}</svg>`
      : `${head}<path d="${shape}" fill="#d92d2d" stroke="${HALO}" stroke-width="1"/>${bar}</svg>`;
  }
  const height = 12 * fillOf(level);
  const body = `<rect x="5" y="4.5" width="9.5" height="15" rx="2" fill="none" stroke="${ink}" stroke-width="1.6"/><rect x="7.7" y="2" width="4.1" height="2" fill="${ink}"/>`;
  const halo = template ? '' : `<rect x="4" y="1.2" width="11.5" height="19.3" rx="2.6" fill="${HALO}"/>`;
  const charge =
    level === 'unknown'
      ? `<path d="M8 8.6a1.8 1.8 0 1 1 2.4 1.7v1.2M10 14v.3" transform="translate(-.3 0)" stroke="${ink}" stroke-width="1.5" fill="none" stroke-linecap="round"/>`
      : `<rect x="6.8" y="${(18 - height).toFixed(2)}" width="5.9" height="${height.toFixed(2)}" fill="${ink}"/>`;
  if (!template) return `${head}${halo}${body}${charge}${markShape(mark, ink, hole)}</svg>`;
  // A template is one colour with holes: the mark is cut out of the battery by a mask.
  const mask = `<mask id="m"><rect width="22" height="22" fill="#fff"/>${mark === 'watch' ? '' : '<circle cx="16.5" cy="16.5" r="7" fill="#000"/>'}</mask>`;
  const sign =
    mark === 'watch'
      ? ''
      : `<mask id="s"><circle cx="16.5" cy="16.5" r="5.5" fill="#fff"/>${markShape(mark, 'none', '#000').replace(/<circle[^>]*\/>/g, '')}</mask><rect width="22" height="22" fill="#000" mask="url(#s)"/>`;
  return `${head}${mask}<g mask="url(#m)">${body}${charge}</g>${sign}</svg>`;
};

const ICON_SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256" viewBox="0 0 256 256"><title>CommandCenter</title>
  <rect x="8" y="8" width="240" height="240" rx="54" fill="#10201b"/>
  <path d="M128 46 46 116v88a10 10 0 0 0 10 10h144a10 10 0 0 0 10-10v-88z" fill="#1d3a31" stroke="#e9efec" stroke-width="12" stroke-linejoin="round"/>
  <circle cx="188" cy="66" r="22" fill="#f2b134"/>
  <rect x="84" y="128" width="88" height="52" rx="10" fill="none" stroke="#e9efec" stroke-width="10"/>
  <rect x="176" y="144" width="10" height="20" rx="3" fill="#e9efec"/>
  <rect x="94" y="138" width="48" height="32" rx="4" fill="#43c58b"/>
</svg>`;

mkdirSync(join(resources, 'tray'), { recursive: true });
mkdirSync(join(resources, 'icons'), { recursive: true });
const browser = await chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium' });

const draw = async (svg: string, from: number, size: number): Promise<Buffer> => {
  const page = await browser.newPage({ viewport: { width: from, height: from }, deviceScaleFactor: size / from });
  await page.setContent(`<style>body{margin:0}svg{display:block}</style>${svg}`);
  const png = await page.screenshot({ omitBackground: true });
  await page.close();
  return png;
};

for (const mark of TRAY_MARKS)
  for (const level of TRAY_LEVELS)
    for (const template of [false, true])
      for (const scale of [1, 2]) {
        const name = `${mark}-${level}${template ? 'Template' : ''}${scale === 2 ? '@2x' : ''}.png`;
        const png = await draw(traySvg(mark, level, template), TRAY_SIZE, TRAY_SIZE * scale);
        writeFileSync(join(resources, 'tray', name), png);
      }
writeFileSync(join(resources, 'icons', 'icon.svg'), ICON_SVG);
for (const size of ICON_SIZES)
  writeFileSync(
    join(resources, 'icons', `${size}.png`),
    await draw(ICON_SVG.replace('width="256" height="256"', `width="${size}" height="${size}"`), size, size),
  );
await browser.close();

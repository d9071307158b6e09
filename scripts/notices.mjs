// Writes THIRD-PARTY-NOTICES.md: what is shipped (runtime packages, and those bundled into the page), with its licence text.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './setup.mjs';

const IN_THE_PAGE = [
  'react',
  'react-dom',
  'scheduler',
  'zustand',
  'chart.js',
  '@kurkle/color',
  '@mantine/core',
  '@mantine/hooks',
  '@mantine/form',
  '@floating-ui/react',
  '@floating-ui/dom',
  '@floating-ui/core',
  '@floating-ui/utils',
  '@floating-ui/react-dom',
  'clsx',
  'klona',
  'fast-deep-equal',
  'react-remove-scroll',
  'tabbable',
];

const runtime = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path.includes('node_modules'))
  .map((path) => relative(ROOT, path));
const folders = [...new Set([...runtime, ...IN_THE_PAGE.map((name) => join('node_modules', name))])].sort();

const noticeOf = (folder) => {
  const path = join(ROOT, folder);
  const { name, version, license, author } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const file = readdirSync(path).find((each) => /^licen[cs]e/i.test(each));
  const text = file
    ? readFileSync(join(path, file), 'utf8').trim()
    : `Licence: ${license}${author ? `, ${author.name ?? author}` : ''}`;
  return { key: `${name} ${version}`, license: typeof license === 'string' ? license : 'see text', text };
};

const byText = new Map();
for (const folder of folders) {
  const { key, license, text } = noticeOf(folder);
  byText.set(text, [...(byText.get(text) ?? []), `${key} (${license})`]);
}
const body = [...byText].map(([text, packages]) => `## ${packages.join(', ')}\n\n\`\`\`\n${text}\n\`\`\`\n`).join('\n');
const own = readFileSync(join(ROOT, 'resources', 'notices.md'), 'utf8').trim();
writeFileSync(join(ROOT, 'THIRD-PARTY-NOTICES.md'), `# Third-party notices\n\n${own}\n\n${body}`);

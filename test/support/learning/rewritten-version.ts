import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Card } from '../../../main/learning/card.ts';

/** A copy of a version with another card, as if it had been judged otherwise; answers the text of its card. */
export const rewrittenVersion = (dataFolder: string, from: string, to: string, card: Card): string => {
  cpSync(join(dataFolder, from), join(dataFolder, to), { recursive: true });
  const path = join(dataFolder, to, 'card.json');
  writeFileSync(path, JSON.stringify(card));
  return readFileSync(path, 'utf8');
};

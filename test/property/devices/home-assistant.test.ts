import { it } from 'vitest';
import { checkEntityLines, checkFrames, checkStates } from '../../support/home-assistant/parsers.ts';

it('takes any state of any entity', () => checkStates(1_000));
it('takes any frame', () => checkFrames(2_000));
it('takes any text as entities', () => checkEntityLines(1_000));

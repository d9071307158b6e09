import { it } from 'vitest';
import { checkEntityLines, checkFrames, checkStates } from '../../support/home-assistant/parsers.ts';
import { checkDocuments, checkPayloads } from '../../support/mqtt/parsers.ts';

const RUNS = 100_000;

it('MQTT: any payload', () => checkPayloads(RUNS));
it('MQTT: any document of topics', () => checkDocuments(RUNS));
it('Home Assistant: any state', () => checkStates(RUNS));
it('Home Assistant: any frame', () => checkFrames(RUNS));
it('Home Assistant: any text as entities', () => checkEntityLines(RUNS));

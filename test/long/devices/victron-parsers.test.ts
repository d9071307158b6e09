import { victronParserProperties } from '../../support/devices/victron-parsers.ts';

victronParserProperties(100_000);
